import { isKept, type KnownOutline, type SeenContact } from './sourceChanges.ts';

export interface EmptiedSources {
  /** Keys of those who are gone with them. */
  readonly lost: readonly string[];
  /** How many contacts the sources had. */
  readonly of: number;
}

/**
 * What is lost with those of a list's sources that had several contacts and have none any more, while others have some: an
 * empty answer is no proof of absence, however small the source is beside the others (rules.md: Empty answers).
 *
 * @param snapshot the whole of it, without removals that were approved
 * @param gone keys
 * @param sourceOf which source a folder is of, -1 for none that the list reads: what an admin takes out goes as asked
 */
export function findEmptiedSources(
  snapshot: readonly KnownOutline[],
  gone: readonly string[],
  seen: readonly SeenContact[],
  sourceOf: (folderId: string) => number,
): EmptiedSources {
  const goneKeys = new Set(gone);
  const seenKeys = new Set(seen.map(({ sourceKey }) => sourceKey));
  const stayed = snapshot.filter(({ sourceKey }) => !goneKeys.has(sourceKey) && !seenKeys.has(sourceKey));
  const inUse = new Set([...stayed, ...seen].flatMap(row => sourcesOf(row, sourceOf)));
  const known = snapshot.filter(row => !isKept(row));
  const bySource = Map.groupBy(
    known.flatMap(row => sourcesOf(row, sourceOf).map(source => ({ source, key: row.sourceKey }))),
    ({ source }) => source,
  );
  const emptied = [...bySource].flatMap(([source, rows]) =>
    source !== -1 && rows.length > 1 && !inUse.has(source) ? [rows] : [],
  );
  const keys = [...new Set(emptied.flat().map(({ key }) => key))];
  return { lost: keys.filter(key => goneKeys.has(key)), of: keys.length };
}

/** Of a person of several sources each of them. */
function sourcesOf(
  { folderId, parts }: Pick<KnownOutline, 'folderId' | 'parts'>,
  sourceOf: (folderId: string) => number,
): number[] {
  return [...new Set(parts ? parts.map(part => sourceOf(part.folderId)) : [sourceOf(folderId)])];
}
