import type { KeptPhoto, PhotoStore } from '../../shared/ports/photos.ts';

interface MemoryPhoto extends KeptPhoto {
  readonly bytes: Uint8Array;
}

/** Photos that are kept in memory, by their hash. */
export function createMemoryPhotos(clock: { now(): number }) {
  const kept = new Map<string, MemoryPhoto>();
  let puts = 0;
  const photos: PhotoStore = {
    async put(hash, bytes) {
      puts++;
      kept.set(hash, { hash, bytes, putAt: clock.now(), etag: `"${puts}"` });
    },
    read: async hash => kept.get(hash)?.bytes,
    list: async () => [...kept.values()].map(({ bytes, ...photo }) => photo),
    remove: async ({ hash, etag }) => kept.get(hash)?.etag === etag && kept.delete(hash),
  };
  return { ...photos, kept };
}
