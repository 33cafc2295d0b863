import { day } from '../../domain/durations.ts';
import type { KeptPhoto } from '../../ports/photos.ts';
import { FileUnavailable } from '../../ports/sourceFiles.ts';
import { DamagedRow } from '../../store/damagedRow.ts';
import type { Services } from '../services.ts';

/** Longer than a capture takes from keeping a photo to naming it, and mailboxes to get what was named before. */
const keptFor = day;

type PhotoServices = Pick<Services, 'listIndex' | 'openListPartition' | 'photos'>;

/** Deletes the photos that no list needs any more. Resolves with their number. */
export function forgetPhotos({ clock, ...services }: PhotoServices & Pick<Services, 'clock'>): Promise<number> {
  return forgetUnneeded(({ putAt }) => putAt < clock.now() - keptFor, services);
}

/**
 * Deletes those of the photos that are meant which no list needs. Resolves with their number; with 0, too, where storage
 * or a damaged row cannot tell now, or an installation never read a photo, whose storage is not asked.
 */
export async function forgetUnneeded(
  isMeant: (photo: KeptPhoto) => boolean,
  { listIndex, openListPartition, photos }: PhotoServices,
): Promise<number> {
  const partitions = (await listIndex.readAll()).map(openListPartition);
  try {
    const checkpoints = await Promise.all(partitions.map(partition => partition.readCheckpoint()));
    const withPhotos = partitions.filter((_, index) => checkpoints[index]?.checkpoint.hasPhotos);
    if (withPhotos.length === 0) return 0;
    // Listed before it is read which are needed: what is put meanwhile has another ETag.
    const kept = (await photos.list()).filter(isMeant);
    const needed = new Set<string>();
    for (const partition of withPhotos) for (const hash of await partition.readPhotoHashes()) needed.add(hash);
    // What a list can be rolled back to is needed, too.
    for (const partition of withPhotos) for (const hash of await partition.readPhotosOfJournal()) needed.add(hash);
    let forgotten = 0;
    for (const photo of kept) if (!needed.has(photo.hash) && (await photos.remove(photo))) forgotten++;
    return forgotten;
  } catch (error) {
    if (error instanceof FileUnavailable || error instanceof DamagedRow) return 0;
    throw error;
  }
}
