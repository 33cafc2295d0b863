import type { ComponentChildren } from 'preact';
import { writeCsv } from '../../../../shared/api/csv.ts';
import { useAttempt } from '../attempt.ts';
import { download } from '../download.ts';
import { FailureNotice } from './Notice.tsx';

export interface Column<Row> {
  readonly title: string;
  show(row: Row): ComponentChildren;
  /** Of the cell in a CSV file; a column without is not in it. */
  text?(row: Row): string;
  readonly isNumber?: boolean;
  /** Left out where the screen is narrow. */
  readonly isExtra?: boolean;
}

export interface TableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  keyOf(row: Row): string;
}

export function Table<Row>({ caption, columns, rows, keyOf }: TableProps<Row>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be reached with the keyboard (WCAG 2.1.1)
    <section class="scrolls" aria-label={caption} tabIndex={0}>
      <table>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map(column => (
              <th key={column.title} scope="col" class={classOf(column)}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr key={keyOf(row)}>
              {columns.map(column => (
                <td key={column.title} class={classOf(column)} data-title={column.title}>
                  {column.show(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface CsvButtonProps<Row> {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly columns: readonly Column<Row>[];
  /** All rows, those of pages that are not shown too. */
  readAll(): Promise<readonly Row[]>;
}

export function CsvButton<Row>({ name, columns, readAll }: CsvButtonProps<Row>) {
  const { busy, failure, attempt } = useAttempt();
  return (
    <>
      <button type="button" class="quiet" disabled={busy} onClick={save}>
        {busy.value ? 'Reading all rows…' : 'Save as CSV'}
      </button>
      {failure.value && <FailureNotice failure={failure.value} />}
    </>
  );

  function save(): Promise<void> {
    return attempt(async () => {
      const rows = await readAll();
      const told = columns.filter(({ text }) => text !== undefined);
      const cells = rows.map(row => told.map(column => column.text?.(row) ?? ''));
      download(`${name}.csv`, writeCsv([told.map(({ title }) => title), ...cells]));
    });
  }
}

function classOf({ isNumber, isExtra }: Pick<Column<never>, 'isNumber' | 'isExtra'>): string {
  return `${isNumber ? 'number' : ''} ${isExtra ? 'extra' : ''}`.trim();
}
