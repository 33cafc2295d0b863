import * as z from 'zod';
import { type ShownMailboxState, stateOfMailbox } from '../../core/mailboxState.ts';
import { type Problem, type ProgressTable, problem } from '../../state/progress.ts';
import type { SourceCheckpoint, StoredHold } from '../../state/sources.ts';
import type { SubscriptionHealth } from '../subscriptions/subscriptionHealth.ts';
import { findKnownList, findKnownLists, type KnownList, type KnownListServices } from './knownLists.ts';
import type { ReadMailboxesServices } from './readMailboxes.ts';

const count = z.int();

const holdView = z.object({
  kind: z.enum(['contacts', 'mailboxes']).meta({ description: 'What would be removed, or would leave' }),
  reason: z.string(),
  removals: count.meta({ description: 'The number to decide on' }),
  of: count,
  since: z.iso.datetime(),
});

const mailboxCounts = z.object({
  current: count,
  behind: count.meta({ description: 'Those that are being brought up to date included' }),
  waiting: count,
  failed: count,
  skipped: count,
  leaving: count,
  gone: count.meta({ description: 'Left the list, and the user is gone from the directory' }),
});

/** A list as the HTTP API shows it (design: Interfaces, HTTP). */
export const listView = z.object({
  id: z.string().nullable().meta({ description: 'Null for a refused list without a usable id' }),
  name: z.string(),
  state: z.enum(['ok', 'paused', 'refused', 'held', 'error']),
  problem: problem.optional(),
  head: count.meta({ description: "The journal's newest position" }),
  capturedAt: z.iso.datetime().nullable(),
  contacts: count,
  hold: holdView.nullable().meta({ description: 'What waits for a decision; removals of contacts first' }),
  kept: count.optional().meta({
    description: 'Contacts that stay because their removal was rejected: approve this number to remove them after all',
  }),
  mailboxes: mailboxCounts,
  changeNotifications: z.object({
    state: z.enum(['active', 'missing', 'error', 'off']),
    expiresAt: z.iso.datetime().optional(),
    problem: problem.optional(),
  }),
});
export type ListView = z.infer<typeof listView>;

export interface ReadListsServices extends KnownListServices, ReadMailboxesServices {
  readonly progress: ProgressTable;
  readonly readSubscriptionHealth: (listId: string) => Promise<SubscriptionHealth>;
}

/** How every list stands. */
export async function readLists(services: ReadListsServices): Promise<ListView[]> {
  const lists = await findKnownLists(services);
  return Promise.all(lists.map(list => readList(list, services)));
}

/** How one list stands, with the number of contacts kept, which takes a look at the whole snapshot. */
export async function readOneList(id: string, services: ReadListsServices): Promise<ListView | undefined> {
  const list = await findKnownList(id, services);
  if (!list) return undefined;
  const [view, kept] = await Promise.all([readList(list, services), services.openSource(id).countKept()]);
  return { ...view, kept };
}

async function readList(list: KnownList, services: ReadListsServices): Promise<ListView> {
  const { id } = list;
  if (id === null) return viewList(list, undefined, null, noMailboxes, { state: 'off' });
  const source = services.openSource(id);
  const [stored, leaving, rows, notifications] = await Promise.all([
    source.readCheckpoint(),
    source.readLeavingHold(),
    services.progress.readAll(id),
    list.kind === 'active' ? services.readSubscriptionHealth(id) : { state: 'off' as const },
  ]);
  const checkpoint = stored?.checkpoint;
  const goal = {
    ...services,
    head: checkpoint?.head ?? 0,
    epoch: checkpoint?.epoch ?? 0,
    settings: list.settings,
    now: services.clock.now(),
  };
  const counts = countStates(rows.map(row => stateOfMailbox(row, goal)));
  const hold = viewHold('contacts', checkpoint?.hold) ?? viewHold('mailboxes', leaving?.hold);
  return viewList(list, checkpoint, hold, counts, notifications);
}

function viewList(
  list: KnownList,
  checkpoint: SourceCheckpoint | undefined,
  hold: ListView['hold'],
  mailboxes: ListView['mailboxes'],
  { expiresAt, ...notifications }: SubscriptionHealth,
): ListView {
  const shown = problemOf(list, checkpoint);
  return {
    id: list.id,
    name: list.name,
    state: stateOf(list, hold, shown),
    ...(shown ? { problem: shown } : {}),
    head: checkpoint?.head ?? 0,
    capturedAt: checkpoint?.capturedAt ? new Date(checkpoint.capturedAt).toISOString() : null,
    contacts: checkpoint?.contacts ?? 0,
    hold,
    mailboxes,
    changeNotifications: {
      ...notifications,
      ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt).toISOString() }),
    },
  };
}

/** A source that cannot be read comes before a decision that waits: `hold` shows that one in any case. */
function stateOf({ kind }: KnownList, hold: ListView['hold'], shown: Problem | undefined): ListView['state'] {
  if (kind === 'paused' || kind === 'refused') return kind;
  if (shown && !(kind === 'vanished' && hold)) return 'error';
  return hold ? 'held' : 'ok';
}

function problemOf({ kind, faults }: KnownList, checkpoint: SourceCheckpoint | undefined): Problem | undefined {
  if (kind === 'refused') return { code: 'Refused', detail: `Mend CONTACT_LISTS: ${faults.join('; ')}` };
  if (kind === 'vanished') {
    const detail = 'The list is gone from CONTACT_LISTS: its mailboxes leave it by the policy that it last had';
    return { code: 'NotInSettings', detail };
  }
  return kind === 'paused' ? undefined : checkpoint?.problem;
}

/** One that is decided is carried out by the next run, and nobody has to do anything about it. */
function viewHold(kind: 'contacts' | 'mailboxes', hold: StoredHold | undefined): ListView['hold'] {
  if (hold?.decision !== 'open') return null;
  const { reason, removals, of, since } = hold;
  return { kind, reason, removals, of, since: new Date(since).toISOString() };
}

const noMailboxes: ListView['mailboxes'] = {
  current: 0,
  behind: 0,
  waiting: 0,
  failed: 0,
  skipped: 0,
  leaving: 0,
  gone: 0,
};

function countStates(states: readonly ShownMailboxState[]): ListView['mailboxes'] {
  const counts = { ...noMailboxes };
  for (const state of states) {
    const counted = state === 'syncing' ? 'behind' : state;
    if (counted !== 'cleared' && counted !== 'kept') counts[counted] += 1;
  }
  return counts;
}
