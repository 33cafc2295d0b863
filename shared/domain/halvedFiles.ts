import { type FolderReading, isKept, type KnownOutline } from './sourceChanges.ts';

export interface HalvedFiles {
  /** Keys of those who are gone with them. */
  readonly lost: readonly string[];
  /** How many contacts the files had. */
  readonly of: number;
}

/**
 * What files lost that are at most half as long as before. A writer that was interrupted leaves a file without a fault in
 * it, so that this waits however little it is. Whoever waits already counts as there before and not now: a file that stays
 * as it is stays in doubt until somebody decides.
 *
 * @param snapshot the whole of it, without removals that were approved
 * @param gone keys
 */
export function findHalvedFiles(
  folders: readonly FolderReading[],
  snapshot: readonly KnownOutline[],
  gone: readonly string[],
): HalvedFiles {
  const halved = folders.filter(folder => folder.mayBeCut && isHalved(folder, snapshot));
  const known = snapshot.filter(row => !isKept(row) && halved.some(folder => isOf(row, folder)));
  const goneKeys = new Set(gone);
  return {
    lost: known.map(({ sourceKey }) => sourceKey).filter(key => goneKeys.has(key)),
    of: known.length,
  };
}

function isHalved(folder: FolderReading, snapshot: readonly KnownOutline[]): boolean {
  const known = snapshot.filter(row => !isKept(row) && isOf(row, folder));
  const standing = known.filter(({ removal }) => removal.kind !== 'gone').length;
  const now = folder.complete ? folder.contacts.filter(({ contact }) => contact).length : standing;
  return known.length > 1 && now * 2 <= known.length;
}

/** Of a person of several sources each part counts. */
function isOf({ folderId, parts }: KnownOutline, folder: FolderReading): boolean {
  return parts ? parts.some(part => part.folderId === folder.folderId) : folderId === folder.folderId;
}
