import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { Table, type TableProps } from './Table.tsx';

const usualPageSize = 200;

interface LongTableProps<Row> extends TableProps<Row> {
  /** How many rows are shown at once. */
  readonly pageSize?: number | undefined;
  /** Buttons beside the one for more. */
  readonly children?: ComponentChildren;
}

/** Rows that are all here, shown a page at a time. */
export function LongTable<Row>({ pageSize = usualPageSize, rows, children, ...table }: LongTableProps<Row>) {
  const shown = useSignal(pageSize);
  return (
    <>
      {rows.length > 0 && <Table {...table} rows={rows.slice(0, shown.value)} />}
      <div class="buttons">
        {rows.length > shown.value && (
          <button
            type="button"
            onClick={() => {
              shown.value += pageSize;
            }}
          >
            Show more
          </button>
        )}
        {children}
      </div>
    </>
  );
}
