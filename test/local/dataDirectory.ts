import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartError } from './start/startError.ts';

/** https://sqlite.org/rescode.html#busy */
const busy = 5;

/** A folder with the state of the local services, for one process at a time. */
export interface DataDirectory {
  /** File of the simulated tenant. */
  readonly tenant: string;
  /** Folder of the storage account. */
  readonly storage: string;
  /** Lets others have it. The end of the process does so too, whatever ends it. */
  close(): void;
}

/**
 * Makes the folder if it is missing, and takes it.
 *
 * @param storage name of the storage account's folder
 * @throws StartError when it cannot be written, another process has it, or an earlier version wrote it
 */
export async function takeDataDirectory(path: string, storage = 'azurite'): Promise<DataDirectory> {
  try {
    await mkdir(path, { recursive: true });
    refuseFormer(path, storage);
    const lock = takeLock(join(path, 'lock'));
    return { tenant: join(path, 'tenant.sqlite'), storage: join(path, storage), close: () => lock.close() };
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    const remedy = cause instanceof StartError ? 'or name another with --data' : 'name one that may be written';
    throw new StartError(`The data directory ${path} cannot be used: ${problem}, ${remedy}`, { cause });
  }
}

/** Earlier versions kept tenant and tables in such a way that after a kill one did not fit the other. */
function refuseFormer(path: string, storage: string): void {
  const former = ['graph.json', join(storage, '__azurite_db_table__.json')].find(name => existsSync(join(path, name)));
  if (former === undefined) return;
  throw new StartError(`${former} in it was written by an earlier version. Delete the directory`);
}

/** SQLite's lock is the operating system's, which a kill gives up, too; Node has no other. */
function takeLock(file: string): DatabaseSync {
  const lock = new DatabaseSync(file);
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    const isBusy = error instanceof Error && 'errcode' in error && error.errcode === busy;
    if (!isBusy) throw error;
    throw new StartError('another npm start or npm run services uses it. Stop that one', { cause: error });
  }
}
