import { CsvError, type Options, type Parser, parse } from 'csv-parse';
import { FileRefused } from '../../ports/sourceFiles.ts';

export interface CsvRow {
  /** Of the file, from 1, where the row begins. */
  readonly line: number;
  /** As many as the header has, as texts. */
  readonly cells: readonly string[];
}

export interface CsvHeader {
  readonly line: number;
  /** The names of the columns. */
  readonly names: readonly string[];
}

const mostRows = 200_000;
/** Short enough that whatever else the process waits for goes on meanwhile. */
const bytesAtOnce = 65_536;
const lineFeed = 10;
const delimiters = [',', ';', '\t', '|'];

/**
 * What is made of the rows of a CSV file, one by one, so that never all of the cells are kept. Strictly: a quote that is
 * not closed, a row with another number of columns, a header twice or none refuse the whole file, since half a file would
 * remove contacts.
 *
 * @param utf8 the file, without a byte order mark
 * @param open what a row becomes, once the header is known
 * @throws FileRefused
 */
export async function readTable<Row>(
  utf8: Uint8Array,
  delimiter: string | undefined,
  open: (header: CsvHeader) => (row: CsvRow) => Row,
): Promise<readonly Row[]> {
  const { body, delimiter: named, linesBefore } = takeFirstLine(utf8);
  const chosen = delimiter ?? named ?? guessDelimiter(body);
  let toRow: ((row: CsvRow) => Row) | undefined;
  const rows: Row[] = [];
  await parseRows(body, chosen, linesBefore, row => {
    if (toRow) rows.push(toRow(row));
    else toRow = open(toHeader(row));
  });
  if (!toRow) throw new FileRefused({ line: 1 }, 'The file is empty: its first line has to name the columns');
  return rows;
}

/** Excel's `sep=;` and PowerShell's `#TYPE ...` are no header. */
function takeFirstLine(utf8: Uint8Array): { body: Uint8Array; delimiter: string | undefined; linesBefore: number } {
  const line = firstLineOf(utf8);
  const [, delimiter] = /^sep=(.)$/i.exec(line.trim()) ?? [];
  if (delimiter === undefined && !line.startsWith('#TYPE')) return { body: utf8, delimiter, linesBefore: 0 };
  return { body: utf8.subarray(endOfFirstLine(utf8) + 1), delimiter, linesBefore: 1 };
}

function firstLineOf(utf8: Uint8Array): string {
  return new TextDecoder().decode(utf8.subarray(0, endOfFirstLine(utf8)));
}

function endOfFirstLine(utf8: Uint8Array): number {
  const end = utf8.indexOf(lineFeed);
  return end === -1 ? utf8.length : end;
}

/** The one that the first line has most of. */
function guessDelimiter(utf8: Uint8Array): string {
  const line = firstLineOf(utf8);
  const counts = delimiters.map(each => line.split(each).length);
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ',';
}

/** @param take what it throws ends the reading */
async function parseRows(
  utf8: Uint8Array,
  delimiter: string,
  linesBefore: number,
  take: (row: CsvRow) => void,
): Promise<void> {
  let end = { lines: 0, empty_lines: 0 };
  // The parser takes a line break of two characters inside of a text for two.
  let countedTwice = 0;
  const lineAfter = (emptyLines: number) => linesBefore + end.lines - countedTwice + emptyLines - end.empty_lines + 1;
  let count = 0;
  const options: Options = {
    delimiter,
    skip_empty_lines: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: false,
    on_record(cells, context) {
      const line = lineAfter(context.empty_lines);
      end = context;
      for (const cell of cells) if (cell.includes('\r\n')) countedTwice += cell.split('\r\n').length - 1;
      count++;
      if (count > mostRows + 1) throw new FileRefused({ line }, `The file has more than ${mostRows} rows: divide it`);
      take({ line, cells });
      return null;
    },
  };
  try {
    await feed(parse(options), utf8);
  } catch (error) {
    if (error instanceof CsvError) throw describeFault(error, lineAfter);
    throw error;
  }
}

/** In pieces of the bytes: the parser would make them of a text, which were two more copies of a file of 50 MB. */
async function feed(parser: Parser, utf8: Uint8Array): Promise<void> {
  const ended = Promise.withResolvers<void>();
  parser.once('end', ended.resolve).once('error', ended.reject).resume();
  await Promise.all([ended.promise, writePieces(parser, utf8)]);
}

async function writePieces(parser: Parser, utf8: Uint8Array): Promise<void> {
  for (let start = 0; start < utf8.length && !parser.errored; start += bytesAtOnce) {
    parser.write(utf8.subarray(start, start + bytesAtOnce));
    await new Promise(setImmediate);
  }
  parser.end();
}

/** The place is that where the row begins: a quotation mark that is missing may swallow any number of lines. */
function describeFault(error: CsvError, lineAfter: (emptyLines: number) => number): FileRefused {
  const { code, column, empty_lines, record } = error as CsvError & Partial<Record<string, unknown>>;
  const place = { line: lineAfter(Number(empty_lines ?? 0)), column: Number(column ?? 0) + 1 };
  switch (code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return new FileRefused(
        place,
        'A quotation mark is opened and never closed: the file is cut, or a quotation mark inside of a text is not doubled',
      );
    case 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH':
    case 'CSV_RECORD_INCONSISTENT_COLUMNS': {
      const found = Array.isArray(record) ? record.length : 0;
      return new FileRefused(
        { line: place.line },
        `The row has another number of columns (${found}) than the first line: a text with the separator needs quotation marks`,
      );
    }
    case 'INVALID_OPENING_QUOTE':
    case 'CSV_INVALID_CLOSING_QUOTE':
      return new FileRefused(
        place,
        'A quotation mark stands inside of a text: double it, and put the text into quotation marks',
      );
    default:
      return new FileRefused(place, `The row cannot be read (${code})`);
  }
}

function toHeader({ line, cells }: CsvRow): CsvHeader {
  const names = cells.map(cell => cell.trim());
  const met = new Set<string>();
  for (const [index, name] of names.entries()) {
    const plain = name.toLowerCase();
    if (plain !== '' && met.has(plain)) {
      throw new FileRefused({ line, column: index + 1 }, 'The column has a name that another column has');
    }
    met.add(plain);
  }
  if (names.every(name => name === '')) throw new FileRefused({ line }, 'The first line names no column');
  return { line, names };
}
