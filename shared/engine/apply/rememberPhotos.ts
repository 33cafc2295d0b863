import { memoise } from '../../memoise.ts';
import type { PhotoStore } from '../../ports/photos.ts';

/** Of 100 KB each at most, and a tenth of it as a rule. */
const mostPhotos = 200;

/** Photos that are kept for the other mailboxes of this process, which get them, too. */
export function rememberPhotos(photos: PhotoStore): PhotoStore {
  const readings = memoise<Uint8Array | undefined>({ max: mostPhotos, ttl: 300_000 });
  return { ...photos, read: hash => readings(hash, () => photos.read(hash)) };
}
