import type { ComponentChildren } from 'preact';
import { type Page, type ReadPage, readAllPages, usePages } from '../pages.ts';
import { FailureNotice, Loading } from './Notice.tsx';
import { type Column, CsvButton, Table } from './Table.tsx';

interface PagedTableProps<Some extends Page, Row> {
  readonly caption: string;
  /** Of the CSV file, without its ending. */
  readonly file: string;
  readonly columns: readonly Column<Row>[];
  /** What the pages answer: with another one they are read anew. None is read for undefined. */
  readonly question: string | undefined;
  read: ReadPage<Some>;
  /** Larger pages, for a file. */
  readForFile?: ReadPage<Some>;
  rowsOf(page: Some): readonly Row[];
  keyOf(row: Row): string;
  /** Above the rows. */
  head?(first: Some): ComponentChildren;
  /** Instead of rows. */
  empty(hasMore: boolean): ComponentChildren;
}

/** Rows that the app gives page by page. */
export function PagedTable<Some extends Page, Row>(props: PagedTableProps<Some, Row>) {
  const { caption, file, columns, question, read, readForFile = read, rowsOf, keyOf, head, empty } = props;
  const { pages, failure, hasMore, readMore } = usePages(read, question);
  const rows = pages.flatMap(rowsOf);
  const [first] = pages;
  return (
    <>
      {failure && <FailureNotice failure={failure} retry={readMore} />}
      {!first && !failure && <Loading what={caption.toLowerCase()} />}
      {first && head?.(first)}
      {first && rows.length === 0 && empty(hasMore)}
      {rows.length > 0 && <Table caption={caption} columns={columns} rows={rows} keyOf={keyOf} />}
      <div class="buttons">
        {hasMore && (
          <button type="button" onClick={readMore}>
            Show more
          </button>
        )}
        {rows.length > 0 && (
          <CsvButton
            name={file}
            columns={columns}
            readAll={async () => (await readAllPages(readForFile)).flatMap(rowsOf)}
          />
        )}
      </div>
    </>
  );
}
