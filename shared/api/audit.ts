import * as z from 'zod';
import { isoTime } from '../isoTime.ts';
import type { Decision } from '../store/audit.ts';
import { by, viewBy } from './by.ts';

/** What is kept of a decision, newest first. */
export const auditQuery = z.object({
  list: z.string().optional().meta({ description: 'Only decisions about this list' }),
  action: z.string().optional().meta({ description: 'Only those, such as `decideHold`' }),
  continuation: z.string().optional(),
});

export const auditPageSize = 100;

export const auditPage = z.object({
  decisions: z.array(
    z.object({
      at: z.iso.datetime(),
      by,
      action: z.string().meta({ description: 'The name of the route' }),
      list: z.string().optional(),
      mailbox: z.string().optional(),
      details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      result: z.string().meta({
        description: '`done`, `refused:` with the reason, `failed`, or `begun` where nobody knows how it ended',
      }),
    }),
  ),
  continuation: z.string().optional(),
});
export type AuditView = z.infer<typeof auditPage>['decisions'][number];

export function viewDecision({ at, person, action, list, mailbox, details, result }: Decision): AuditView {
  return {
    at: isoTime(at),
    by: viewBy(person),
    action,
    ...(list && { list }),
    ...(mailbox && { mailbox }),
    details,
    result,
  };
}
