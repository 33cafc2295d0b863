import * as z from 'zod';

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
      by: z
        .union([z.object({ kind: z.literal('functionKey') }), z.object({ kind: z.literal('person'), id: z.string() })])
        .meta({ description: 'A person by the object id in the directory' }),
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
