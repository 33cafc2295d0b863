import { isHeld } from '../domain/lease.ts';
import type { Pin } from '../domain/pin.ts';
import type { Clock } from '../ports/clock.ts';
import { RowConflict, type RowOperation } from '../ports/tableStorage.ts';
import type { DamagedRow } from './damagedRow.ts';
import { guardWrites, type WriteRows } from './guardedWrites.ts';
import { type Found, type JournalEntry, writeJournal } from './journalTransactions.ts';
import type { ReadPin } from './pinRow.ts';
import {
  checkpointOperation,
  firstCheckpoint,
  isPutBack,
  type SealedCheckpoint,
  type SourceCheckpoint,
  sourceSealOperation,
} from './sourceCheckpoint.ts';

/** The right to capture a list. Whatever it commits holds only while nobody else has taken it. */
export interface Capture {
  /** The list's checkpoint before; undefined for one that was never captured. */
  readonly found: SourceCheckpoint | undefined;
  /** The checkpoint with which it was taken. */
  readonly before: SourceCheckpoint;
  /** What is known to be damaged of the list. */
  readonly damage: DamagedRow | undefined;
  /** Somebody asked for the list to be rolled back: that comes before everything else. */
  readonly pinned: ReadPin | undefined;
  /**
   * Snapshot and journal, at dense positions after the head, and the checkpoint, which ends the capture.
   *
   * @param last what the last transaction writes beside, by the head that it comes to
   * @returns the checkpoint as written
   * @throws RowConflict when another capture has taken over
   */
  commitChanges(
    after: SourceCheckpoint,
    entries: readonly JournalEntry[],
    found: Found,
    last?: (head: number) => readonly RowOperation[],
  ): Promise<SourceCheckpoint>;
  /** Ends it without changes. @throws RowConflict */
  end(checkpoint: SourceCheckpoint): Promise<void>;
}

export type TakenCapture =
  | { readonly kind: 'taken'; readonly capture: Capture }
  | { readonly kind: 'busy'; readonly found: SourceCheckpoint | undefined }
  /** It was rolled back, and stays so. */
  | { readonly kind: 'pinned'; readonly found: SourceCheckpoint; readonly pin: Pin };

/** Takes the lease on the list's checkpoint, unless another capture has it (design: Capturing a source, 1). */
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
  return { kind: 'taken', capture: { found, before, damage: stored?.damage, pinned, commitChanges, end } };

  function commitChanges(...[after, entries, by, last]: Parameters<Capture['commitChanges']>) {
    const renewed = () => clock.now() + leaseMilliseconds;
    return writeJournal({ before, after, entries, found: by, last }, commit, renewed);
  }

  async function end(checkpoint: SourceCheckpoint): Promise<void> {
    await commit([], checkpoint);
  }
}
