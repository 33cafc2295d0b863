import { chunksOf } from '../../domain/chunks.ts';
import { countOf } from '../../domain/countOf.ts';
import { findPhotoFault, type PhotoFault, type PhotoFinding, photoHash } from '../../domain/photo.ts';
import type { FolderReading } from '../../domain/sourceChanges.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ContactSource, SourceProblem } from '../../ports/contactSource.ts';
import type { PhotoReading, PhotoStore } from '../../ports/photos.ts';
import { FileUnavailable } from '../../ports/sourceFiles.ts';
import type { SnapshotContact } from '../../store/snapshotRows.ts';

const photosAtOnce = 20;
/** Milliseconds that a capture gives to photos, of which a first one may have thousands: the rest waits for the next. */
const longestReading = 60_000;

/** What a source shows of a photo, and why it is left out where it is. */
interface JudgedPhoto {
  readonly finding: PhotoFinding;
  readonly fault?: PhotoFault;
}

const unread = { kind: 'unread' } as const;

interface PicturedReadings {
  readonly readings: readonly FolderReading[];
  /** A photo has to be asked for again. */
  readonly isOwed: boolean;
  readonly notes: readonly SourceProblem[];
}

/**
 * Readings with the contacts whose photos could not be read before, as they are known. What was read from the start
 * shows them itself, or they are gone.
 */
export function withOwed(
  readings: readonly FolderReading[],
  snapshot: readonly SnapshotContact[],
): readonly FolderReading[] {
  const owed = snapshot.filter(({ photoOwed, removal, waiting, parts }) => {
    return photoOwed && removal === 'none' && !waiting && !parts;
  });
  return readings.map(reading => {
    if (reading.complete) return reading;
    const shown = new Set(reading.contacts.map(({ id }) => id));
    const others = owed.filter(({ folderId, ids }) => folderId === reading.folderId && !ids.some(id => shown.has(id)));
    const rows = others.flatMap(({ ids, contact }) => {
      const id = ids.at(-1);
      return id === undefined ? [] : [{ id, contact, formerly: contact }];
    });
    return { ...reading, contacts: [...reading.contacts, ...rows] };
  });
}

/**
 * Readings with the photo of each contact that they show, which is stored by its content before anything names it
 * (design: Photos). One that cannot be had holds up no contact: it is as it was.
 */
export async function withPhotos(
  readings: readonly FolderReading[],
  source: ContactSource,
  photos: PhotoStore,
  clock: Clock,
): Promise<PicturedReadings> {
  const readUntil = clock.now() + longestReading;
  const ids = readings.flatMap(({ contacts }) => contacts.flatMap(({ id, contact }) => (contact ? [id] : [])));
  const judged = new Map<string, JudgedPhoto>();
  for (const some of chunksOf([...new Set(ids)], photosAtOnce)) {
    const read = clock.now() < readUntil ? await source.readPhotos?.(some) : some.map(() => unread);
    const found = await Promise.all(some.map((_, index) => judge(read?.[index] ?? { kind: 'none' }, photos)));
    for (const [index, id] of some.entries()) judged.set(id, found[index] ?? { finding: unread });
  }
  return {
    readings: readings.map(reading => ({
      ...reading,
      contacts: reading.contacts.map(row => {
        const photo = judged.get(row.id)?.finding;
        return photo ? { ...row, photo } : row;
      }),
    })),
    isOwed: [...judged.values()].some(({ finding }) => finding.kind === 'unread'),
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
    return { finding: unread };
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
  const missing = judged.filter(({ finding }) => finding.kind === 'unread').length;
  if (missing === 0) return refused;
  const detail = `${countOf(missing, 'photo')} not read yet; the next run asks for them again`;
  return [...refused, { code: 'PhotosUnread', detail }];
}
