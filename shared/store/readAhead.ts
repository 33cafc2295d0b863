import type { KeyRange, RowRange, StoredRow, Table } from '../ports/tableStorage.ts';

/**
 * A table of which some ranges of one partition are read at once, and not again: for whoever looks at many kinds of rows
 * at one moment. Ranges, since rows named one by one are found by a scan of the partition.
 */
export async function readAhead(table: Table, partitionKey: string, ranges: readonly KeyRange[]): Promise<Table> {
  const rows = (await Promise.all(ranges.map(range => table.query(partitionKey, range)))).flat();
  return { ...table, get, query };

  async function get(partition: string, rowKey: string): Promise<StoredRow | undefined> {
    const isRead = partition === partitionKey && ranges.some(range => isWithin(rowKey, range));
    return isRead ? rows.find(row => row.rowKey === rowKey) : table.get(partition, rowKey);
  }

  async function query(partition: string, range: RowRange = {}, select?: readonly string[]): Promise<StoredRow[]> {
    const { from, to, limit } = range;
    const isRead = partition === partitionKey && ranges.some(each => isPart(range, each));
    if (!isRead || from === undefined || to === undefined) return table.query(partition, range, select);
    return rows.filter(({ rowKey }) => isWithin(rowKey, { from, to })).slice(0, limit);
  }
}

function isWithin(rowKey: string, { from, to }: KeyRange): boolean {
  return rowKey >= from && rowKey < to;
}

function isPart({ from, to }: RowRange, whole: KeyRange): boolean {
  return from !== undefined && to !== undefined && from >= whole.from && to <= whole.to;
}
