import { isHeld } from '../domain/lease.ts';
import type { Pin } from '../domain/pin.ts';
import type { Clock } from '../ports/clock.ts';
import { RowConflict } from '../ports/tableStorage.ts';
import type { DamagedRow } from './damagedRow.ts';
import { guardWrites, type WriteRows } from './guardedWrites.ts';
import { type Found, type JournalEntry, writeJournal } from './journalTransactions.ts';
import { carriedOutOperation } from './pinRow.ts';
import type { Problem } from './progress.ts';
import {
  checkpointOperation,
  firstCheckpoint,
  isPutBack,
  type SealedCheckpoint,
  type SourceCheckpoint,
  sourceSealOperation,
} from './sourceCheckpoint.ts';

/** Nothing more could be committed: another capture has taken the list, or somebody asked for another rollback. */
export interface Overtaken {
  readonly kind: 'overtaken';
}

/** What a capture came to, with the checkpoint as written. */
export type Committed = { readonly kind: 'committed'; readonly checkpoint: SourceCheckpoint } | Overtaken;

/** The right to capture a list. Whatever it commits holds only while nobody else has taken it. */
export interface Capture {
  /** The list's checkpoint before; undefined for one that was never captured. */
  readonly found: SourceCheckpoint | undefined;
  /** The checkpoint with which it was taken. */
  readonly before: SourceCheckpoint;
  /** What is known to be damaged of the list. */
  readonly damage: DamagedRow | undefined;
  /** Somebody asked for the list to be rolled back: that comes before everything else. */
  readonly pinned: Pin | undefined;
  /** Snapshot and journal, at dense positions after the head, and the checkpoint, which ends the capture. */
  commitChanges(after: SourceCheckpoint, entries: readonly JournalEntry[], found: Found): Promise<Committed>;
  /** The same, and that the list is now as `pinned` asked for. */
  putBack(after: SourceCheckpoint, entries: readonly JournalEntry[], found: Found): Promise<Committed>;
  /** Ends it without changes. */
  endWith(problems: readonly Problem[]): Promise<Committed>;
}

export type TakenCapture =
  | { readonly kind: 'taken'; readonly capture: Capture }
  | { readonly kind: 'busy'; readonly found: SourceCheckpoint | undefined }
  /** It was rolled back, and stays so. */
  | { readonly kind: 'pinned'; readonly found: SourceCheckpoint; readonly pin: Pin };

/** Takes the lease on the list's checkpoint, unless another capture has it (rules.md: Capturing, 1). */
export async function takeCapture(
  stored: SealedCheckpoint | undefined,
  policies: SourceCheckpoint['policies'],
  write: WriteRows,
  clock: Clock,
  leaseMilliseconds: number,
): Promise<TakenCapture> {
  const now = clock.now();
  const found = stored?.checkpoint;
  const pinned = stored?.pinned;
  if (found && pinned?.pin.kind === 'pinned') return { kind: 'pinned', found, pin: pinned.pin };
  if (found && isHeld(found.capturingUntil, now, leaseMilliseconds)) return { kind: 'busy', found };

  const known = found ?? firstCheckpoint(policies);
  const begun: SourceCheckpoint = {
    ...known,
    epoch: known.epoch === 0 || (stored && isPutBack(stored)) ? now : known.epoch,
    sealEtag: stored?.sealEtag ?? '',
    endingsKeptAfter: known.endingsKeptAfter ?? known.head,
    captures: known.captures + 1,
    captureStartedAt: now,
    capturingUntil: now + leaseMilliseconds,
  };
  const commit = guardWrites(write, checkpointOperation, stored?.etag);
  let before = begun;
  try {
    if (stored?.sealEtag === undefined) {
      const [sealEtag = ''] = await commit([sourceSealOperation()], begun);
      before = { ...begun, sealEtag };
    } else await commit([], begun);
  } catch (error) {
    if (error instanceof RowConflict) return { kind: 'busy', found };
    throw error;
  }
  const renewed = () => clock.now() + leaseMilliseconds;
  return {
    kind: 'taken',
    capture: {
      ...{ found, before, damage: stored?.damage, pinned: pinned?.pin },
      commitChanges: (after, entries, by) =>
        unlessOvertaken(writeJournal({ before, after, entries, found: by }, commit, renewed)),
      putBack: (after, entries, by) => {
        const last = (head: number) => (pinned ? [carriedOutOperation(pinned, head)] : []);
        return unlessOvertaken(writeJournal({ before, after, entries, found: by, last }, commit, renewed));
      },
      endWith: problems => unlessOvertaken(end({ ...before, capturingUntil: 0, problems })),
    },
  };

  async function end(checkpoint: SourceCheckpoint): Promise<SourceCheckpoint> {
    await commit([], checkpoint);
    return checkpoint;
  }
}

async function unlessOvertaken(writing: Promise<SourceCheckpoint>): Promise<Committed> {
  try {
    return { kind: 'committed', checkpoint: await writing };
  } catch (error) {
    if (error instanceof RowConflict) return { kind: 'overtaken' };
    throw error;
  }
}
