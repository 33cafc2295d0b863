import * as z from 'zod';
import { choicePolicies, choices } from '../domain/choice.ts';
import { shownMailboxStates } from '../domain/mailboxState.ts';
import type { OwnList } from '../engine/self-service/index.ts';
import { isoTimeOrNull } from '../isoTime.ts';
import { strictObject } from '../settings/strictObject.ts';
import { problem } from '../store/progress.ts';
import { stripStored } from './showProblem.ts';

const listName = z.string().min(1).max(32).meta({ description: 'The id of one of the lists that GET /api/me names' });

export const choiceBody = strictObject({ list: listName, choice: z.enum(choices) });
export const clearOwnBody = strictObject({ list: listName });

const ownList = z.object({
  id: z.string(),
  name: z.string(),
  choice: z.enum(choicePolicies).meta({
    description: 'none: the admins decide; optOut: the person may switch it off; optIn: the person has to switch it on',
  }),
  on: z.boolean().meta({ description: 'What the person decided, or what holds until then' }),
  state: z
    .enum(shownMailboxStates)
    .nullable()
    .meta({ description: 'As GET /api/mailboxes/{mailbox} has it; null for a list that never came' }),
  folder: z.string().nullable().meta({ description: 'The name of the contact folder; null while there is none' }),
  contacts: z.int(),
  whenTargetLeaves: z
    .enum(['cleanUp', 'leave'])
    .meta({ description: 'cleanUp: the contacts are removed when the person switches the list off; leave: they stay' }),
  syncedAt: z.iso.datetime().nullable(),
  problem: problem.optional(),
});
export type OwnListView = z.infer<typeof ownList>;

/** What one person has of the lists, as they are shown it themselves. */
export const ownListsView = z.object({ id: z.string(), lists: z.array(ownList) });

export function viewOwnList({ list, on, mailbox, isThere, problem: shown }: OwnList): OwnListView {
  const { state, row } = mailbox?.standing ?? {};
  return {
    id: list.id,
    name: list.name,
    choice: list.choice,
    on,
    state: state ?? null,
    folder: isThere && mailbox ? mailbox.folder : null,
    contacts: row?.contacts ?? 0,
    whenTargetLeaves: list.whenTargetLeaves,
    syncedAt: isoTimeOrNull(row?.syncedAt ?? 0),
    ...(shown && { problem: stripStored(shown) }),
  };
}
