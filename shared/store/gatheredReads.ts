import type { StoredRow, Table } from '../ports/tableStorage.ts';
import type { Gathering } from './gathering.ts';
import { justAfter } from './rowKey.ts';

interface Reading {
  readonly rowKey: string;
  readonly resolve: (row: StoredRow | undefined) => void;
  readonly reject: (error: unknown) => void;
}

const fewestRowsPerPage = 100;
const mostRowsPerPage = 1000;
/** A page that holds fewer wanted rows than one in so many costs more than to read them one by one. */
const leastShare = 20;

export type ReadRow = (partitionKey: string, rowKey: string) => Promise<StoredRow | undefined>;

/**
 * Reads single rows of a table, those of one partition together: messages are sent in the order of their mailboxes, so
 * that the rows of those at work lie side by side. A range is read rather than keys with `or`, which the service answers
 * by a scan of the partition (https://learn.microsoft.com/azure/storage/tables/table-storage-design-for-query). Who asks
 * while rows of the partition are being read is served by the next reading: each row is read after it was asked for.
 */
export function gatherReads(table: Table, { gather }: Gathering): ReadRow {
  const waiting = new Map<string, Reading[]>();
  return (partitionKey, rowKey) =>
    new Promise((resolve, reject) => {
      const reading = { rowKey, resolve, reject };
      const others = waiting.get(partitionKey);
      if (others) {
        others.push(reading);
        return;
      }
      const readings = [reading];
      waiting.set(partitionKey, readings);
      void readAll(partitionKey, readings);
    });

  /** One reading after the other, until nobody waits. */
  async function readAll(partitionKey: string, readings: Reading[]): Promise<void> {
    while (readings.length > 0) {
      await gather();
      await answer(partitionKey, readings.splice(0));
    }
    waiting.delete(partitionKey);
  }

  async function answer(partitionKey: string, readings: readonly Reading[]): Promise<void> {
    try {
      const rows = await readTogether(table, partitionKey, [...new Set(readings.map(({ rowKey }) => rowKey))].sort());
      for (const { rowKey, resolve } of readings) resolve(rows.get(rowKey));
    } catch (error) {
      for (const { reject } of readings) reject(error);
    }
  }
}

async function readTogether(
  table: Table,
  partitionKey: string,
  sortedKeys: readonly string[],
): Promise<ReadonlyMap<string, StoredRow>> {
  const found = new Map<string, StoredRow>();
  let keys = sortedKeys;
  for (let areDense = true; keys.length > 1 && areDense; ) {
    const limit = Math.min(mostRowsPerPage, Math.max(fewestRowsPerPage, 2 * keys.length));
    const page = await table.query(partitionKey, { from: keys[0] ?? '', to: justAfter(keys.at(-1) ?? ''), limit });
    for (const row of page) found.set(row.rowKey, row);
    const last = page.length < limit ? undefined : page.at(-1)?.rowKey;
    const remaining = last === undefined ? [] : keys.filter(key => key > last);
    areDense = (keys.length - remaining.length) * leastShare >= page.length;
    keys = remaining;
  }
  const rows = await Promise.all(keys.map(key => table.get(partitionKey, key)));
  for (const row of rows) if (row) found.set(row.rowKey, row);
  return found;
}
