import type { PhotoStore } from '../../shared/ports/photos.ts';

/** Photos that are kept in memory, by their hash. */
export function createMemoryPhotos(): PhotoStore & { readonly kept: ReadonlyMap<string, Uint8Array> } {
  const kept = new Map<string, Uint8Array>();
  return {
    kept,
    async put(hash, bytes) {
      if (!kept.has(hash)) kept.set(hash, bytes);
    },
    read: async hash => kept.get(hash),
  };
}
