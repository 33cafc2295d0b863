import type { ListMailboxView, MailboxStandingView } from '../../api/mailboxes.ts';
import { stripStored } from '../../api/showProblem.ts';
import { type ShownMailboxState, stateOfMailbox } from '../../domain/mailboxState.ts';
import type { Problem, Progress } from '../../store/progress.ts';
import { describeSkipReason } from '../receivers/index.ts';
import { type CeilingOf, readCeilings } from '../rollouts/index.ts';
import type { Services } from '../services.ts';
import type { KnownList } from './knownLists.ts';
import { settingsOf } from './settingsOf.ts';

/** So many rows are looked through for one page of a filtered list, in so many queries. */
const rowsPerQuery = 999;
const mostQueries = 5;

/** Where the mailboxes of a list should be. */
export interface ListGoal {
  readonly head: number;
  readonly epoch: number;
  readonly settings: string | undefined;
  readonly now: number;
  readonly messagePatience: number;
  /** What holds a mailbox back while a change comes in rings. */
  readonly ceilingOf: CeilingOf;
}

export type ReadMailboxesServices = Pick<Services, 'clock' | 'openListPartition' | 'messagePatience' | 'progress'>;

export interface MailboxQuestion {
  /** Only mailboxes in this state. */
  readonly state?: ShownMailboxState | undefined;
  /** Id of the first mailbox, the `next` of the page before. */
  readonly from?: string | undefined;
  readonly limit: number;
}

/**
 * One page of a list's mailboxes in the order of their ids. `next` is where the next page starts, undefined after the
 * last; a page of a filtered list may hold fewer mailboxes than asked for, even none, while more follow.
 */
export async function readListMailboxes(
  list: KnownList & { readonly id: string },
  { state, from, limit }: MailboxQuestion,
  services: ReadMailboxesServices,
): Promise<{ mailboxes: ListMailboxView[]; next?: string }> {
  const goal = await readGoal(list, services);
  const mailboxes: ListMailboxView[] = [];
  const size = state === undefined ? limit : rowsPerQuery;
  let next = from;
  for (let queries = 0; queries < mostQueries && mailboxes.length < limit; queries += 1) {
    // The last one only says where to go on.
    const page = await services.progress.readPage(list.id, size + 1, next);
    for (const row of page.slice(0, size)) {
      if (mailboxes.length === limit) return { mailboxes, next: row.mailboxId };
      const view = { id: row.mailboxId, ...viewStanding(row, goal) };
      if (state === undefined || view.state === state) mailboxes.push(view);
    }
    next = page[size]?.mailboxId;
    if (next === undefined) return { mailboxes };
  }
  return { mailboxes, ...(next === undefined ? {} : { next }) };
}

export async function readGoal(
  known: KnownList & { readonly id: string },
  {
    clock,
    openListPartition,
    messagePatience,
  }: Pick<ReadMailboxesServices, 'clock' | 'openListPartition' | 'messagePatience'>,
): Promise<ListGoal> {
  const partition = openListPartition(known.id);
  const [stored, ceilingOf] = await Promise.all([
    partition.readSealedCheckpoint(),
    readCeilings(known.list, openListPartition),
  ]);
  const settings = await settingsOf(known, stored?.pinned?.pin, partition);
  const { head = 0, epoch = 0 } = stored?.checkpoint ?? {};
  return { head, epoch, settings, now: clock.now(), messagePatience, ceilingOf };
}

export function viewStanding(row: Progress, goal: ListGoal): MailboxStandingView {
  const shown = problemOf(row);
  const ceiling = row.wanted === 'target' ? goal.ceilingOf(row) : undefined;
  return {
    state: stateOfMailbox(row, goal),
    position: row.position < 0 ? null : row.position,
    contacts: row.contacts,
    failed: row.failed,
    ...(shown ? { problem: stripStored(shown) } : {}),
    ...(ceiling ? { heldBack: { ...ceiling, since: new Date(ceiling.since).toISOString() } } : {}),
    ...(row.dueAt > 0 && row.wanted !== 'skipped' ? { retryAt: new Date(row.dueAt).toISOString() } : {}),
    syncedAt: row.syncedAt > 0 ? new Date(row.syncedAt).toISOString() : null,
  };
}

function problemOf({ wanted, skipReason, problem: reported }: Progress): Problem | undefined {
  if (wanted !== 'skipped') return reported;
  return describeSkipReason(skipReason);
}
