import { chunksOf } from '../../domain/chunks.ts';
import { countOf } from '../../domain/countOf.ts';
import { findPhotoFault, type PhotoFault, type PhotoFinding, photoHash } from '../../domain/photo.ts';
import type { FolderReading } from '../../domain/sourceChanges.ts';
import type { ContactSource, SourceProblem } from '../../ports/contactSource.ts';
import type { PhotoReading, PhotoStore } from '../../ports/photos.ts';
import { FileUnavailable } from '../../ports/sourceFiles.ts';

const photosAtOnce = 20;

/** What a source shows of a photo, and why it is left out where it is. */
interface JudgedPhoto {
  readonly finding: PhotoFinding;
  readonly fault?: PhotoFault;
}

/**
 * Readings with the photo of each contact that they show, which is stored by its content before anything names it
 * (design: Photos). One that cannot be had holds up no contact: it is as it was.
 */
export async function withPhotos(
  readings: readonly FolderReading[],
  source: ContactSource,
  photos: PhotoStore,
): Promise<{ readings: readonly FolderReading[]; notes: readonly SourceProblem[] }> {
  const ids = readings.flatMap(({ contacts }) => contacts.flatMap(({ id, contact }) => (contact ? [id] : [])));
  const judged = new Map<string, JudgedPhoto>();
  for (const some of chunksOf([...new Set(ids)], photosAtOnce)) {
    const read = (await source.readPhotos?.(some)) ?? [];
    const found = await Promise.all(some.map((_, index) => judge(read[index] ?? { kind: 'none' }, photos)));
    for (const [index, id] of some.entries()) judged.set(id, found[index] ?? { finding: { kind: 'unread' } });
  }
  return {
    readings: readings.map(reading => ({
      ...reading,
      contacts: reading.contacts.map(row => {
        const photo = judged.get(row.id)?.finding;
        return photo ? { ...row, photo } : row;
      }),
    })),
    notes: describe([...judged.values()]),
  };
}

async function judge(reading: PhotoReading, photos: PhotoStore): Promise<JudgedPhoto> {
  if (reading.kind !== 'read') return { finding: reading };
  const fault = findPhotoFault(reading.bytes);
  if (fault) return { finding: { kind: 'none' }, fault };
  const hash = photoHash(reading.bytes);
  try {
    await photos.put(hash, reading.bytes);
    return { finding: { kind: 'present', hash } };
  } catch (error) {
    if (!(error instanceof FileUnavailable)) throw error;
    return { finding: { kind: 'unread' } };
  }
}

const leftOut = {
  notJpeg: 'because they are not JPEG, the one format that Graph takes',
  tooLarge: 'because they are larger than 100 KB',
} as const;

function describe(judged: readonly JudgedPhoto[]): SourceProblem[] {
  const refused = (['notJpeg', 'tooLarge'] as const).flatMap(reason => {
    const count = judged.filter(({ fault }) => fault === reason).length;
    return count === 0
      ? []
      : [{ code: 'PhotosLeftOut', detail: `${countOf(count, 'photo')} left out ${leftOut[reason]}` }];
  });
  const unread = judged.filter(({ finding }) => finding.kind === 'unread').length;
  if (unread === 0) return refused;
  const detail = `${countOf(unread, 'photo')} could not be read or kept; asked for again when the contact changes or the source is read from the start`;
  return [...refused, { code: 'PhotosUnread', detail }];
}
