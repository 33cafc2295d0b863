import type { Halt } from '../../domain/halt.ts';
import { type Arrears, type ListStanding, noMailboxes } from '../../domain/listStanding.ts';
import type { Pin } from '../../domain/pin.ts';
import type { ListPartition } from '../../store/listPartition.ts';
import type { Problem } from '../../store/progress.ts';
import type { SourceCheckpoint } from '../../store/sourceCheckpoint.ts';
import type { Services } from '../services.ts';

/** What a run has found out about one list. */
export interface ListFindings {
  readonly list: string;
  /** As the capture left it; undefined for a list that was never captured. */
  readonly checkpoint?: SourceCheckpoint | undefined;
  /** Undefined when the run did not come to look at the mailboxes. */
  readonly due?: { readonly head: number; readonly standing: ListStanding; readonly leavingHeld: number } | undefined;
  readonly halt?: Halt;
  /** It was rolled back, and is not read. */
  readonly pin?: Pin | undefined;
  /** What keeps the list from being run as it should. */
  readonly failure?: Problem | undefined;
}

/** How a list stood when a run had captured it and not yet sent its messages. */
export interface ListStatus extends Omit<ListStanding, 'late' | 'refused'> {
  readonly list: string;
  readonly state: 'ok' | 'held' | 'error' | 'halted' | 'pinned';
  /** Of what keeps the list from being run as it should. */
  readonly code?: string;
  readonly head: number;
  /** In the source. */
  readonly contacts: number;
  /** Removals, and mailboxes that would leave, that wait for a decision. */
  readonly removalsHeld: number;
  readonly mailboxesHeld: number;
  /** Of the mailboxes that should be kept up to date: those that are skipped do not count. */
  readonly failingPercent: number;
  /** Age of the oldest change that a mailbox which is behind or waits has not got; 0 when there is none. */
  readonly oldestUnappliedSeconds: number;
  /** The same of the mailboxes that failed. */
  readonly oldestFailedSeconds: number;
}

/** Reads at most two rows: the times of the oldest changes that are still to be applied. */
export async function readListStatus(
  { list, checkpoint, due, halt, pin, failure }: ListFindings,
  { openListPartition, clock }: Pick<Services, 'openListPartition' | 'clock'>,
): Promise<ListStatus> {
  const now = clock.now();
  const { late, refused, ...counts } = due?.standing ?? noMailboxes;
  const partition = openListPartition(list);
  const removalsHeld = checkpoint?.hold?.removals ?? 0;
  const mailboxesHeld = due?.leavingHeld ?? 0;
  const kept = counts.mailboxes - counts.skipped;
  const cause = halt ?? failure;
  return {
    list,
    state: halt ? 'halted' : stateOf(failure, pin, removalsHeld + mailboxesHeld),
    ...(cause ? { code: cause.code } : {}),
    head: due?.head ?? checkpoint?.head ?? 0,
    contacts: checkpoint?.contacts ?? 0,
    removalsHeld,
    mailboxesHeld,
    ...counts,
    failingPercent: kept > 0 ? Math.round((1000 * counts.failed) / kept) / 10 : 0,
    oldestUnappliedSeconds: await ageOf(late, partition, now),
    oldestFailedSeconds: await ageOf(refused, partition, now),
  };
}

function stateOf(failure: Problem | undefined, pin: Pin | undefined, held: number): ListStatus['state'] {
  if (failure) return 'error';
  if (pin) return 'pinned';
  return held > 0 ? 'held' : 'ok';
}

/** In whole seconds. A change whose time the journal does not tell counts as new. */
async function ageOf(
  { lowestPosition, waitingSince }: Arrears,
  partition: ListPartition,
  now: number,
): Promise<number> {
  const changedAt = lowestPosition === undefined ? undefined : await partition.readChangedAt(lowestPosition + 1);
  return Math.max(0, Math.floor((now - Math.min(changedAt ?? now, waitingSince ?? now)) / 1000));
}
