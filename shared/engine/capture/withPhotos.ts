import { chunksOf } from '../../domain/chunks.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import { judgePhoto, type PhotoFinding } from '../../domain/photo.ts';
import { dueShares, shareOf } from '../../domain/photoTurns.ts';
import type { ContactPart, FolderReading, ReadContact } from '../../domain/sourceChanges.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ContactSource } from '../../ports/contactSource.ts';
import type { PhotoQuestion, PhotoReading, PhotoStore } from '../../ports/photos.ts';
import { FileUnavailable } from '../../ports/sourceFiles.ts';
import type { SnapshotContact } from '../../store/snapshotRows.ts';
import type { SourceCheckpoint } from '../../store/sourceCheckpoint.ts';

const photosAtOnce = 20;
/** Milliseconds that a capture gives to photos, of which a first one may have thousands: the rest waits for the next. */
const longestReading = 60_000;

const unread = { kind: 'unread' } as const;
const same = { kind: 'same' } as const;

export interface PhotoRound {
  readonly contactSource: ContactSource;
  readonly photos: PhotoStore;
  readonly before: Pick<SourceCheckpoint, 'photosAskedAt' | 'photosOwed'>;
  readonly readSnapshot: () => Promise<readonly SnapshotContact[]>;
  readonly clock: Clock;
}

export interface PicturedReadings {
  readonly readings: readonly FolderReading[];
  /** Epoch milliseconds, for the checkpoint. */
  readonly askedAt: number;
  /** How many photos have to be asked for again. */
  readonly unread: number;
  /** One has to be asked for once a decision about its contact is made. */
  readonly waits: boolean;
}

/**
 * Readings with the photo of each contact that they show, which is stored by its content before anything names it
 * (rules.md: Photos). Who changed is asked at once; where no reading tells of another photo, everybody is asked once a
 * day, a share of them each hour. A photo that cannot be had holds up no contact: it is as it was, and asked for again
 * with the next run.
 */
export async function withPhotos(
  readings: readonly FolderReading[],
  { contactSource, photos, before, readSnapshot, clock }: PhotoRound,
): Promise<PicturedReadings> {
  const askedAt = clock.now();
  const due = dueShares(before.photosAskedAt ?? askedAt, askedAt);
  const snapshot = needsSnapshot(readings, before, due.size > 0) ? await readSnapshot() : [];
  const known = new Map(snapshot.flatMap(partsOf).map(part => [part.id, part]));
  const isFirst = before.photosAskedAt === undefined;
  const complete = withOthers(readings, known, due);
  const questions = complete.flatMap(reading => questionsOf(reading, known, due, isFirst));
  const findings = await ask(questions, contactSource, photos, clock);
  const missing = [...findings.values()].filter(({ kind }) => kind === 'unread').length;
  const stillOwed = [...known.values()].filter(({ id, photo }) => photo?.owed && !findings.has(id)).length;
  const waits = snapshot.some(row => isUndecided(row) && row.photo?.owed);
  return { readings: complete.map(each => withFindings(each, findings)), askedAt, unread: missing + stillOwed, waits };
}

function needsSnapshot(
  readings: readonly FolderReading[],
  { photosAskedAt, photosOwed }: PhotoRound['before'],
  someAreDue: boolean,
): boolean {
  const untold = readings.filter(({ photos }) => photos === 'untold');
  return photosOwed || untold.some(({ complete }) => (complete ? photosAskedAt !== undefined : someAreDue));
}

function isUndecided({ removal }: SnapshotContact): boolean {
  return removal.kind !== 'none';
}

function partsOf(row: SnapshotContact): readonly ContactPart[] {
  const { parts, ids, folderId, contact, photo } = row;
  if (isUndecided(row)) return [];
  return parts ?? ids.slice(-1).map(id => ({ id, folderId, contact, photo }));
}

function isDue({ id, photo }: ContactPart, { photos }: FolderReading, due: ReadonlySet<number>): boolean {
  return photo?.owed === true || (photos === 'untold' && due.has(shareOf(id)));
}

/** With those whose photos are asked for although they did not change; who moves to another part is shown there. */
function withOthers(
  readings: readonly FolderReading[],
  known: ReadonlyMap<string, ContactPart>,
  due: ReadonlySet<number>,
): readonly FolderReading[] {
  const shown = new Set(readings.flatMap(({ contacts }) => contacts.map(({ id }) => id)));
  return readings.map(reading => {
    if (reading.complete || !reading.photos) return reading;
    const others = [...known.values()].filter(
      part => part.folderId === reading.folderId && !shown.has(part.id) && isDue(part, reading, due),
    );
    const rows = others.map(({ id, contact }) => ({ id, contact, formerly: contact }));
    return { ...reading, contacts: [...reading.contacts, ...rows] };
  });
}

function questionsOf(
  reading: FolderReading,
  known: ReadonlyMap<string, ContactPart>,
  due: ReadonlySet<number>,
  isFirst: boolean,
): PhotoQuestion[] {
  if (!reading.photos) return [];
  const asksAll = isFirst || !reading.complete || reading.photos === 'told';
  return reading.contacts.flatMap(({ id, contact }) => {
    const part = known.get(id);
    const asks = asksAll || !part || isDue(part, reading, due) || fingerprint(contact) !== fingerprint(part.contact);
    return contact && asks ? [{ id, etag: part?.photo?.etag }] : [];
  });
}

function withFindings(reading: FolderReading, findings: ReadonlyMap<string, PhotoFinding>): FolderReading {
  if (!reading.photos) return reading;
  const withFinding = (row: ReadContact) => (row.contact ? { ...row, photo: findings.get(row.id) ?? same } : row);
  return { ...reading, contacts: reading.contacts.map(withFinding) };
}

async function ask(
  questions: readonly PhotoQuestion[],
  source: ContactSource,
  photos: PhotoStore,
  clock: Clock,
): Promise<ReadonlyMap<string, PhotoFinding>> {
  const until = clock.now() + longestReading;
  const findings = new Map<string, PhotoFinding>();
  const each = new Map(questions.map(question => [question.id, question]));
  for (const some of chunksOf([...each.values()], photosAtOnce)) {
    const read = clock.now() < until ? await source.readPhotos?.(some) : undefined;
    const found = await Promise.all(some.map((_, index) => keep(read?.[index] ?? unread, photos)));
    for (const [index, { id }] of some.entries()) findings.set(id, found[index] ?? unread);
  }
  return findings;
}

async function keep(reading: PhotoReading, photos: PhotoStore): Promise<PhotoFinding> {
  if (reading.kind === 'none') return { kind: 'found', photo: undefined };
  if (reading.kind !== 'read') return reading;
  const { bytes, etag } = reading;
  const judged = judgePhoto(bytes);
  if (judged.kind === 'none') return { kind: 'found', photo: undefined };
  if (judged.kind === 'leftOut') return { kind: 'found', photo: { etag, leftOut: judged.because } };
  try {
    await photos.put(judged.hash, bytes);
    return { kind: 'found', photo: { hash: judged.hash, etag } };
  } catch (error) {
    if (!(error instanceof FileUnavailable)) throw error;
    return unread;
  }
}
