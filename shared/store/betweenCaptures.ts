import { chunksOf } from '../domain/chunks.ts';
import { isHeld } from '../domain/lease.ts';
import type { Clock } from '../ports/clock.ts';
import { RowConflict, type RowOperation, type Table } from '../ports/tableStorage.ts';
import { guardWrites, rowsBesideGuard } from './guardedWrites.ts';
import { forgetIn } from './journalRows.ts';
import { rangeOf } from './rowKey.ts';
import { type SnapshotContact, snapshotOperations } from './snapshotRows.ts';
import { checkpointOperation, type ReadCheckpoint, type SourceCheckpoint, touchOperation } from './sourceCheckpoint.ts';
import { leavingHoldOperation, type ReadLeavingHold, type StoredHold } from './storedHold.ts';

/** How long a decision waits for a capture to end, in steps. */
const tries = 20;
const waitBetweenTries = 500;

/**
 * A list that nobody captures. What is decided about it holds only while nobody else writes its checkpoint: where
 * somebody does, what was decided is not stored, and `betweenCaptures` asks again.
 */
export interface UncapturedList {
  readonly checkpoint: SourceCheckpoint;
  /** The removals that wait go with the next capture. */
  approveRemovals(decided: SourceCheckpoint): Promise<void>;
  /** What was decided about mailboxes that would leave. */
  decideLeavingHold(leaving: ReadLeavingHold, decided: StoredHold, remembering: SourceCheckpoint): Promise<void>;
  /**
   * Rows of the snapshot whose removal was rejected. Until the last of them no capture and no other decision begins: an
   * approval would find some of them.
   *
   * @param meanwhile what the checkpoint is until then
   */
  rejectRemovals(rows: readonly SnapshotContact[], meanwhile: SourceCheckpoint, after: SourceCheckpoint): Promise<void>;
  /**
   * Rows of the snapshot that stayed and are to go after all, with the next capture.
   *
   * @param meanwhile what the checkpoint is until the last of them
   */
  approveKept(rows: readonly SnapshotContact[], meanwhile: SourceCheckpoint, after: SourceCheckpoint): Promise<void>;
  /**
   * Takes out of the journal all that it tells of contacts, columns of newer versions included. What was taken out stays
   * so where somebody writes the checkpoint meanwhile. Resolves with the number of changes that were about them, and the
   * hashes of the photos that they had.
   */
  forgetContent(sourceKeys: ReadonlySet<string>): Promise<{ changes: number; photos: string[] }>;
}

/** A list's partition of `Sources`. */
interface UncapturedPartition {
  readonly listId: string;
  readonly table: Table;
  /** Shows columns that this version does not know, which `table` carries along. */
  readonly stored: Table;
  readCheckpoint(): Promise<ReadCheckpoint | undefined>;
}

/**
 * Decides about what is stored of a list while nobody captures it; a capture that is under way is waited for, for some ten
 * seconds.
 *
 * @param leaseMilliseconds that a capture which does not come back keeps others away, and a rejection which does not
 * @param decide about the list as it is, undefined for one that was never captured; asked again when somebody else
 *   wrote it meanwhile
 * @throws DamagedRow
 */
export async function betweenCaptures<Answer>(
  partition: UncapturedPartition,
  clock: Clock,
  leaseMilliseconds: number,
  decide: (list: UncapturedList | undefined, now: number) => Promise<Answer>,
): Promise<Answer | { readonly kind: 'busy' }> {
  const leaseEnd = () => clock.now() + leaseMilliseconds;
  for (let attempt = 0; attempt < tries; attempt++) {
    const read = await partition.readCheckpoint();
    const now = clock.now();
    if (!read || !isHeld(read.checkpoint.capturingUntil, now, leaseMilliseconds)) {
      try {
        return await decide(read && openUncaptured(partition, read, leaseEnd), now);
      } catch (error) {
        if (!(error instanceof RowConflict)) throw error;
      }
    }
    await clock.wait(waitBetweenTries);
  }
  return { kind: 'busy' };
}

function openUncaptured(
  { listId, table, stored }: UncapturedPartition,
  { checkpoint, etag }: ReadCheckpoint,
  leaseEnd: () => number,
): UncapturedList {
  const write = (operations: readonly RowOperation[]) => table.write(listId, operations);
  return {
    checkpoint,
    approveRemovals: async decided => {
      await write([checkpointOperation(decided, etag)]);
    },
    decideLeavingHold: async (leaving, decided, remembering) => {
      await write([leavingHoldOperation(decided, leaving.etag), checkpointOperation(remembering, etag)]);
    },
    rejectRemovals: (rows, meanwhile, after) =>
      changeRemovals(rows, () => ({ ...meanwhile, capturingUntil: leaseEnd() }), after),
    approveKept: (rows, meanwhile, after) => changeRemovals(rows, () => meanwhile, after),
    forgetContent,
  };

  /** Rows of the snapshot, then the checkpoint, in transactions that are each guarded by it. */
  async function changeRemovals(
    rows: readonly SnapshotContact[],
    meanwhile: () => SourceCheckpoint,
    after: SourceCheckpoint,
  ): Promise<void> {
    const commit = guardWrites(write, checkpointOperation, etag);
    const operations = rows.flatMap((row): RowOperation[] => snapshotOperations(row, row.ids));
    const parts = chunksOf(operations, rowsBesideGuard);
    const last = parts.pop() ?? [];
    for (const part of parts) await commit(part, meanwhile());
    await commit(last, after);
  }

  async function forgetContent(sourceKeys: ReadonlySet<string>): Promise<{ changes: number; photos: string[] }> {
    const rows = await stored.query(listId, rangeOf('change:'));
    const found = rows.flatMap(row => forgetIn(row, sourceKeys) ?? []);
    let latest = etag;
    for (const part of chunksOf(found, rowsBesideGuard)) {
      const etags = await stored.write(listId, [...part.map(({ operation }) => operation), touchOperation(latest)]);
      latest = etags.at(-1) ?? '';
    }
    return { changes: found.length, photos: [...new Set(found.flatMap(({ photos }) => photos))] };
  }
}
