import { type Storage, startStorage } from '../../local/storage/index.ts';

/** Starts storage accounts for a test, which end with it. */
export function useStorages(): () => Promise<Storage> {
  let storages: Storage[] = [];
  afterEach(async () => {
    await Promise.all(storages.map(each => each.close()));
    storages = [];
  });
  return async () => {
    const storage = await startStorage();
    storages.push(storage);
    return storage;
  };
}
