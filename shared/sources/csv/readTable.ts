import { CsvError, parse } from 'csv-parse/sync';
import { SourceFailure } from '../../ports/contactSource.ts';

export interface CsvTable {
  readonly header: readonly string[];
  readonly rows: readonly CsvRow[];
}

export interface CsvRow {
  /** Of the file, from 1, where the row begins. */
  readonly line: number;
  /** As many as the header has, as texts. */
  readonly cells: readonly string[];
}

const mostRows = 200_000;
const delimiters = [',', ';', '\t', '|'];

/**
 * The rows of a CSV file, strictly: a quote that is not closed, a row with another number of columns, a header twice or
 * none refuse the whole file, since half a file would remove contacts.
 *
 * @throws SourceFailure with the line, and the column where there is one
 */
export function readTable(text: string, delimiter: string | undefined): CsvTable {
  const { body, delimiter: named, linesBefore } = takeFirstLines(text);
  const chosen = delimiter ?? named ?? guessDelimiter(body);
  const [first, ...rows] = parseRows(body, chosen, linesBefore);
  if (!first) throw refused(1, 'The file is empty: its first line has to name the columns');
  checkHeader(first);
  return { header: first.cells.map(name => name.trim()), rows };
}

/** Excel's `sep=;` and PowerShell's `#TYPE ...` are no header. */
function takeFirstLines(text: string): { body: string; delimiter: string | undefined; linesBefore: number } {
  const [line = ''] = text.split(/\r?\n/, 1);
  const [, delimiter] = /^sep=(.)$/i.exec(line.trim()) ?? [];
  if (delimiter === undefined && !line.startsWith('#TYPE')) return { body: text, delimiter, linesBefore: 0 };
  const end = text.indexOf('\n');
  return { body: end === -1 ? '' : text.slice(end + 1), delimiter, linesBefore: 1 };
}

/** The one that the first line has most of. */
function guessDelimiter(text: string): string {
  const [line = ''] = text.split(/\r?\n/, 1);
  const counts = delimiters.map(each => line.split(each).length);
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ',';
}

function parseRows(text: string, delimiter: string, linesBefore: number): CsvRow[] {
  try {
    const records = parse(text, {
      delimiter,
      info: true,
      skip_empty_lines: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: false,
      to: mostRows + 2,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    if (records.length > mostRows + 1) throw refused(mostRows, `The file has more than ${mostRows} rows: divide it`);
    let line = 1 + linesBefore;
    return records.map(({ record, info }) => {
      const begins = line;
      line = info.lines + 1 + linesBefore;
      return { line: begins, cells: record };
    });
  } catch (error) {
    if (error instanceof CsvError) throw refused(...describeFault(error, linesBefore));
    throw error;
  }
}

function describeFault(error: CsvError, linesBefore: number): [number, string] {
  const { lines = 0, columns } = error as CsvError & { lines?: number; columns?: { length: number } | number };
  const line = lines + linesBefore;
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return [
        line,
        'A quotation mark is opened and never closed: the file is cut, or a quotation mark inside of a text is not doubled',
      ];
    case 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH':
    case 'CSV_RECORD_INCONSISTENT_COLUMNS': {
      const expected = typeof columns === 'number' ? columns : columns?.length;
      return [
        line,
        `The row has another number of columns than the first line${expected ? ` (${expected})` : ''}: a text with the separator needs quotation marks`,
      ];
    }
    case 'INVALID_OPENING_QUOTE':
    case 'CSV_INVALID_CLOSING_QUOTE':
      return [line, 'A quotation mark stands inside of a text: double it, and put the text into quotation marks'];
    default:
      return [line, `The row cannot be read (${error.code})`];
  }
}

function checkHeader({ line, cells }: CsvRow): void {
  const met = new Set<string>();
  for (const [index, name] of cells.entries()) {
    const plain = name.trim().toLowerCase();
    if (plain !== '' && met.has(plain)) throw refused(line, `Column ${index + 1} has a name that another column has`);
    met.add(plain);
  }
  if (cells.every(cell => cell.trim() === '')) throw refused(line, 'The first line names no column');
}

/** A file that cannot be used: nothing of it is, and what was read before stays. */
export function refused(line: number, detail: string): SourceFailure {
  return new SourceFailure([{ code: 'CsvRefused', detail: `Line ${line}: ${detail}` }]);
}
