import {
  isPresent,
  type PhotoRetry,
  type PresentEntry,
  photoRetryOf,
  withoutPhoto,
  withoutPhotoRetry,
} from '../../domain/ledgerEntry.ts';
import { judgePhoto, sizeInBatch } from '../../domain/photo.ts';
import type { PhotoOutcome, PhotoWrite } from '../../ports/contactMailbox.ts';
import { FileUnavailable } from '../../ports/sourceFiles.ts';
import {
  type Execution,
  idleRounds,
  idleWait,
  noAnswer,
  type UnfinishedExecution,
  writesPerBatch,
} from './execution.ts';
import type { ListPass } from './listPass.ts';
import { lacksPhoto, type WantedPhoto } from './photosWanted.ts';
import { waitAfterRefusal } from './recordOutcome.ts';

/**
 * A mailbox takes 150 MB in 5 minutes of an app (rules.md: Graph, Throttling): three handlers may follow each other in
 * that time, each with what it has left.
 */
const mostUpload = 43_000_000;
const uploadWindow = 300_000;

type PhotoExecution = ListPass & Pick<Execution, 'ledger'>;

/** A photo that a contact lacks. */
interface OwedPhoto {
  readonly sourceKey: string;
  readonly hash: string;
}

/**
 * Writes the photos that the contacts do not have yet, after the contacts themselves. One that Graph does not take fails
 * no contact, and is tried again later. A contact of the user's that has a photo keeps it (rules.md: Photos).
 *
 * @returns what the pass waits for; undefined when all were tried
 * @throws LeaseLost
 */
export async function writePhotos(
  wanted: readonly WantedPhoto[],
  execution: PhotoExecution,
): Promise<UnfinishedExecution | undefined> {
  const { assignment, target, tools, ledger } = execution;
  const { mailbox, lease, handOverAt } = target;
  const { clock, timing } = tools;
  endRetries(wanted, execution);
  const owed = wanted.filter((photo): photo is OwedPhoto => entryWithout(photo, execution) !== undefined);
  let pending = owed.filter(photo => !putOff(photo, execution));
  let idle = 0;
  while (pending.length > 0) {
    const halt = await tools.readHalt(assignment.list.id);
    if (halt) return { kind: 'halted', halt, unknown: false };
    const batch = await load(await leaveUsers(pending.slice(0, writesPerBatch), execution), execution);
    const sent = mailbox.photoBytesSent();
    if (sent > 0 && sent + sizeInBatch(batch.map(({ write }) => write)) > mostUpload) {
      await ledger.commit();
      return waitFor(uploadWindow, 'UploadLimit');
    }
    await lease.outlastRequest();
    const outcomes = await mailbox.writePhotos(batch.map(({ write }) => write));
    const again = batch.filter(({ photo }, index) => !record(photo, outcomes[index] ?? noAnswer, execution));
    await ledger.commit();
    const failed = outcomes.find(outcome => outcome.kind === 'mailboxFailed');
    if (failed) return { kind: 'mailboxFailed', failure: failed.failure, unknown: false };
    pending = [...again.map(({ photo }) => photo), ...pending.slice(writesPerBatch)];
    idle = again.length < batch.length || batch.length === 0 ? 0 : idle + 1;
    const wait = Math.max(0, ...outcomes.map(outcome => (outcome.kind === 'throttled' ? outcome.retryAfter : 0)));
    if (wait > timing.longestWaitSeconds * 1000) return waitFor(wait, 'throttled');
    if (idle >= idleRounds) return waitFor(Math.max(wait, idleWait), 'throttled');
    if (pending.length > 0 && clock.now() + wait >= handOverAt) return { kind: 'handOver', unknown: false };
    if (wait > 0) await clock.wait(wait);
  }
  return undefined;

  function waitFor(milliseconds: number, code: string): UnfinishedExecution {
    return { kind: 'wait', until: clock.now() + milliseconds, code, unknown: false };
  }
}

/** Of photos that the source lost or went back to what is there. */
function endRetries(wanted: readonly WantedPhoto[], { ledger, tools: { clock } }: PhotoExecution): void {
  for (const { sourceKey, hash } of wanted) {
    const entry = ledger.get(sourceKey);
    if (!entry || !isPresent(entry) || !entry.photoRetry || mayLand(entry.photoRetry, clock.now())) continue;
    if (hash === undefined || !lacksPhoto(entry, hash)) ledger.put(withoutPhotoRetry(entry));
  }
}

/** Whether the photo has to wait, because one that was sent before without an answer may be written over it. */
function putOff(photo: OwedPhoto, execution: PhotoExecution): boolean {
  const entry = entryWithout(photo, execution);
  const { photoRetry } = entry ?? {};
  if (!entry || !photoRetry || !mayLand(photoRetry, execution.tools.clock.now())) return false;
  execution.ledger.put({ ...entry, photoRetry: { ...photoRetry, at: photoRetry.mayLandUntil } });
  return true;
}

