import type { Contact } from '../domain/contact.ts';
import type { RowOperation } from '../ports/tableStorage.ts';
import { cursorColumns, cursorIn } from './cursorColumns.ts';
import { rowsBesideGuard } from './guardedWrites.ts';
import { type JournalChange, journalOperation } from './journalRows.ts';
import { otherIds, type SnapshotContact, snapshotOperations, snapshotRemovals } from './snapshotRows.ts';
import type { SourceCheckpoint } from './sourceCheckpoint.ts';

/** A transaction takes 4 MiB; JSON of our rows is at most 4 bytes a character. */
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
  /** By a rollback. */
  readonly broughtBack?: true;
}

/** The run that found changes, and when: epoch milliseconds. */
export interface Found {
  readonly run: string;
  readonly at: number;
}

export interface JournalRound {
  readonly before: SourceCheckpoint;
  readonly after: SourceCheckpoint;
  readonly entries: readonly JournalEntry[];
  readonly found: Found;
  /** What the last transaction writes beside, by the head that it comes to. */
  readonly last?: (head: number) => readonly RowOperation[];
}

/**
 * Commits what a capture found, at dense positions after the head. Several transactions are needed for a large
 * change: the first marks the checkpoint `partial` and keeps the old delta links, the last says what the round leaves, so
 * that a capture that died in between is read from the start.
 *
 * @param write rows with the checkpoint that guards them
 * @param renewed when the capture's lease ends that is renewed now, in the transactions before the last
 * @returns the checkpoint as written
 * @throws RowConflict when another capture has taken over
 */
export async function writeJournal(
  { before, after, entries, found, last }: JournalRound,
  write: (rows: readonly RowOperation[], checkpoint: SourceCheckpoint) => Promise<unknown>,
  renewed: () => number,
): Promise<SourceCheckpoint> {
  const claimed = new Set(
    entries.flatMap(({ snapshot }) => (snapshot ? otherIds(snapshot.sourceKey, snapshot.ids) : [])),
  );
  let head = before.head;
  let group: Group | undefined;
  for (const next of groupForTransactions(changesOf())) {
    if (group) await write(group.rows, { ...before, capturingUntil: renewed(), head: group.head, partial: true });
    group = next;
  }
  const cursor = cursorIn(cursorColumns(after.cursor));
  const written = { ...after, cursor, head, capturingUntil: 0 };
  await write(group?.rows ?? [], written);
  return written;

  function* changesOf(): Generator<Pick<Group, 'rows' | 'head'>> {
    for (const entry of entries) {
      yield { rows: rowsOf(entry, claimed, { position: entry.journaled ? ++head : 0, ...found }), head };
    }
    if (last) yield { rows: last(head), head };
  }
}

/** @param claimed ids that contacts of this round have: their rows stay, also where another had one of them before */
function rowsOf(
  entry: JournalEntry,
  claimed: ReadonlySet<string>,
  where: Pick<JournalChange, 'position' | 'at' | 'run'>,
): RowOperation[] {
  const { sourceKey, snapshot, before, journaled, broughtBack } = entry;
  const { position } = where;
  const row = snapshot && journaled ? { ...snapshot, position } : snapshot;
  const idsBefore = (before?.ids ?? []).filter(id => !claimed.has(id));
  const snapshotRows = row ? snapshotOperations(row, idsBefore) : snapshotRemovals(sourceKey, idsBefore);
  if (!journaled) return snapshotRows;
  const { contact = null, photo } = row ?? {};
  const change = { ...where, sourceKey, contact, photo: photo?.hash, added: before === undefined, broughtBack };
  return [journalOperation({ ...change, before: beforeImage(before, change.contact) }), ...snapshotRows];
}

/** None is kept where the row of a long contact would not hold both. */
function beforeImage(before: SnapshotContact | undefined, contact: Contact | null): JournalChange['before'] {
  if (!before) return null;
  const characters = JSON.stringify(before.contact).length + (contact ? JSON.stringify(contact).length : 0);
  if (characters > charactersPerRow) return undefined;
  const { sourceKey, contact: was, position, folderId, form, photo } = before;
  const ids = before.ids.length === 1 && before.ids[0] === sourceKey ? undefined : [...before.ids];
  return { contact: was, position, source: { folderId, ids, form, photo: photo?.hash } };
}

interface Group {
  readonly rows: readonly RowOperation[];
  /** The journal's once they are written. */
  head: number;
  characters: number;
}

/**
 * At least one group, so that a round without changes still stores its delta links. Each is made when it is asked for:
 * the rows of a first capture together would take more memory than all that was read.
 */
function* groupForTransactions(changes: Iterable<Pick<Group, 'rows' | 'head'>>): Generator<Group> {
  let group: Group & { rows: RowOperation[] } = { rows: [], head: 0, characters: 0 };
  for (const { rows, head } of changes) {
    const characters = JSON.stringify(rows).length;
    const isFull =
      group.rows.length + rows.length > rowsBesideGuard || group.characters + characters > charactersPerTransaction;
    if (isFull && group.rows.length > 0) {
      yield group;
      group = { rows: [], head: 0, characters: 0 };
    }
    group.rows.push(...rows);
    group.head = head;
    group.characters += characters;
  }
  yield group;
}
