import { fingerprint } from '../../domain/fingerprint.ts';
import type { Pin } from '../../domain/pin.ts';
import { type Restoration, restore } from '../../domain/rollback.ts';
import { decisionOn, noRemoval } from '../../domain/sourceChanges.ts';
import type { Capture, Overtaken } from '../../store/captures.ts';
import type { BeforeImage } from '../../store/journalRows.ts';
import type { JournalEntry } from '../../store/journalTransactions.ts';
import type { ListPartition } from '../../store/listPartition.ts';
import type { Problem } from '../../store/progress.ts';
import type { SnapshotContact } from '../../store/snapshotRows.ts';
import type { SourceCheckpoint } from '../../store/sourceCheckpoint.ts';
import { noteDefinition } from './noteDefinition.ts';
import { readHistory } from './readHistory.ts';

interface RolledBack {
  readonly kind: 'committed';
  readonly checkpoint: SourceCheckpoint;
  readonly pin: Pin;
  readonly problems: readonly Problem[];
}

/**
 * Puts the list's content back as it was, as changes at new positions, and pins it (rules.md: Rollback). It is decided
 * by what the content is now, so that one that was interrupted goes on, and one that is repeated changes nothing.
 *
 * @throws DamagedRow
 */
export async function rollBack(
  partition: ListPartition,
  capture: Capture,
  asked: Pin,
  run: string,
  now: number,
): Promise<RolledBack | Overtaken> {
  const { before } = capture;
  const history = await readHistory(partition, asked, before, now);
  if (history.kind === 'untold') {
    const problems = [describeUntold(asked)];
    const ended = await capture.endWith(problems);
    return ended.kind === 'overtaken' ? ended : { ...ended, pin: asked, problems };
  }
  const snapshot = await partition.readSnapshot();
  const present = new Map(snapshot.map(row => [row.sourceKey, row]));
  const { restorations } = restore(history.contacts, present);
  const entries = new Map(entriesOf(restorations, present).map(entry => [entry.sourceKey, entry]));
  const undecided = snapshot.filter(row => decisionOn(row) === 'held' && !entries.has(row.sourceKey));
  const all = [...entries.values(), ...undecided.map(asDecided)];
  const { definition } = asked;
  const noted = { print: definition ?? '', run, at: now };
  const definitions = definition === undefined ? before.definitions : noteDefinition(before.definitions, noted);
  const after = { ...afterwards(before, rowsAfter(present, all)), definitions };
  const committed = await capture.putBack(after, all, { run, at: now });
  if (committed.kind === 'overtaken') return committed;
  return { ...committed, pin: { ...asked, kind: 'pinned', head: committed.checkpoint.head }, problems: [] };
}

function describeUntold({ position }: Pin): Problem {
  const detail = `The list cannot be rolled back to position ${position} any more: name a newer one, or let it go on with POST /api/lists/{list}/unpin`;
  return { code: 'RollbackImpossible', detail };
}

/** An id that another contact has by now, and keeps, is not given to whom it had before; of several who had it the first has it. */
function entriesOf(
  restorations: readonly Restoration<BeforeImage>[],
  present: ReadonlyMap<string, SnapshotContact>,
): JournalEntry[] {
  const removed = new Set(restorations.filter(({ kind }) => kind === 'remove').map(({ sourceKey }) => sourceKey));
  const staying = [...present.values()].filter(({ sourceKey }) => !removed.has(sourceKey));
  const taken = new Set(staying.flatMap(({ ids }) => ids));
  return restorations.map(restoration => {
    const { sourceKey } = restoration;
    const before = present.get(sourceKey);
    if (restoration.kind === 'remove') return { journaled: true, sourceKey, before, snapshot: null };
    const row = rowOf(sourceKey, restoration.before, before);
    if (before) return { journaled: true, sourceKey, before, snapshot: row };
    const ids = row.ids.filter(id => !taken.has(id));
    for (const id of ids) taken.add(id);
    return { journaled: true, sourceKey, before, snapshot: { ...row, ids }, broughtBack: true };
  });
}

/** Where the source has it by now is what the source said last. */
function rowOf(sourceKey: string, { contact, source }: BeforeImage, now: SnapshotContact | undefined): SnapshotContact {
  const { ids = [sourceKey], folderId = '', photo: hash } = source ?? {};
  const photo = hash === undefined || hash === now?.photo?.hash ? now?.photo : { hash, owed: true as const };
  const print = fingerprint(contact);
  return {
    ids,
    folderId,
    ...now,
    sourceKey,
    position: 0,
    contact,
    fingerprint: print,
    form: source?.form,
    removal: decisionOn(now) === 'rejected' ? { kind: 'gone', decision: 'rejected' } : noRemoval,
    photo,
  };
}

/** The next reading of the source decides anew what waits. */
function asDecided(before: SnapshotContact): JournalEntry {
  return { journaled: false, sourceKey: before.sourceKey, before, snapshot: { ...before, removal: noRemoval } };
}

function rowsAfter(present: ReadonlyMap<string, SnapshotContact>, entries: readonly JournalEntry[]): SnapshotContact[] {
  const rows = new Map<string, SnapshotContact | null>(present);
  for (const { sourceKey, snapshot } of entries) rows.set(sourceKey, snapshot);
  return [...rows.values()].filter(row => row !== null);
}

/** The next capture reads the source from the start: no delta link tells how it differs from what was put back. */
function afterwards({ hold, ...before }: SourceCheckpoint, rows: readonly SnapshotContact[]) {
  return {
    ...before,
    partial: true,
    problems: [],
    contacts: rows.length,
    kept: rows.filter(row => decisionOn(row) === 'rejected').length,
    hiddenPrivate: rows.filter(({ contact }) => contact.sensitivity === 'private').length,
    ...(rows.some(({ photo }) => photo?.owed) && { photosOwed: true as const }),
  } satisfies SourceCheckpoint;
}
