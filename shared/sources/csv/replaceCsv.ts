import type { FileReplacement, SourceAdapters } from '../../ports/sourceKind.ts';
import type { CsvSettings } from '../../settings/csvSource.ts';
import { readCsvContacts } from './readContacts.ts';

/**
 * A file that somebody else put there meanwhile stays: whoever sent this one did not know of it.
 *
 * @throws SourceFailure for a file that the source would not take; FileUnavailable
 */
export async function replaceCsv(
  settings: CsvSettings,
  bytes: Uint8Array,
  { files }: Pick<SourceAdapters<unknown>, 'files'>,
): Promise<FileReplacement> {
  const { blob } = settings;
  if (blob === undefined) return 'noFileOfOurs';
  const etag = await files.findEtag(blob);
  await readCsvContacts(bytes, settings);
  return (await files.replace(blob, bytes, etag)) ? 'replaced' : 'replacedMeanwhile';
}
