import {
  eachTable,
  type PickedRows,
  type Properties,
  RowConflict,
  type RowOperation,
  type RowRange,
  type StoredRow,
  type Table,
  type Tables,
} from '../../ports/tableStorage.ts';
import { checkPick, checkWrite } from './limits.ts';

/** All that a trial may do to the real tables. */
export type TableReading = Pick<Table, 'get' | 'query' | 'pick' | 'queryAcross'>;
export type TablesReading = { readonly [name in keyof Tables]: TableReading };

const emptyTable: TableReading = {
  get: async () => undefined,
  query: async () => [],
  pick: async (_partitionKey, rowKeys, ranges = []) => {
    checkPick(rowKeys, ranges);
    return { rows: [], atOneMoment: true };
  },
  queryAcross: async () => [],
};

/** Storage in which nothing was ever written: what there is before the app is deployed. */
export const emptyTables: TablesReading = eachTable(() => emptyTable);

/**
 * Tables whose writes stay in memory, over tables that are only read: what the engine would write can be tried, read
 * back and forgotten.
 */
export function createTrialTables(base: TablesReading): Tables {
  return eachTable(name => createTrialTable(base[name]));
}

/** Rows by key; undefined where one was deleted. */
type Partition = Map<string, StoredRow | undefined>;

function createTrialTable(base: TableReading): Table {
  const partitions = new Map<string, Partition>();
  /** Partitions of the base that were read as a whole: ten thousand rows are not read again one by one. */
  const known = new Map<string, ReadonlyMap<string, StoredRow>>();
  let writes = 0;
  return { get, query, pick, queryAcross, write };

  async function get(partitionKey: string, rowKey: string): Promise<StoredRow | undefined> {
    const partition = partitions.get(partitionKey);
    const rows = partition?.has(rowKey) ? partition : known.get(partitionKey);
    if (!rows) return base.get(partitionKey, rowKey);
    const row = rows.get(rowKey);
    return row && copyRow(row);
  }

  async function readBase(
    partitionKey: string,
    range: RowRange,
    select: readonly string[] | undefined,
  ): Promise<ReadonlyMap<string, StoredRow>> {
    const { from, to, limit } = range;
    const before = known.get(partitionKey);
    if (before) return new Map([...before].filter(([rowKey]) => isWithin(rowKey, range)).slice(0, limit));
    const whole = [from, to, limit, select].every(restriction => restriction === undefined);
    const rows = new Map((await base.query(partitionKey, range, select)).map(row => [row.rowKey, row]));
    if (whole) known.set(partitionKey, rows);
    return rows;
  }

  async function query(partitionKey: string, range: RowRange = {}, select?: readonly string[]): Promise<StoredRow[]> {
    const own = [...(partitions.get(partitionKey) ?? [])].filter(([rowKey]) => isWithin(rowKey, range));
    // Each of ours may take the place of one of the base's.
    const limit = range.limit === undefined ? {} : { limit: range.limit + own.length };
    const rows = new Map(await readBase(partitionKey, { ...range, ...limit }, select));
    for (const [rowKey, row] of own) {
      if (row) rows.set(rowKey, copyRow(row, select));
      else rows.delete(rowKey);
    }
    return [...rows.values()]
      .sort((left, right) => compareOrdinal(left.rowKey, right.rowKey))
      .slice(0, range.limit ?? Number.POSITIVE_INFINITY)
      .map(row => copyRow(row, select));
  }

  async function pick(...[partitionKey, rowKeys, ranges = []]: Parameters<Table['pick']>): Promise<PickedRows> {
    const found = await base.pick(partitionKey, rowKeys, ranges);
    const rows = new Map(found.rows.map(row => [row.rowKey, row]));
    for (const [rowKey, row] of partitions.get(partitionKey) ?? []) {
      if (!rowKeys.includes(rowKey) && !ranges.some(range => isWithin(rowKey, range))) continue;
      if (row) rows.set(rowKey, row);
      else rows.delete(rowKey);
    }
    const sorted = [...rows.values()].sort((left, right) => compareOrdinal(left.rowKey, right.rowKey));
    return { ...found, rows: sorted.map(row => copyRow(row)) };
  }

  async function queryAcross(rowKey: string, limit: number, afterPartition?: string) {
    const own = [...partitions].filter(
      ([key, rows]) => rows.has(rowKey) && (afterPartition === undefined || key > afterPartition),
    );
    const found = await base.queryAcross(rowKey, limit + own.length, afterPartition);
    const rows = new Map(found.map(each => [each.partitionKey, each.row]));
    for (const [partitionKey, partition] of own) {
      const row = partition.get(rowKey);
      if (row) rows.set(partitionKey, row);
      else rows.delete(partitionKey);
    }
    const sorted = [...rows].sort(([left], [right]) => compareOrdinal(left, right));
    return sorted.slice(0, limit).map(([partitionKey, row]) => ({ partitionKey, row: copyRow(row) }));
  }

  async function write(partitionKey: string, operations: readonly RowOperation[]): Promise<string[]> {
    checkWrite(partitionKey, operations);
    // Only what is guarded or merged needs the row as it was.
    const before = await Promise.all(
      operations.map(operation => (needsRow(operation) ? get(partitionKey, operation.rowKey) : undefined)),
    );
    for (const [index, operation] of operations.entries()) checkGuard(before[index], operation, index);
    const partition: Partition = partitions.get(partitionKey) ?? new Map();
    partitions.set(partitionKey, partition);
    return operations.map((operation, index) => apply(partition, operation, before[index]));
  }

  function apply(partition: Partition, operation: RowOperation, before: StoredRow | undefined): string {
    const { rowKey } = operation;
    if (operation.kind === 'delete') {
      partition.set(rowKey, undefined);
      return '';
    }
    writes += 1;
    const etag = `trial-${writes}`;
    const kept: Properties = operation.kind === 'merge' ? (before?.properties ?? {}) : {};
    partition.set(rowKey, { rowKey, etag, properties: { ...kept, ...operation.properties } });
    return etag;
  }
}

function needsRow(operation: RowOperation): boolean {
  return operation.kind === 'insert' || operation.kind === 'merge' || operation.etag !== undefined;
}

function checkGuard(row: StoredRow | undefined, operation: RowOperation, index: number): void {
  if (operation.kind === 'insert') {
    if (row) throw new RowConflict('The row exists already', { index });
  } else if (operation.etag !== undefined && operation.etag !== row?.etag) {
    throw new RowConflict(row ? 'The row has changed' : 'The row is gone', { index });
  }
}

/** Whoever changes what it was given changes nothing here. */
function copyRow(row: StoredRow, select?: readonly string[]): StoredRow {
  const properties = Object.entries(row.properties).filter(([name]) => select?.includes(name) ?? true);
  return { ...row, properties: Object.fromEntries(properties) };
}

function isWithin(rowKey: string, { from, to }: RowRange): boolean {
  return (from === undefined || rowKey >= from) && (to === undefined || rowKey < to);
}

function compareOrdinal(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
