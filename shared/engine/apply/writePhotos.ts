import { isAdopted, isPresent, type LedgerEntry, type PresentEntry } from '../../domain/ledgerEntry.ts';
import type { PlannedOperation, WantedChange } from '../../domain/plan.ts';
import type { PhotoOutcome, PhotoWrite } from '../../ports/contactMailbox.ts';
import { FileUnavailable } from '../../ports/sourceFiles.ts';
import { type Execution, type UnfinishedExecution, writesPerBatch } from './execution.ts';
import type { SyncTools } from './listPass.ts';
import type { LedgerView } from './planList.ts';

/** A mailbox takes 150 MB in 5 minutes of an app (facts 5: Outlook); contacts are written beside. */
const mostUpload = 130_000_000;
const uploadWindow = 300_000;
/** Rounds in which Graph took none, after which the rest waits for a scheduled message, and how long, in milliseconds. */
const idleRounds = 5;
const idleWait = 30_000;

export interface WantedPhoto {
  readonly sourceKey: string;
  readonly hash: string;
}

type PhotoExecution = Pick<Execution, 'mailbox' | 'lease' | 'ledger' | 'clock' | 'timing' | 'handOverAt'> &
  Pick<SyncTools, 'photos'>;

/** The photos of what a pass looked at, be it changed or only written again. */
export function photosWanted(
  changes: readonly WantedChange[],
  operations: readonly PlannedOperation[],
): readonly WantedPhoto[] {
  const seen = changes.filter(({ sight }) => sight === undefined);
  const wanted = [...seen, ...operations.filter(each => 'wanted' in each)];
  const hashes = wanted.flatMap(({ sourceKey, wanted: contact }) =>
    contact?.photo === undefined ? [] : [[sourceKey, contact.photo] as const],
  );
  return [...new Map(hashes)].map(([sourceKey, hash]) => ({ sourceKey, hash }));
}

/** How many photos would be written once the operations are done. */
export function countOwedPhotos(
  changes: readonly WantedChange[],
  operations: readonly PlannedOperation[],
  ledger: LedgerView,
): number {
  const created = new Set(operations.filter(({ action }) => action === 'create').map(({ sourceKey }) => sourceKey));
  const owed = photosWanted(changes, operations).filter(
    photo => created.has(photo.sourceKey) || lacksPhoto(ledger.get(photo.sourceKey), photo.hash),
  );
  return owed.length;
}

/**
 * Writes the photos that the contacts do not have yet, after the contacts themselves. One that Graph does not take fails
 * no contact: it is tried again when the contact changes or the mailbox is compared as a whole. A contact that was the
 * user's keeps their photo, of which nobody holds an image to give back (design: Photos).
 *
 * @returns what the pass waits for; undefined when all were tried
 * @throws LeaseLost
 */
export async function writePhotos(
  wanted: readonly WantedPhoto[],
  execution: PhotoExecution,
): Promise<UnfinishedExecution | undefined> {
  const { mailbox, lease, ledger, clock, timing, handOverAt } = execution;
  let pending = wanted.filter(photo => entryWithout(photo, execution));
  let uploaded = 0;
  let idle = 0;
  while (pending.length > 0) {
    const batch = await load(pending.slice(0, writesPerBatch), execution);
    const size = uploadSizeOf(batch);
    if (uploaded > 0 && uploaded + size > mostUpload) return waitFor(uploadWindow, 'UploadLimit');
    await lease.outlastRequest();
    const outcomes = await mailbox.writePhotos(batch.map(({ write }) => write));
    uploaded += size;
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

const noAnswer: PhotoOutcome = { kind: 'unknown', code: 'NoAnswer' };

/** The ledger's entry of a contact that is there and lacks the photo. */
function entryWithout({ sourceKey, hash }: WantedPhoto, { ledger }: PhotoExecution): PresentEntry | undefined {
  const entry = ledger.get(sourceKey);
  return lacksPhoto(entry, hash) && entry.state === 'written' ? entry : undefined;
}

/** Of a contact that is there and ours alone. */
function lacksPhoto(entry: LedgerEntry | undefined, hash: string): entry is PresentEntry {
  return entry !== undefined && isPresent(entry) && !isAdopted(entry) && entry.photo !== hash;
}

interface LoadedPhoto {
  readonly photo: WantedPhoto;
  readonly write: PhotoWrite;
}

/** In a batch bytes travel as base64. */
function uploadSizeOf(batch: readonly LoadedPhoto[]): number {
  return batch.reduce((size, { write }) => size + (write.bytes.length * 4) / 3, 0);
}

/** Without those that storage does not have or cannot give now. */
async function load(some: readonly WantedPhoto[], execution: PhotoExecution): Promise<LoadedPhoto[]> {
  const loaded = await Promise.all(
    some.map(async photo => {
      const entry = entryWithout(photo, execution);
      const bytes = entry && (await readPhoto(photo, execution));
      if (entry && !bytes) execution.ledger.count('photosFailed');
      return entry && bytes ? [{ photo, write: { contactId: entry.contactId, bytes } }] : [];
    }),
  );
  return loaded.flat();
}

async function readPhoto({ hash }: WantedPhoto, { photos }: PhotoExecution): Promise<Uint8Array | undefined> {
  try {
    return await photos.read(hash);
  } catch (error) {
    if (error instanceof FileUnavailable) return undefined;
    throw error;
  }
}

/** Whether nothing is left to do about it now. What was done twice is done once. */
function record(photo: WantedPhoto, outcome: PhotoOutcome, execution: PhotoExecution): boolean {
  const { ledger } = execution;
  if (outcome.kind === 'throttled' || outcome.kind === 'notTried' || outcome.kind === 'mailboxFailed') return false;
  const entry = entryWithout(photo, execution);
  if (outcome.kind === 'written' && entry) ledger.put({ ...entry, photo: photo.hash });
  ledger.count(outcome.kind === 'written' ? 'photos' : 'photosFailed');
  return true;
}
