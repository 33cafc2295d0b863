import { week } from '../../domain/durations.ts';
import type { Clock } from '../../ports/clock.ts';
import { FileUnavailable, type SourceFiles } from '../../ports/sourceFiles.ts';
import { DamagedRow } from '../../store/damagedRow.ts';
import type { Definitions } from '../../store/definitions.ts';
import { keptFiles } from './keepFile.ts';

/** For whoever goes on with a list after some days. */
const keptFor = week;

export interface ForgetFilesServices {
  readonly clock: Clock;
  readonly files: SourceFiles;
  readonly definitions: Pick<Definitions, 'readAll' | 'readVersions'>;
  /** Of `CONTACT_LISTS`. */
  readonly entries: readonly unknown[];
}

/**
 * Deletes the files that were kept for a list which nobody stored in the end. Resolves with their number; with 0, too,
 * where it cannot be told now which are named: also a version of before is restored with its file.
 */
export async function forgetFiles({ clock, files, definitions, entries }: ForgetFilesServices): Promise<number> {
  try {
    const old = (await files.list(keptFiles)).filter(({ putAt }) => putAt < clock.now() - keptFor);
    if (old.length === 0) return 0;
    const lists = [...(await definitions.readAll()).keys()];
    const versions = await Promise.all(lists.map(list => definitions.readVersions(list)));
    const named = JSON.stringify([entries, versions]);
    let forgotten = 0;
    for (const file of old) if (!named.includes(file.name) && (await files.remove(file))) forgotten++;
    return forgotten;
  } catch (error) {
    if (error instanceof FileUnavailable || error instanceof DamagedRow) return 0;
    throw error;
  }
}
