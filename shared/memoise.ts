import { LRUCache } from 'lru-cache';

/** Readings by key, each shared by all who ask for it while it runs and after. One that fails is not kept. */
export type Memo<Value> = (key: string, read: () => Promise<Value>) => Promise<Value>;

/**
 * @param max how many readings are kept at most
 * @param ttl milliseconds that one is kept; for ever without it
 */
export function memoise<Value>(limits: { readonly max: number; readonly ttl?: number }): Memo<Value> {
  // Made when it is needed: it takes its whole size at once, and many are opened that read nothing.
  let cache: LRUCache<string, { readonly value: Value }, () => Promise<Value>> | undefined;
  return async (key, read) => {
    cache ??= new LRUCache({
      ...limits,
      // Whoever waits for a reading gets it, also when others displaced it meanwhile.
      ignoreFetchAbort: true,
      fetchMethod: async (_key, _stale, { context }) => ({ value: await context() }),
    });
    return (await cache.forceFetch(key, { context: read })).value;
  };
}
