import { chunksOf } from '../../domain/chunks.ts';
import type { Contact } from '../../domain/contact.ts';
import type { RowOperation } from '../../ports/tableStorage.ts';
import {
  checkpointOperation,
  type JournalChange,
  journalOperation,
  type SnapshotContact,
  type Source,
  type SourceCheckpoint,
  snapshotOperations,
  snapshotRemovals,
} from '../../store/sources.ts';

/** The log keeps this many of the newest positions, whoever is behind: others compare with the snapshot. */
const keptPositions = 10_000;
/** A transaction takes 100 rows, one of them the checkpoint, and 4 MiB; JSON of our rows is at most 4 bytes a character. */
const rowsPerTransaction = 99;
const charactersPerTransaction = 900_000;
/** A row takes 1 MiB, of text in UTF-16; a little is left for its other columns. */
const charactersPerRow = 450_000;

export interface JournalEntry {
  readonly sourceKey: string;
  /** Whether the targets have to hear of it; otherwise only the snapshot's flags change. */
  readonly journaled: boolean;
  /** Its snapshot row so far; undefined where the source did not have it. */
  readonly before: SnapshotContact | undefined;
  /** The new snapshot row, its position given here when journaled; null removes it. */
  readonly snapshot: SnapshotContact | null;
}

/**
 * Commits what a capture found, at dense positions after the head. Several transactions are needed for a large
 * change: the first marks the checkpoint `partial` and keeps the old delta links, the last clears it, so that a
 * capture that died in between is read from the start. Each is guarded by the checkpoint's etag.
 *
 * @param renew fields that keep the capture's lease alive in the transactions before the last
 * @returns the checkpoint as written
 * @throws RowConflict when another capture has taken over
 */
export async function writeJournal(
  source: Source,
  before: SourceCheckpoint,
  after: SourceCheckpoint,
  entries: readonly JournalEntry[],
  etag: string,
  renew: () => Pick<SourceCheckpoint, 'capturingUntil'>,
): Promise<SourceCheckpoint> {
  let head = before.head;
  const groups = groupForTransactions(
    entries.map(entry => ({ rows: rowsOf(entry, entry.journaled ? ++head : 0, after.capturedAt), head })),
  );
  let guard = etag;
  for (const [index, group] of groups.entries()) {
    const last = index === groups.length - 1;
    const checkpoint = last
      ? { ...after, head, partial: false }
      : { ...before, ...renew(), head: group.head, partial: true };
    const etags = await source.write([...group.rows, checkpointOperation(checkpoint, guard)]);
    guard = etags.at(-1) ?? '';
  }
  return { ...after, head, partial: false };
}

/** Removes positions that are older than the log keeps, once a hundred have gathered. */
export async function trimJournal(source: Source, headBefore: number, head: number): Promise<void> {
  if (head <= keptPositions || Math.floor(headBefore / 100) === Math.floor(head / 100)) return;
  const rowKeys = await source.readOldPositions(head - keptPositions);
  for (const part of chunksOf(rowKeys, 100)) {
    await source.write(part.map(rowKey => ({ kind: 'delete', rowKey })));
  }
}

function rowsOf(entry: JournalEntry, position: number, at: number): RowOperation[] {
  const { sourceKey, snapshot, before, journaled } = entry;
  const row = snapshot && journaled ? { ...snapshot, position } : snapshot;
  const idsBefore = before?.ids ?? [];
  const snapshotRows = row ? snapshotOperations(row, idsBefore) : snapshotRemovals(sourceKey, idsBefore);
  if (!journaled) return snapshotRows;
  const change = { position, sourceKey, contact: row?.contact ?? null, added: before === undefined, at };
  return [journalOperation({ ...change, before: beforeImage(before, change.contact) }), ...snapshotRows];
}

/** None is kept where the row of a long contact would not hold both. */
function beforeImage(before: SnapshotContact | undefined, contact: Contact | null): JournalChange['before'] {
  if (!before) return null;
  const characters = JSON.stringify(before.contact).length + (contact ? JSON.stringify(contact).length : 0);
  return characters <= charactersPerRow ? { contact: before.contact, position: before.position } : undefined;
}

/** At least one group, so that a round without changes still stores its delta links. */
function groupForTransactions(
  changes: readonly { rows: RowOperation[]; head: number }[],
): { rows: RowOperation[]; head: number }[] {
  const groups = [{ rows: [] as RowOperation[], head: 0, characters: 0 }];
  for (const { rows, head } of changes) {
    const characters = JSON.stringify(rows).length;
    const current = groups.at(-1);
    if (
      current &&
      current.rows.length + rows.length <= rowsPerTransaction &&
      current.characters + characters <= charactersPerTransaction
    ) {
      current.rows.push(...rows);
      current.head = head;
      current.characters += characters;
    } else {
      groups.push({ rows: [...rows], head, characters });
    }
  }
  return groups.filter((group, index) => group.rows.length > 0 || index === groups.length - 1);
}
