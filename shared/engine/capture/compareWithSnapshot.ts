import { findHalvedFiles } from '../../domain/halvedFiles.ts';
import { mayBeImportedAnew, recogniseImported } from '../../domain/importedAnew.ts';
import { withWaiting } from '../../domain/narrowing.ts';
import {
  findDifferences,
  idsIn,
  type KnownContact,
  type SourceDifferences,
  type SourceReading,
} from '../../domain/sourceChanges.ts';
import type { ListPartition } from '../../store/listPartition.ts';
import type { Problem } from '../../store/progress.ts';
import type { SnapshotContact, SnapshotOutline } from '../../store/snapshotRows.ts';
import type { SourceCheckpoint } from '../../store/sourceCheckpoint.ts';
import { leaveOutTooLarge } from './sourceRemovals.ts';

/** Above this many changed contacts the whole snapshot is read at once. */
const mostSingleReads = 50;

export interface Comparison {
  readonly known: ReadonlyMap<string, SnapshotContact>;
  /** `known` is the whole snapshot. */
  readonly whole: boolean;
  /** How many the snapshot has. */
  readonly contactsBefore: number;
  readonly differences: SourceDifferences;
  readonly tooLarge: readonly Problem[];
}

interface StoredSnapshot {
  readonly partition: ListPartition;
  readonly before: SourceCheckpoint;
  readonly isDamaged: boolean;
  /** Of several sources one may have nobody any more: what it had the whole snapshot tells. */
  readonly hasSeveral: boolean;
  /** Read once, whoever asks. */
  readSnapshot(): Promise<readonly SnapshotContact[]>;
  readOutlines(): Promise<readonly SnapshotOutline[]>;
}

export type FindChanges = (round: SourceReading, known: ReadonlyMap<string, KnownContact>) => SourceDifferences;

/**
 * With no more of the snapshot than the comparison takes: the rows that the reading names, or the outlines of all and the
 * rows of whoever differs.
 *
 * @param join of a list whose people are of several sources: whoever changes may belong to anybody
 */
export async function compareWithSnapshot(
  round: SourceReading,
  stored: StoredSnapshot,
  join: FindChanges | undefined,
): Promise<Comparison> {
  const inPart = join && !isSilent(round) ? undefined : await compareInPart(round, stored);
  if (inPart && !(stored.hasSeveral && inPart.differences.removed.length > 1)) return inPart;
  const all = compare(round, await stored.readSnapshot(), join ?? findDifferences);
  const differences = recogniseImported(all.differences, all.known);
  return { ...all, whole: true, contactsBefore: all.known.size, differences };
}

/** Begins to read what a source that will be told whole is compared with. */
export function beginComparison(stored: StoredSnapshot, join: FindChanges | undefined): void {
  const needed = join || !outlinesSuffice(stored) ? stored.readSnapshot() : stored.readOutlines();
  // Whoever compares hears of it.
  needed.catch(() => undefined);
}

/** Every source tells that nothing changed; one that was read from the start and has nobody tells of removals. */
function isSilent({ folders }: SourceReading): boolean {
  return folders.every(({ complete, contacts }) => !complete && contacts.length === 0);
}

/** Undefined where that takes the whole snapshot. */
async function compareInPart(round: SourceReading, stored: StoredSnapshot): Promise<Comparison | undefined> {
  const { partition, before } = stored;
  if (isUnsettled(stored)) return undefined;
  if (round.folders.every(({ complete }) => !complete)) {
    const ids = idsIn(round.folders);
    if (ids.length > mostSingleReads) return undefined;
    const named = compare(round, await partition.readSnapshotOf(ids, before.hasOtherIds), findDifferences);
    if (mayBeImportedAnew(named.differences, named.known, mayHaveKept(before))) return undefined;
    return { ...named, whole: false, contactsBefore: before.contacts };
  }
  return outlinesSuffice(stored) ? compareOutlines(round, stored) : undefined;
}

function outlinesSuffice(stored: StoredSnapshot): boolean {
  const { before } = stored;
  return !isUnsettled(stored) && !mayHaveKept(before) && !before.hasOtherIds && before.hiddenPrivate !== undefined;
}

function isUnsettled({ before, isDamaged }: StoredSnapshot): boolean {
  return before.hold !== undefined || before.partial || isDamaged;
}

function mayHaveKept({ kept }: SourceCheckpoint): boolean {
  return kept !== 0;
}

/**
 * What was read from the start, with rows of which fingerprint and place are enough. Where much differs, the whole
 * snapshot takes fewer requests than the rows of whoever does.
 */
async function compareOutlines(
  round: SourceReading,
  { partition, readOutlines }: StoredSnapshot,
): Promise<Comparison | undefined> {
  const outlines = await readOutlines();
  const differences = findDifferences(round, new Map(outlines.map(row => [row.sourceKey, row])));
  const { seen, removed } = differences;
  const differing = [...seen.filter(({ isNew }) => !isNew).map(({ sourceKey }) => sourceKey), ...removed];
  const isHalved = findHalvedFiles(round.folders, outlines, removed).of > 0;
  if (differing.length > mostSingleReads || isHalved) return undefined;
  const known = byKey(await partition.readSnapshotContacts(differing));
  if (leaveOutTooLarge(round.folders, known).tooLarge.length > 0) return undefined;
  if (mayBeImportedAnew(differences, known, false)) return undefined;
  return { known, whole: false, contactsBefore: outlines.length, differences, tooLarge: [] };
}

function compare(
  round: SourceReading,
  rows: readonly SnapshotContact[],
  findChanges: FindChanges,
): Pick<Comparison, 'known' | 'tooLarge' | 'differences'> {
  const known = byKey(rows);
  const { storable, tooLarge } = leaveOutTooLarge(round.folders, known);
  const differences = findChanges({ ...round, folders: storable }, known);
  return { known, tooLarge, differences: withWaiting(differences, known) };
}

function byKey(rows: readonly SnapshotContact[]): Map<string, SnapshotContact> {
  return new Map(rows.map(row => [row.sourceKey, row]));
}