function mayLand(retry: PhotoRetry, now: number): retry is Required<PhotoRetry> {
  return (retry.mayLandUntil ?? 0) > now;
}

/** The ledger's entry of a contact that is there and lacks the photo. */
function entryWithout({ sourceKey, hash }: WantedPhoto, { ledger }: PhotoExecution): PresentEntry | undefined {
  const entry = ledger.get(sourceKey);
  return hash !== undefined && lacksPhoto(entry, hash) && entry.state === 'written' ? entry : undefined;
}

/** Looks once at the photos of contacts that were the user's; resolves with those photos that may be written. */
async function leaveUsers(some: readonly OwedPhoto[], execution: PhotoExecution): Promise<readonly OwedPhoto[]> {
  const users = some.flatMap(photo => {
    const entry = entryWithout(photo, execution);
    const isSeen = entry?.photo !== undefined || entry?.adoption?.hadNoPhoto === true;
    return entry?.adoption && !isSeen ? [{ photo, entry, adoption: entry.adoption }] : [];
  });
  if (users.length === 0) return some;
  const readings = await execution.target.mailbox.readPhotos(users.map(({ entry }) => entry.contactId));
  const left = new Set<OwedPhoto>();
  for (const [index, { photo, entry, adoption }] of users.entries()) {
    const reading = readings[index];
    const isFree = reading?.kind === 'none' || (reading?.kind === 'read' && judgePhoto(reading.bytes).kind === 'none');
    if (isFree) {
      execution.ledger.put({ ...entry, adoption: { ...adoption, hadNoPhoto: true } });
      continue;
    }
    left.add(photo);
    if (reading?.kind === 'read')
      execution.ledger.put({ ...withoutPhotoRetry(entry), adoption: { ...adoption, hasPhoto: true } });
    else recordFailed(photo, execution);
  }
  // Before one is written: what is found there by whoever comes after a crash would count as the user's.
  await execution.ledger.commit();
  return some.filter(photo => !left.has(photo));
}

interface LoadedPhoto {
  readonly photo: OwedPhoto;
  readonly write: PhotoWrite;
}

/** Without those that storage does not have or cannot give now. */
async function load(some: readonly OwedPhoto[], execution: PhotoExecution): Promise<LoadedPhoto[]> {
  const loaded = await Promise.all(
    some.map(async photo => {
      const entry = entryWithout(photo, execution);
      const bytes = entry && (await readPhoto(photo, execution));
      if (entry && !bytes) recordFailed(photo, execution);
      return entry && bytes ? [{ photo, write: { contactId: entry.contactId, bytes } }] : [];
    }),
  );
  return loaded.flat();
}

async function readPhoto({ hash }: OwedPhoto, { tools: { photos } }: PhotoExecution): Promise<Uint8Array | undefined> {
  try {
    return await photos.read(hash);
  } catch (error) {
    if (error instanceof FileUnavailable) return undefined;
    throw error;
  }
}

/** Whether nothing is left to do about it now. What was done twice is done once. */
function record(photo: OwedPhoto, outcome: PhotoOutcome, execution: PhotoExecution): boolean {
  const { ledger } = execution;
  switch (outcome.kind) {
    case 'throttled':
    case 'notTried':
    case 'mailboxFailed':
      return false;
    case 'gone': {
      // The user deleted the contact: its next write finds that out.
      const entry = entryWithout(photo, execution);
      if (entry?.photoRetry) ledger.put(withoutPhotoRetry(entry));
      return true;
    }
    case 'written': {
      const entry = entryWithout(photo, execution);
      if (entry) ledger.put({ ...withoutPhotoRetry(entry), photo: photo.hash });
      ledger.count('photos');
      return true;
    }
    case 'refused':
      recordFailed(photo, execution);
      return true;
    case 'serverError':
      recordFailed(photo, execution, 'inDoubt');
      return true;
    case 'unknown':
      recordFailed(photo, execution, 'mayLand');
      return true;
  }
}

/**
 * @param present what is known of the photo that is there; `inDoubt`: the try may have been done; `mayLand`: or still be
 */
function recordFailed(
  photo: OwedPhoto,
  execution: PhotoExecution,
  present: 'asBefore' | 'inDoubt' | 'mayLand' = 'asBefore',
): void {
  const { ledger } = execution;
  const { clock, timing } = execution.tools;
  const entry = entryWithout(photo, execution);
  if (!entry) return;
  const attempts = (photoRetryOf(entry)?.attempts ?? 0) + 1;
  const photoRetry = { at: clock.now() + waitAfterRefusal(attempts), attempts };
  const landing = present === 'mayLand' ? { mayLandUntil: clock.now() + timing.graphGraceSeconds * 1000 } : {};
  if (present === 'asBefore') ledger.put({ ...entry, photoRetry });
  else ledger.put({ ...withoutPhoto(entry), photoRetry: { ...photoRetry, ...landing } });
  ledger.count('photosFailed');
}
