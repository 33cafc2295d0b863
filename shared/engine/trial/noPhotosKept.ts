import type { PhotoStore } from '../../ports/photos.ts';

/** A trial writes no photo anywhere, and needs none to count them. */
export const noPhotosKept: PhotoStore = {
  put: async () => undefined,
  read: async () => new Uint8Array(),
  list: async () => [],
  remove: async () => false,
};
