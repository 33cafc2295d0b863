import { findEmptiedSources } from '../../domain/emptiedSources.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import { findHalvedFiles } from '../../domain/halvedFiles.ts';
import { isOtherPhoto } from '../../domain/photo.ts';
import {
  type Hold,
  holdContactRemovals,
  holdLostByFile,
  holdLostBySource,
  type RemovalLimits,
} from '../../domain/safeguards.ts';
import { decisionOn, type FolderReading, narrowedTo, noRemoval, type SeenContact } from '../../domain/sourceChanges.ts';
import type { JournalEntry } from '../../store/journalTransactions.ts';
import type { Problem } from '../../store/progress.ts';
import type { SnapshotContact } from '../../store/snapshotRows.ts';
import type { StoredHold } from '../../store/storedHold.ts';
import { wasApproved } from '../holds/index.ts';

/** An entity of Table Storage holds 1 MiB, half as many characters; a little is left for the other properties. */
const mostCharacters = 400_000;

export interface RemovalDecision {
  /** Source keys whose removal goes into the journal. */
  readonly journaled: readonly string[];
  /** Source keys whose removal waits. */
  readonly held: readonly string[];
  readonly hold: Hold | undefined;
}

/** What removals are judged by. */
export interface RemovalQuestion {
  readonly removed: readonly string[];
  readonly seen: readonly SeenContact[];
  /** Which source a folder is of, from 0, -1 for none that the list reads; undefined where it has one alone. */
  readonly sourceOf: ((folderId: string) => number) | undefined;
  /** The whole snapshot, or the rows that the reading names. */
  readonly known: ReadonlyMap<string, SnapshotContact>;
  readonly readings: readonly FolderReading[];
  readonly holdBefore: StoredHold | undefined;
  readonly size: { readonly before: number; readonly added: number };
  readonly recentRemovals: readonly (readonly [number, number])[];
}

/**
 * Which removals go into the journal and which wait. An approved hold lets go what was waiting when it was approved,
 * and only that: what has gone since is judged by itself. What a halved file lost, or a source that has nobody any more,
 * waits alone, unless there are too many removals in all.
 */
export function decideRemovals(
  { removed, seen, sourceOf, known, readings, holdBefore, size, recentRemovals }: RemovalQuestion,
  limits: RemovalLimits,
): RemovalDecision {
  const isApproved = (key: string) => wasApproved(holdBefore) && decisionOn(known.get(key)) === 'held';
  const approved = removed.filter(isApproved);
  const others = removed.filter(key => !isApproved(key));
  const question = {
    removals: others.length,
    recentRemovals: countRemovals(recentRemovals),
    of: size.before - approved.length,
    added: size.added,
  };
  const hold = holdContactRemovals(question, limits);
  if (hold) return { journaled: approved, held: others, hold };
  const snapshot = [...known.values()].filter(({ sourceKey }) => !isApproved(sourceKey));
  const emptied = sourceOf ? findEmptiedSources(snapshot, others, seen, sourceOf) : { lost: [], of: 0 };
  const halved = findHalvedFiles(readings, snapshot, others);
  const doubt =
    holdLostByFile(halved.lost.length, halved.of, limits) ?? holdLostBySource(emptied.lost.length, emptied.of, limits);
  const held = new Set(doubt ? [...emptied.lost, ...halved.lost] : []);
  if (!doubt) return { journaled: removed, held: [], hold: undefined };
  return {
    journaled: removed.filter(key => !held.has(key)),
    held: [...held],
    hold: { ...doubt, removals: held.size, of: Math.max(emptied.of, halved.of, held.size) },
  };
}

export function countRemovals(removals: readonly (readonly [number, number])[]): number {
  return removals.reduce((sum, [, count]) => sum + count, 0);
}

export function journalEntries(
  seen: readonly SeenContact[],
  { journaled, held }: RemovalDecision,
  known: ReadonlyMap<string, SnapshotContact>,
): JournalEntry[] {
  const present = new Map(seen.map(contact => [contact.sourceKey, contact]));
  const waits = new Set(held);
  const updates = seen
    .filter(({ sourceKey }) => !waits.has(sourceKey))
    .map(({ changed, isNew, ...contact }): JournalEntry => {
      const { sourceKey } = contact;
      const before = known.get(sourceKey);
      const snapshot = { ...contact, position: before?.position ?? 0, removal: noRemoval };
      return { journaled: changed, sourceKey, before, snapshot };
    });
  const gone = journaled.filter(sourceKey => !present.has(sourceKey));
  const removals = gone.map(
    (sourceKey): JournalEntry => ({ journaled: true, sourceKey, before: known.get(sourceKey), snapshot: null }),
  );
  const waiting = held.flatMap((sourceKey): JournalEntry[] => {
    const before = known.get(sourceKey);
    // One that is damaged stays so: nothing tells any more what the contact is.
    if (!before || before.isLost) return [];
    const snapshot = asHeld(before, present.get(sourceKey));
    const factsOf = (row: SnapshotContact) => fingerprint([narrowedTo(row) ?? null, row.photo ?? {}]);
    return decisionOn(before) === 'held' && factsOf(before) === factsOf(snapshot)
      ? []
      : [{ journaled: false, sourceKey, before, snapshot }];
  });
  return [...updates, ...removals, ...waiting];
}

/** As it was, with what the source has now. */
function asHeld(before: SnapshotContact, now: SeenContact | undefined): SnapshotContact {
  if (!now) return { ...before, removal: { kind: 'gone', decision: 'held' } };
  const { ids, folderId, parts, contact } = now;
  const removal = { kind: 'narrowed', decision: 'held', contact } as const;
  const held: SnapshotContact = { ...before, ids, folderId, parts, removal };
  const isOwed = now.photo?.owed || isOtherPhoto(now.photo, before.photo);
  // No reading tells of it again: it is asked for once the decision is made.
  return isOwed ? { ...held, photo: { ...before.photo, owed: true } } : held;
}

/** A contact that storage cannot hold is left as it was, and named; it never counts as removed. */
export function leaveOutTooLarge(
  readings: readonly FolderReading[],
  known: ReadonlyMap<string, SnapshotContact>,
): { storable: FolderReading[]; tooLarge: Problem[] } {
  const tooLarge: Problem[] = [];
  const storable = readings.map(reading => ({
    ...reading,
    contacts: reading.contacts.flatMap(row => {
      if (!row.contact || JSON.stringify(row.contact).length <= mostCharacters) return [row];
      const detail = `The source contact ${row.id} is too large to be synced: shorten its notes`;
      tooLarge.push({ code: 'SourceContactTooLarge', detail });
      const before = [...known.values()].find(({ ids }) => ids.includes(row.id));
      return before && !before.isLost ? [{ ...row, contact: before.contact, fingerprint: undefined }] : [];
    }),
  }));
  return { storable, tooLarge };
}
