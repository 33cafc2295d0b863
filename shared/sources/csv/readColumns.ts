import { SourceFailure } from '../../ports/contactSource.ts';
import { FileRefused } from '../../ports/sourceFiles.ts';
import type { SourceAdapters, SourceColumn } from '../../ports/sourceKind.ts';
import type { CsvSettings } from '../../settings/csvSource.ts';
import { describeMissingFile } from './describeFile.ts';
import { readFile } from './openCsv.ts';
import { columnsOf } from './readContacts.ts';
import { type CsvHeader, readTable } from './readTable.ts';
import { toUtf8 } from './toUtf8.ts';

/**
 * The columns of the file, also where a row of it is refused.
 *
 * @throws SourceFailure for a file that is not there, or has no first line
 */
export async function readColumns(settings: CsvSettings, adapters: SourceAdapters<unknown>): Promise<SourceColumn[]> {
  const file = await readFile(settings, undefined, adapters);
  if (file.kind === 'missing') throw new SourceFailure([describeMissingFile(settings, file.account)]);
  if (file.kind === 'unchanged') throw new Error('Nothing was known of the file');
  return columnsOf(await readHeader(toUtf8(file.bytes, settings.encoding), settings), settings);
}

async function readHeader(text: Uint8Array, { delimiter }: CsvSettings): Promise<CsvHeader> {
  let found: CsvHeader | undefined;
  try {
    await readTable(text, delimiter, header => {
      found = header;
      return () => undefined;
    });
  } catch (error) {
    if (!found || !(error instanceof FileRefused)) throw error;
  }
  if (!found) throw new Error('A table has a header, or is refused');
  return found;
}
