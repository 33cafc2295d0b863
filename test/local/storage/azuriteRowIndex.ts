/** What this file uses of Azurite's row store and of LokiJS below it; neither ships types of it. */
export interface RowStore {
  getEntityCollection(...place: unknown[]): RowCollection;
  decodeContinuationHeader(text: unknown): string | undefined;
  queryTableEntities(
    context: unknown,
    account: unknown,
    table: unknown,
    options: { readonly filter?: string },
    ...page: unknown[]
  ): Promise<unknown>;
}

interface RowCollection {
  readonly data: readonly Row[];
  binaryIndices: Readonly<Record<string, unknown>>;
  findOne(query: Row): Row | null;
  on(event: 'insert' | 'update' | 'delete', listener: (row: Row) => void): void;
}

interface Row {
  readonly PartitionKey: string;
  readonly RowKey: string;
}

type Condition = (row: Row) => boolean;

const onePartition = /^\(?PartitionKey eq '((?:[^']|'')*)'/;

/**
 * Gives Azurite's row store an index by partition and row. Azurite 3.37 looks a row up among all that have its row
 * key, and a query at every row of its table, which it sorts for each page: a thousand mailboxes of twenty rows took 25
 * ms of each, twenty thousand rows of one partition 1.4 s.
 */
export function indexRows(store: RowStore): void {
  const { getEntityCollection, queryTableEntities } = store;
  const indexes = new WeakMap<RowCollection, RowIndex>();

  store.getEntityCollection = function (...place) {
    const collection = getEntityCollection.apply(this, place);
    if (!indexes.has(collection)) indexes.set(collection, createIndex(collection));
    return collection;
  };

  store.queryTableEntities = function (context, account, table, options, ...page) {
    const [, quoted] = onePartition.exec(options.filter ?? '') ?? [];
    if (quoted === undefined) return queryTableEntities.call(this, context, account, table, options, ...page);
    const nextRow = this.decodeContinuationHeader(page[1]);
    const partition: RowStore = Object.create(this, {
      getEntityCollection: {
        value: (...place: unknown[]) => {
          const rows = indexes.get(this.getEntityCollection(...place))?.get(quoted.replaceAll("''", "'"));
          return { chain: () => chainOf(rows?.inOrder(nextRow) ?? []) };
        },
      },
    });
    return queryTableEntities.call(partition, context, account, table, options, ...page);
  };
}

type RowIndex = Map<string, PartitionRows>;

/** Loki's own indexes cost more than all else of a write. */
function createIndex(collection: RowCollection): RowIndex {
  const index: RowIndex = new Map();
  collection.data.forEach(put);
  collection.on('insert', put);
  collection.on('update', put);
  collection.on('delete', ({ PartitionKey, RowKey }) => index.get(PartitionKey)?.delete(RowKey));
  collection.findOne = ({ PartitionKey, RowKey }) => index.get(PartitionKey)?.get(RowKey) ?? null;
  collection.binaryIndices = {};
  return index;

  function put(row: Row): void {
    const partition = index.get(row.PartitionKey) ?? createPartition();
    partition.put(row);
    index.set(row.PartitionKey, partition);
  }
}

type PartitionRows = ReturnType<typeof createPartition>;

function createPartition() {
  const rows = new Map<string, Row>();
  /** Undefined where keys have come or gone since they were sorted. */
  let sortedKeys: readonly string[] | undefined;
  return { get: (key: string) => rows.get(key), put, delete: remove, inOrder };

  function put(row: Row): void {
    if (!rows.has(row.RowKey)) sortedKeys = undefined;
    rows.set(row.RowKey, row);
  }

  function remove(key: string): void {
    if (rows.delete(key)) sortedKeys = undefined;
  }

  /** @param from the row key that the page begins with, or begins after where it is gone */
  function inOrder(from = ''): Row[] {
    sortedKeys ??= [...rows.keys()].sort();
    const first = sortedKeys.findIndex(key => key >= from);
    return first === -1 ? [] : sortedKeys.slice(first).flatMap(key => rows.get(key) ?? []);
  }
}

/** The part of Loki's chained queries that Azurite uses, of rows that are in order. */
function chainOf(rows: readonly Row[], conditions: readonly Condition[] = [], most = Number.POSITIVE_INFINITY) {
  return {
    where: (isWanted: Condition) => chainOf(rows, [...conditions, isWanted], most),
    sort: () => chainOf(rows, conditions, most),
    limit: (count: number) => chainOf(rows, conditions, count),
    data: () => firstOf(rows, conditions, most),
  };
}

function firstOf(rows: readonly Row[], conditions: readonly Condition[], most: number): Row[] {
  const first: Row[] = [];
  for (const row of rows) {
    if (first.length >= most) break;
    if (conditions.every(isWanted => isWanted(row))) first.push(row);
  }
  return first;
}
