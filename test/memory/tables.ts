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
} from '../../shared/ports/tableStorage.ts';
import { checkPick, checkWrite, maxProperties, UnstorableRow } from '../../shared/store/tables/limits.ts';

type Partition = Map<string, StoredRow>;

interface MemoryTable extends Table {
  /** Copies all rows. The answer writes them in the place of what is there then: their etags are new. */
  backUp(): () => void;
}

export type MemoryTables = Record<keyof Tables, MemoryTable>;

/** Table Storage in memory, with its order, its etags and its limits. */
export function createMemoryTables(): MemoryTables {
  return eachTable(createMemoryTable);
}

function createMemoryTable(): MemoryTable {
  const partitions = new Map<string, Partition>();
  let writes = 0;

  function nextEtag(): string {
    writes += 1;
    return `W/"${writes}"`;
  }

  async function get(partitionKey: string, rowKey: string): Promise<StoredRow | undefined> {
    const row = partitions.get(partitionKey)?.get(rowKey);
    return row && copyRow(row);
  }

  async function query(partitionKey: string, range: RowRange = {}, select?: readonly string[]): Promise<StoredRow[]> {
    const rows = [...(partitions.get(partitionKey)?.values() ?? [])].filter(({ rowKey }) => isWithin(rowKey, range));
    const ordered = rows.sort((a, b) => compareOrdinal(a.rowKey, b.rowKey));
    return ordered.slice(0, range.limit).map(row => copyRow(row, select));
  }

  async function pick(...[partitionKey, rowKeys, ranges = []]: Parameters<Table['pick']>): Promise<PickedRows> {
    checkPick(rowKeys, ranges);
    const rows = [...(partitions.get(partitionKey)?.values() ?? [])].filter(
      ({ rowKey }) => rowKeys.includes(rowKey) || ranges.some(range => isWithin(rowKey, range)),
    );
    return {
      rows: rows.sort((a, b) => compareOrdinal(a.rowKey, b.rowKey)).map(row => copyRow(row)),
      atOneMoment: true,
    };
  }

  async function queryAcross(rowKey: string, limit: number, afterPartition?: string) {
    const found: { partitionKey: string; row: StoredRow }[] = [];
    for (const partitionKey of [...partitions.keys()].sort(compareOrdinal)) {
      if (afterPartition !== undefined && partitionKey <= afterPartition) continue;
      const row = partitions.get(partitionKey)?.get(rowKey);
      if (row && found.length < limit) found.push({ partitionKey, row: copyRow(row) });
    }
    return found;
  }

  async function write(partitionKey: string, operations: readonly RowOperation[]): Promise<string[]> {
    checkWrite(partitionKey, operations);
    const partition = partitions.get(partitionKey) ?? new Map<string, StoredRow>();
    for (const [index, operation] of operations.entries())
      checkGuard(partition.get(operation.rowKey), operation, index);
    partitions.set(partitionKey, partition);
    return operations.map(operation => apply(partition, operation));
  }

  function apply(partition: Partition, operation: RowOperation): string {
    const { rowKey } = operation;
    if (operation.kind === 'delete') {
      partition.delete(rowKey);
      return '';
    }
    const before: Properties = operation.kind === 'merge' ? (partition.get(rowKey)?.properties ?? {}) : {};
    const etag = nextEtag();
    const properties = { ...before, ...operation.properties };
    if (Object.keys(properties).length > maxProperties) throw new UnstorableRow('The row has more than 252 properties');
    partition.set(rowKey, { rowKey, etag, properties });
    return etag;
  }

  function backUp(): () => void {
    const copies = [...partitions].map(([key, rows]) => [key, [...rows.values()].map(row => copyRow(row))] as const);
    return () => {
      partitions.clear();
      for (const [key, rows] of copies) {
        partitions.set(key, new Map(rows.map(row => [row.rowKey, { ...copyRow(row), etag: nextEtag() }])));
      }
    };
  }

  return { get, query, pick, queryAcross, write, backUp };
}

function checkGuard(row: StoredRow | undefined, operation: RowOperation, index: number): void {
  if (operation.kind === 'insert') {
    if (row) throw new RowConflict('The row exists already', { index });
    return;
  }
  if (operation.etag !== undefined && operation.etag !== row?.etag) {
    throw new RowConflict(row ? 'The row has changed' : 'The row is gone', { index });
  }
}

function isWithin(rowKey: string, { from, to }: RowRange): boolean {
  return (from === undefined || rowKey >= from) && (to === undefined || rowKey < to);
}

function compareOrdinal(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function copyRow(row: StoredRow, select?: readonly string[]): StoredRow {
  const properties = Object.entries(row.properties).filter(([name]) => select?.includes(name) ?? true);
  return { ...row, properties: Object.fromEntries(properties) };
}
