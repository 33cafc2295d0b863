import { type ShownMailboxState, stateOfMailbox } from '../../domain/mailboxState.ts';
import type { Problem, Progress } from '../../store/progress.ts';
import { describeSkipReason, readSkipReason } from '../receivers/index.ts';
import { type Ceiling, type CeilingOf, readCeilings } from '../rollouts/index.ts';
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

/** How a mailbox stands in a list. */
export interface ShownMailbox {
  /** As it was reported; times in epoch milliseconds. */
  readonly row: Progress;
  readonly state: ShownMailboxState;
  readonly problem: Problem | undefined;
  /** What holds it back while a change comes to others first. */
  readonly ceiling: Ceiling | undefined;
}

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
): Promise<{ readonly mailboxes: readonly ShownMailbox[]; readonly next?: string }> {
  const goal = await readGoal(list, services);
  const mailboxes: ShownMailbox[] = [];
  const size = state === undefined ? limit : rowsPerQuery;
  let next = from;
  for (let queries = 0; queries < mostQueries && mailboxes.length < limit; queries += 1) {
    // The last one only says where to go on.
    const page = await services.progress.readPage(list.id, size + 1, next);
    for (const row of page.slice(0, size)) {
      if (mailboxes.length === limit) return { mailboxes, next: row.mailboxId };
      const shown = standingOf(row, goal);
      if (state === undefined || shown.state === state) mailboxes.push(shown);
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

export function standingOf(row: Progress, goal: ListGoal): ShownMailbox {
  return {
    row,
    state: stateOfMailbox(row, goal),
    problem: problemOf(row),
    ceiling: row.wanted === 'target' ? goal.ceilingOf(row) : undefined,
  };
}

function problemOf({ wanted, skipReason, problem: reported }: Progress): Problem | undefined {
  if (wanted !== 'skipped') return reported;
  return describeSkipReason(readSkipReason(skipReason));
}
