import * as z from 'zod';
import { contactFields } from '../domain/contact.ts';
import { previewActions } from '../domain/previewedOperation.ts';
import { describe } from '../domain/reason.ts';
import type { ListPreview } from '../engine/trial/index.ts';
import { strictObject } from '../settings/strictObject.ts';
import { problem } from '../store/progress.ts';
import { addressed } from './addressed.ts';
import { mailboxName } from './mailboxNames.ts';
import { showProblem } from './showProblem.ts';

export const previewBody = strictObject({
  mailbox: mailboxName.optional().meta({ description: 'Only this mailbox: its object id or its address' }),
});

const count = z.int().nonnegative();

export const previewOperation = z.object({
  action: z.enum(previewActions).meta({
    description:
      "adopt: a contact of the user's own is taken over; giveBack: it is the user's again; keep: left as the user or the policy has it; hold: a removal that waits for a decision",
  }),
  sourceKey: z.string(),
  displayName: z.string().nullable(),
  fields: z.array(z.enum(contactFields as [(typeof contactFields)[number]])).optional(),
  reason: z.string().meta({ description: 'In words, such as "mobile phone changed at the source"' }),
});
export type PreviewOperation = z.infer<typeof previewOperation>;

/** What the next run would do, in one mailbox or in all of a list's. */
export const preview = z.object({
  list: z.string(),
  mailbox: z.string().optional().meta({ description: 'Object id, when one mailbox was asked for' }),
  creates: count,
  patches: count,
  deletes: count,
  adopts: count.optional().meta({ description: "Contacts of users' own that are taken over; left out for none" }),
  givesBack: count.optional().meta({ description: "Those that are their users' again; left out for none" }),
  photos: count.optional().meta({ description: 'Photos that are written to contacts; left out for none' }),
  kept: count.meta({
    description:
      'Contacts that stay as the user or the policy has them; over all mailboxes, of those that would change',
  }),
  held: count.meta({ description: 'Contacts gone from the source whose removal waits for a decision' }),
  mailboxes: z
    .object({ total: count, changed: count, waiting: count })
    .optional()
    .meta({ description: 'When no mailbox was named: targets, those that would be written to, and those that wait' }),
  estimated: z
    .boolean()
    .optional()
    .meta({ description: 'The totals are extrapolated from part of the mailboxes, because there are very many' }),
  operations: z.array(previewOperation).meta({ description: 'Of one mailbox; empty for all' }),
  notes: z.array(z.string()),
  problems: z.array(problem),
});
export type Preview = z.infer<typeof preview>;

export function viewPreview({ list, operations, notes, problems, ...totals }: ListPreview): Preview {
  return {
    list: list.id,
    ...totals,
    operations: operations.map(operation => ({ ...operation, reason: describe(operation.reason) })),
    notes: [...notes],
    problems: problems.map(problem => showProblem(problem, list)),
  };
}

export const addressedPreview = preview.extend(addressed);
