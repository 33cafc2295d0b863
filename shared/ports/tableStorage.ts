export type PropertyValue = string | number | boolean;
export type Properties = Readonly<Record<string, PropertyValue>>;

/** A row as it was read; `etag` guards a later write of it. */
export interface StoredRow {
  readonly rowKey: string;
  readonly etag: string;
  readonly properties: Properties;
}

/**
 * One write of a transaction. `insert` fails if the row exists; `replace`, `merge` and `delete` with an etag fail
 * if the row changed since; without one, `replace` and `merge` make the row if it is missing, and `delete` of a
 * missing row is not an error.
 */
export type RowOperation =
  | { readonly kind: 'insert'; readonly rowKey: string; readonly properties: Properties }
  | {
      readonly kind: 'replace' | 'merge';
      readonly rowKey: string;
      readonly properties: Properties;
      readonly etag?: string;
    }
  | { readonly kind: 'delete'; readonly rowKey: string; readonly etag?: string };

/** Row keys from `from` (included) to `to` (excluded). */
export interface KeyRange {
  readonly from: string;
  readonly to: string;
}

/**
 * How many comparisons one request may name, one a key and two a range: a filter holds 15, of which the partition takes
 * one (https://learn.microsoft.com/rest/api/storageservices/querying-tables-and-entities).
 */
export const mostComparisons = 14;

export interface PickedRows {
  readonly rows: readonly StoredRow[];
  readonly atOneMoment: boolean;
}

/** Row keys from `from` (included) to `to` (excluded), in ordinal order; the first `limit` of them, all without one. */
export interface RowRange {
  readonly from?: string;
  readonly to?: string;
  readonly limit?: number;
}

/** One table of Azure Table Storage. Row keys are passed as they are stored (see `store/rowKey.ts`). */
export interface Table {
  get(partitionKey: string, rowKey: string): Promise<StoredRow | undefined>;
  /** Every row of the range, over all pages, in the order of their keys; `select` names the only properties read. */
  query(partitionKey: string, range?: RowRange, select?: readonly string[]): Promise<StoredRow[]>;
  /**
   * The rows of these keys and those of the ranges, in the order of their keys, with one request. `atOneMoment`: nobody
   * wrote between the reading of one row and of another.
   *
   * @throws RangeError for more than `mostComparisons`
   */
  pick(partitionKey: string, rowKeys: readonly string[], ranges?: readonly KeyRange[]): Promise<PickedRows>;
  /** The rows of that key in every partition, in the order of the partition keys, at most `limit` of them, from `afterPartition` (excluded) on. */
  queryAcross(
    rowKey: string,
    limit: number,
    afterPartition?: string,
  ): Promise<{ partitionKey: string; row: StoredRow }[]>;
  /**
   * Writes all or nothing: at most 100 rows of one partition, and 4 MiB. Resolves with the new etags in order
   * (empty for a deleted row). Rejects with `RowConflict` when an etag or an insert does not hold.
   */
  write(partitionKey: string, operations: readonly RowOperation[]): Promise<string[]>;
}

/** A guarded write met a row that changed (HTTP 412), that exists already (409) or that is gone (404). */
export class RowConflict extends Error {
  override readonly name = 'RowConflict';
  /** Which of the operations met it, from 0 on; undefined where that is not known. */
  readonly index: number | undefined;

  constructor(message: string, options: ErrorOptions & { readonly index?: number | undefined } = {}) {
    super(message, options);
    this.index = options.index;
  }
}

/** Every table of the app, as the storage account names it. */
export const tableNames = {
  sources: 'Sources',
  mailboxes: 'Mailboxes',
  progress: 'Progress',
  runs: 'Runs',
  audit: 'Audit',
  choices: 'Choices',
  definitions: 'Definitions',
  tombstones: 'Tombstones',
} as const;

export type TableName = (typeof tableNames)[keyof typeof tableNames];
export type Tables = { readonly [name in keyof typeof tableNames]: Table };

/** The same for every table. */
export function eachTable<Of>(make: (name: keyof Tables) => Of): Record<keyof Tables, Of> {
  const names = Object.keys(tableNames) as (keyof Tables)[];
  return Object.fromEntries(names.map(name => [name, make(name)])) as Record<keyof Tables, Of>;
}
