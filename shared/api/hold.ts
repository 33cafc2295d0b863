import * as z from 'zod';
import { decidedKinds, heldEffects } from '../domain/hold.ts';
import { addressed } from './addressed.ts';
import { mailboxesQuery } from './mailboxes.ts';

export const heldMailboxesQuery = mailboxesQuery.pick({ continuation: true, limit: true });

const heldMailboxView = z.object({
  id: z.string(),
  effect: z.enum(heldEffects).meta({
    description:
      'What an approval does: leaves: the mailbox loses the list; joins: it gets the list, since an exclusion is gone; seesLess: it loses what a rule of visibility shows to a group',
  }),
  contacts: z.int().meta({ description: 'Contacts of ours in its folder' }),
});

export const heldMailboxesPage = z.object({
  mailboxes: z.array(heldMailboxView.extend(addressed)),
  continuation: z.string().optional().meta({ description: 'Of the next page; missing on the last' }),
});

export const holdBody = z.strictObject({
  kind: z.enum(decidedKinds).optional().meta({
    description:
      'Of the hold that is meant; may be left out while exactly one is open, and none of the same number was decided just before. "kept": contacts that stay because their removal was rejected are removed after all',
  }),
  decision: z.enum(['approve', 'reject']),
  removals: z.int().positive().meta({ description: 'The number of removals that was shown' }),
});
