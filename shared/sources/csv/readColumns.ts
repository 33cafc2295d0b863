import { SourceFailure } from '../../ports/contactSource.ts';
import { FileRefused } from '../../ports/sourceFiles.ts';
import { exampleRows, type SourceAdapters, type SourceColumn } from '../../ports/sourceKind.ts';
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
  const { header, rows } = await readFirstRows(toUtf8(file.bytes, settings.encoding), settings);
  return columnsOf(header, settings).map((column, index) => ({
    ...column,
    examples: rows.flatMap(cells => cells[index] || []),
  }));
}

async function readFirstRows(
  text: Uint8Array,
  { delimiter }: CsvSettings,
): Promise<{ header: CsvHeader; rows: (readonly string[])[] }> {
  let header: CsvHeader | undefined;
  const rows: (readonly string[])[] = [];
  try {
    await readTable(text, delimiter, first => {
      header = first;
      return ({ cells }) => {
        if (rows.length < exampleRows) rows.push(cells);
      };
    });
  } catch (error) {
    if (!header || !(error instanceof FileRefused)) throw error;
  }
  if (!header) throw new Error('A table has a header, or is refused');
  return { header, rows };
}
