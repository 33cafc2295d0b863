import * as z from 'zod';
import type { Properties, RowOperation, StoredRow } from '../ports/tableStorage.ts';
import { readColumns, readIfReadable, readJson } from './columns.ts';
import { UnreadableProperty } from './damagedRow.ts';
import { packJson } from './longText.ts';
import { maxTransactionRows } from './tables/limits.ts';
import { dayBefore } from './utcDay.ts';

const schemaVersion = 1;

/** Numbers by name, of one row or of many; what is not named is 0. */
export type Tally = Readonly<Record<string, number>>;

/**
 * A partition's totals lie in so many rows. Each process adds the differences that it makes to a row of its own, in the
 * transaction that makes them: two processes only meet where they have chosen the same. (By hash of the mailbox,
 * transactions of many mailboxes would touch nearly every row, and those of two processes refuse each other.) A single
 * row may hold negative numbers: only the sum means something.
 */
export const totalsRows = 16;

/** Beside its row of totals a transaction takes so many rows. */
export const mostCountedRows = maxTransactionRows - 1;

/** More names than this are not worth counting: a row of totals has to stay small. */
const mostNames = 1000;

const tally = z.record(z.string(), z.int());
const daysColumn = z.record(z.string(), tally);

/** What was done on each of the latest days, by day (YYYY-MM-DD, UTC). */
export type Days = Readonly<Record<string, Tally>>;

/** Older days are dropped from a row that is written; by then they lie elsewhere. */
const countedDays = 8;
const latestColumn = z.object({ latest: z.number().default(0) });

/** One of a partition's rows of totals. */
export interface TotalsRow {
  readonly tally: Tally;
  readonly days: Days;
  /** The latest time that a difference came with, in epoch milliseconds; 0 without one. */
  readonly latest: number;
  /** False where rows were there before anybody counted, and of a damaged row: the sum means nothing then. */
  readonly counted: boolean;
  /** Undefined for a row that is not there yet. */
  readonly etag: string | undefined;
}

/** Where a table keeps its totals, and what else the rows have to say. */
export interface TotalsLayout {
  /** Of the row keys; ends in a colon. */
  readonly prefix: string;
  readonly columns: Properties;
  /** Whether a row that is made with the first difference counts: nothing was there before. */
  readonly countedFromTheStart: boolean;
}

export function addTallies(...tallies: readonly Tally[]): Tally {
  const sum: Record<string, number> = {};
  for (const each of tallies) {
    for (const [name, number] of Object.entries(each)) sum[name] = (sum[name] ?? 0) + number;
  }
  return Object.fromEntries(Object.entries(sum).filter(([, number]) => number !== 0));
}

export function differenceOf(after: Tally, before: Tally): Tally {
  const negated = Object.entries(before).map(([name, number]) => [name, -number] as const);
  return addTallies(after, Object.fromEntries(negated));
}

/** Of both, the latest `countedDays` up to the newest. */
export function addDays(left: Days, right: Days): Days {
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
  const newest = names.at(-1);
  if (newest === undefined) return {};
  const oldest = dayBefore(newest, countedDays - 1);
  const kept = names.filter(name => name >= oldest);
  return Object.fromEntries(kept.map(name => [name, addTallies(left[name] ?? {}, right[name] ?? {})]));
}

/** What all writers together did. */
export function sumDays(rows: readonly StoredRow[]): Days {
  return rows.map(parseDays).reduce(addDays, {});
}

/** An older version's write of the row drops them, and one that cannot be read counts nothing: they are only shown. */
function parseDays({ properties }: StoredRow): Days {
  return readIfReadable(() => readJson('days', daysColumn.optional(), properties)) ?? {};
}

export function isEmpty(numbers: Tally | Days): boolean {
  return Object.keys(numbers).length === 0;
}

export function totalsKey({ prefix }: TotalsLayout, slot: number): string {
  return `${prefix}${String(slot).padStart(2, '0')}`;
}

/** Totals only spare reading the rows: one that cannot be read holds up nothing, and counts nothing. */
export function parseTotalsRow(row: StoredRow | undefined, layout: TotalsLayout): TotalsRow {
  if (!row) return { tally: {}, days: {}, latest: 0, counted: layout.countedFromTheStart, etag: undefined };
  const { properties, etag } = row;
  const days = parseDays(row);
  try {
    const { latest } = readColumns(latestColumn, properties);
    return { tally: readJson('tally', tally, properties), days, latest, counted: properties.counted === true, etag };
  } catch (error) {
    if (error instanceof UnreadableProperty) return { tally: {}, days, latest: 0, counted: false, etag };
    throw error;
  }
}

/** Writes a row of totals as long as it is as it was read. */
export function totalsOperation(
  layout: TotalsLayout,
  slot: number,
  { tally, days, latest, counted, etag }: TotalsRow,
): RowOperation {
  const isTooLong = Object.keys(tally).length > mostNames;
  const properties = {
    schemaVersion,
    ...layout.columns,
    latest,
    counted: counted && !isTooLong,
    ...packJson('tally', isTooLong ? {} : tally),
    ...(isEmpty(days) ? {} : packJson('days', days)),
  };
  const rowKey = totalsKey(layout, slot);
  return etag === undefined ? { kind: 'insert', rowKey, properties } : { kind: 'replace', rowKey, properties, etag };
}

export interface Totals {
  readonly tally: Tally;
  readonly latest: number;
}

/** A partition's totals; undefined where not every row counts, or the sum is none of rows. */
export function sumTotals(rows: readonly StoredRow[], layout: TotalsLayout): Totals | undefined {
  const parsed = rows.map(row => parseTotalsRow(row, layout));
  const isComplete = layout.countedFromTheStart || parsed.length === totalsRows;
  if (!isComplete || !parsed.every(({ counted }) => counted)) return undefined;
  const sum = addTallies(...parsed.map(({ tally }) => tally));
  if (Object.values(sum).some(number => number < 0)) return undefined;
  return { tally: sum, latest: parsed.reduce((latest, row) => Math.max(latest, row.latest), 0) };
}

/**
 * Puts exact totals in the place of those that are there. Guarded by every row, so that it is refused if anybody has
 * changed a counted row since.
 *
 * @param rows the rows of totals as they were read, before or together with what was counted
 */
export function recountOperations(layout: TotalsLayout, rows: readonly StoredRow[], exact: Tally): RowOperation[] {
  const found = new Map(rows.map(row => [row.rowKey, row]));
  return Array.from({ length: totalsRows }, (_, slot) => {
    const { etag, days } = parseTotalsRow(found.get(totalsKey(layout, slot)), layout);
    return totalsOperation(layout, slot, { tally: slot === 0 ? exact : {}, days, latest: 0, counted: true, etag });
  });
}

/** Whether the totals that are there are those of the rows, or there are too many kinds of rows to keep any. */
export function isCounted(layout: TotalsLayout, rows: readonly StoredRow[], exact: Tally): boolean {
  if (Object.keys(exact).length > mostNames) return true;
  const sum = sumTotals(rows, layout);
  return sum !== undefined && isEmpty(differenceOf(sum.tally, exact));
}
