import * as z from 'zod';
import { shownMailboxStates } from '../domain/mailboxState.ts';
import type { MailboxOfLists, ShownMailbox } from '../engine/status/index.ts';
import { isoTime, isoTimeOrNull } from '../isoTime.ts';
import { strictObject } from '../settings/strictObject.ts';
import { problem } from '../store/progress.ts';
import { addressed } from './addressed.ts';
import { mailboxAddress } from './mailboxNames.ts';
import { stripStored } from './showProblem.ts';

export const findMailboxBody = strictObject({ address: mailboxAddress });

export const mailboxesQuery = z.object({
  state: z.enum(shownMailboxStates).optional().meta({ description: 'Only mailboxes in this state' }),
  continuation: z.string().max(400).optional().meta({ description: 'What the page before named' }),
  limit: z.coerce.number<string>().int().min(1).max(1000).default(100),
});

const count = z.int();

/** How a mailbox stands in one list, as the HTTP API shows it. */
export const mailboxStanding = z.object({
  state: z.enum(shownMailboxStates).meta({
    description:
      'current: up to date; syncing: being brought there; behind: not yet; waiting, failed: tried again at retryAt; ' +
      'skipped: no mailbox, or a disabled account; leaving: being cleaned up; cleared: that is done; ' +
      'gone: its user is gone from the directory; kept: no target any more, its contacts stay',
  }),
  position: count
    .nullable()
    .meta({ description: 'Of the journal; null while the folder is to be compared as a whole' }),
  contacts: count.meta({ description: 'Contacts of ours in the folder' }),
  failed: count.meta({ description: 'Contacts that Graph refused' }),
  problem: problem.optional(),
  heldBack: z
    .object({
      ring: count.meta({ description: 'Of the mailbox, counted from 1' }),
      of: count.meta({ description: 'With all the others, who come last' }),
      position: count.meta({ description: 'Which it keeps until then' }),
      since: z.iso.datetime().meta({ description: 'When the change came to the ring that it has reached' }),
    })
    .optional()
    .meta({ description: 'A change comes to the mailboxes in rings, and has not come to that of this one' }),
  retryAt: z.iso.datetime().optional(),
  syncedAt: z.iso.datetime().nullable().meta({ description: 'End of the last pass' }),
});
export type MailboxStandingView = z.infer<typeof mailboxStanding>;

export const listMailboxView = z.object({ id: z.string(), ...mailboxStanding.shape });
export type ListMailboxView = z.infer<typeof listMailboxView>;

export const mailboxesPage = z.object({
  mailboxes: z.array(listMailboxView.extend(addressed)),
  continuation: z.string().optional().meta({ description: 'Of the next page; missing on the last' }),
});

/** So many refused contacts of a list are named. */
const mostRefused = 100;

const refusedContact = z.object({
  contact: z.string().meta({ description: 'Its key at the source' }),
  ...problem.shape,
  retryAt: z.iso.datetime(),
});

/** A mailbox over all lists, as the HTTP API shows it. */
export const mailboxView = z.object({
  id: z.string(),
  lists: z.array(
    z.object({
      list: z.string(),
      ...mailboxStanding.shape,
      folder: z.string().nullable().meta({ description: 'The name of the contact folder; null while there is none' }),
      refused: z.array(refusedContact).meta({ description: `Contacts that Graph refused, at most ${mostRefused}` }),
    }),
  ),
});
export type MailboxView = z.infer<typeof mailboxView>;

export const addressedMailbox = mailboxView.extend(addressed);

export function viewListMailbox(shown: ShownMailbox): ListMailboxView {
  return { id: shown.row.mailboxId, ...viewStanding(shown) };
}

export function viewMailbox({ id, lists }: MailboxOfLists): MailboxView {
  return {
    id,
    lists: lists.map(({ list, standing, folder, refused }) => ({
      list,
      ...viewStanding(standing),
      folder,
      refused: refused.slice(0, mostRefused).map(({ sourceKey, refusal: { code, detail, retryAt } }) => ({
        contact: sourceKey,
        code,
        detail,
        retryAt: isoTime(retryAt),
      })),
    })),
  };
}

function viewStanding({ row, state, problem, ceiling }: ShownMailbox): MailboxStandingView {
  return {
    state,
    position: row.position < 0 ? null : row.position,
    contacts: row.contacts,
    failed: row.failed,
    ...(problem ? { problem: stripStored(problem) } : {}),
    ...(ceiling ? { heldBack: { ...ceiling, since: isoTime(ceiling.since) } } : {}),
    ...(row.dueAt > 0 && row.wanted !== 'skipped' ? { retryAt: isoTime(row.dueAt) } : {}),
    syncedAt: isoTimeOrNull(row.syncedAt),
  };
}
