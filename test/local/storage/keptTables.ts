import { type KeyValueFile, openKeyValueFile } from '../keyValueFile.ts';

/** What this file uses of Azurite's table store and of LokiJS below it; neither ships types of it. */
export interface TableStore {
  readonly db: { getCollection(name: string): Collection | null };
  readonly TABLES_COLLECTION: string;
  init(): Promise<void>;
  close(): Promise<void>;
  createCollectionForTable(table: Document): void;
  getTableCollectionName(account: unknown, table: unknown): string;
}

interface Collection {
  readonly data: readonly Document[];
  insert(documents: readonly Document[]): void;
  on(events: readonly ('insert' | 'update' | 'delete')[], listener: (document: Document) => void): void;
}

/** A table's entry in the register of tables, or a row. */
type Document = Readonly<Record<string, unknown>>;

export interface KeptTables {
  /** To be called before an answer leaves: whatever it tells is kept then. */
  save(): void;
}

/**
 * Makes Azurite's table stores, which are to be in memory, keep their tables and rows in a file: Azurite's own
 * persistence writes everything anew every five seconds, and a kill loses what was answered since. Tables' access
 * policies and the service's properties are not kept.
 */
export function keepTables(prototype: TableStore, path: string): KeptTables {
  const { init, close, createCollectionForTable } = prototype;
  const changes = new Map<string, string | undefined>();
  let file: KeyValueFile | undefined;

  prototype.init = async function () {
    await init.call(this);
    file = openKeyValueFile(path);
    load(this, file);
    follow(this, this.TABLES_COLLECTION);
  };
  prototype.createCollectionForTable = function (table) {
    createCollectionForTable.call(this, table);
    follow(this, rowsOf(this, table));
  };
  prototype.close = async function () {
    await close.call(this);
    save();
    file?.close();
  };

  function load(store: TableStore, { entries }: KeyValueFile): void {
    const kept = Map.groupBy(entries(), ([key]): string => JSON.parse(key)[0]);

    function insertInto(name: string): void {
      const documents = (kept.get(name) ?? []).map(([, value]): Document => JSON.parse(String(value)));
      store.db.getCollection(name)?.insert(documents);
    }

    insertInto(store.TABLES_COLLECTION);
    for (const table of store.db.getCollection(store.TABLES_COLLECTION)?.data ?? []) {
      createCollectionForTable.call(store, table);
      insertInto(rowsOf(store, table));
      follow(store, rowsOf(store, table));
    }
  }

  function follow(store: TableStore, name: string): void {
    const collection = store.db.getCollection(name);
    collection?.on(['insert', 'update'], document => {
      const { $loki: _id, meta: _meta, ...kept } = document;
      changes.set(keyOf(name, document), JSON.stringify(kept));
    });
    collection?.on(['delete'], document => {
      changes.set(keyOf(name, document), undefined);
      if (name !== store.TABLES_COLLECTION) return;
      const rows = rowsOf(store, document);
      for (const row of store.db.getCollection(rows)?.data ?? []) changes.set(keyOf(rows, row), undefined);
    });
  }

  function save(): void {
    if (changes.size > 0) file?.write(changes);
    changes.clear();
  }

  return { save };
}

function rowsOf(store: TableStore, { account, table }: Document): string {
  return store.getTableCollectionName(account, table);
}

function keyOf(collection: string, { account, table, PartitionKey, RowKey }: Document): string {
  const names = PartitionKey === undefined ? [account, table] : [PartitionKey, RowKey];
  return JSON.stringify([collection, ...names]);
}
