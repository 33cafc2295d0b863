import { LRUCache } from 'lru-cache';
import { RowConflict, type RowOperation, type Table } from '../ports/tableStorage.ts';
import type { Gathering } from './gathering.ts';
import { checkWrite, maxTransactionBytes, operationBytes } from './tables/limits.ts';
import {
  addDays,
  addTallies,
  type Days,
  isEmpty,
  mostCountedRows,
  parseTotalsRow,
  type Tally,
  type TotalsLayout,
  type TotalsRow,
  totalsKey,
  totalsOperation,
  totalsRows,
} from './totals.ts';

/** What rows add to the totals of their partition. */
export interface Counted {
  /** More than they did. */
  readonly difference?: Tally;
  /** When that happened, in epoch milliseconds, where the totals are to tell the latest time. */
  readonly at?: number;
  readonly days?: Days;
}

/** One transaction's rows, as its caller sees it. */
interface Write {
  readonly operations: readonly RowOperation[];
  readonly counted: Required<Counted>;
  readonly resolve: (etags: string[]) => void;
  readonly reject: (error: unknown) => void;
}

/** A row of totals as this process left it. */
interface KnownTotals {
  readonly slot: number;
  /** Undefined until it is read. */
  readonly row: TotalsRow | undefined;
}

/** What the row of totals may take, rounded up. */
const totalsBytes = 256 * 1024;

/**
 * Like `Table.write`, and counts.
 *
 * @param operations at most 99; each guarded by an etag, or an insert, where something counts: an answer that was
 * lost must not let it count twice
 */
export type WriteGathered = (
  partitionKey: string,
  operations: readonly RowOperation[],
  counted?: Counted,
) => Promise<string[]>;

/**
 * Writes what comes at about the same time to one partition in one transaction, with the partition's totals in it. Each
 * caller hears of its own rows alone: a conflict of one is no conflict of the others, which are sent again without it.
 * Nobody hears that it is done before it is committed.
 */
export function gatherWrites(
  table: Table,
  layout: TotalsLayout,
  { gather, slot: firstSlot }: Gathering,
): WriteGathered {
  const waiting = new Map<string, Write[]>();
  const noTotals = parseTotalsRow(undefined, layout);
  const totals = new LRUCache<string, KnownTotals>({ max: 100 });
  return async (partitionKey, operations, { difference = {}, at = 0, days = {} } = {}) => {
    // What cannot be stored fails alone.
    checkWrite(partitionKey, operations);
    return new Promise((resolve, reject) => {
      const write = { operations, counted: { difference, at, days }, resolve, reject };
      const others = waiting.get(partitionKey);
      if (others) {
        others.push(write);
        return;
      }
      waiting.set(partitionKey, [write]);
      void sendAll(partitionKey);
    });
  };

  /** One transaction after the other, until nothing waits. */
  async function sendAll(partitionKey: string): Promise<void> {
    for (let writes = waiting.get(partitionKey) ?? []; writes.length > 0; ) {
      if (!isFull(writes)) await gather();
      const together = takeTogether(partitionKey, writes);
      await commit(partitionKey, together);
    }
    waiting.delete(partitionKey);
  }

  async function commit(partitionKey: string, writes: readonly Write[]): Promise<void> {
    for (let remaining = writes; remaining.length > 0; ) {
      try {
        await send(partitionKey, remaining);
        return;
      } catch (error) {
        const refused = error instanceof RowConflict ? findRefused(remaining, error.index) : 'all';
        if (refused === 'unknown') {
          for (const write of remaining) await commit(partitionKey, [write]);
          return;
        }
        if (refused === 'totals') takeNextTotals(partitionKey);
        const refusedWrites = remaining.filter(write => refused === 'all' || write === refused);
        for (const { reject } of refusedWrites) reject(error);
        remaining = remaining.filter(write => !refusedWrites.includes(write));
      }
    }
  }

  async function send(partitionKey: string, writes: readonly Write[]): Promise<void> {
    const rows = writes.flatMap(({ operations }) => operations);
    const difference = addTallies(...writes.map(({ counted }) => counted.difference));
    const days = writes.map(({ counted }) => counted.days).reduce(addDays, {});
    if (isEmpty(difference) && isEmpty(days)) return answer(writes, await table.write(partitionKey, rows));
    const { slot, row: known } = totals.get(partitionKey) ?? { slot: firstSlot % totalsRows, row: noTotals };
    const row = known ?? (await readTotals(partitionKey, slot));
    const latest = Math.max(row.latest, ...writes.map(({ counted }) => counted.at));
    const sum = { ...row, tally: addTallies(row.tally, difference), days: addDays(row.days, days), latest };
    const etags = await table.write(partitionKey, [...rows, totalsOperation(layout, slot, sum)]);
    totals.set(partitionKey, { slot, row: { ...sum, etag: etags.at(-1) } });
    answer(writes, etags);
  }

  /** Another process writes to the same row, or this one did and did not hear that it was done: on to the next row. */
  function takeNextTotals(partitionKey: string): void {
    const slot = ((totals.get(partitionKey)?.slot ?? firstSlot) + 1) % totalsRows;
    totals.set(partitionKey, { slot, row: undefined });
  }

  async function readTotals(partitionKey: string, slot: number): Promise<TotalsRow> {
    return parseTotalsRow(await table.get(partitionKey, totalsKey(layout, slot)), layout);
  }
}

/** What comes later would not leave with them. */
function isFull(writes: readonly Write[]): boolean {
  return writes.reduce((rows, { operations }) => rows + operations.length, 0) >= mostCountedRows;
}

/** The writes that go first, as many as one transaction takes; what names a row that is among them already stays. */
function takeTogether(partitionKey: string, writes: Write[]): Write[] {
  const taken: Write[] = [];
  const rowKeys = new Set<string>();
  let bytes = totalsBytes;
  for (const write of [...writes]) {
    const { operations } = write;
    bytes += operations.reduce((sum, operation) => sum + operationBytes(partitionKey, operation), 0);
    const isTooMuch = rowKeys.size + operations.length > mostCountedRows || bytes > maxTransactionBytes;
    if (taken.length > 0 && (isTooMuch || operations.some(({ rowKey }) => rowKeys.has(rowKey)))) break;
    for (const { rowKey } of operations) rowKeys.add(rowKey);
    taken.push(write);
    writes.shift();
  }
  return taken;
}

/** Whose row it is that is not as it was. */
function findRefused(writes: readonly Write[], index: number | undefined): Write | 'totals' | 'unknown' | 'all' {
  const [only, ...others] = writes;
  if (index === undefined) return others.length > 0 ? 'unknown' : (only ?? 'all');
  let end = 0;
  for (const write of writes) {
    end += write.operations.length;
    if (index < end) return write;
  }
  return 'totals';
}

function answer(writes: readonly Write[], etags: readonly string[]): void {
  let start = 0;
  for (const { operations, resolve } of writes) {
    resolve(etags.slice(start, start + operations.length));
    start += operations.length;
  }
}
