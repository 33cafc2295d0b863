import { DatabaseSync } from 'node:sqlite';

/** Of a value: JSON, or what `v8.serialize` made. */
export type Value = string | Uint8Array;

/**
 * A file of keys and values that outlives a kill at any moment. SQLite (https://sqlite.org/wal.html): what `write` was
 * given is there as a whole or not at all, and is there once it returns. Only a crash of the machine may lose the last.
 */
export interface KeyValueFile {
  entries(): Iterable<readonly [key: string, value: Value]>;
  /** In one transaction; `undefined` removes the key. */
  write(changes: Iterable<readonly [key: string, value: Value | undefined]>): void;
  close(): void;
}

/** Made if missing; its folder must exist. One process at a time: any other is refused with `SQLITE_BUSY`. */
export function openKeyValueFile(path: string): KeyValueFile {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  database.exec('CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value) WITHOUT ROWID');
  const select = database.prepare('SELECT key, value FROM entries');
  const put = database.prepare('INSERT OR REPLACE INTO entries VALUES (?, ?)');
  const remove = database.prepare('DELETE FROM entries WHERE key = ?');

  return {
    *entries() {
      for (const { key, value } of select.iterate()) yield [String(key), value as Value];
    },
    write(changes) {
      database.exec('BEGIN');
      try {
        for (const [key, value] of changes) {
          if (value === undefined) remove.run(key);
          else put.run(key, value);
        }
        database.exec('COMMIT');
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    close: () => database.close(),
  };
}
