import { fingerprint } from '../../core/fingerprint.ts';
import { findDifferences, sourceKeysOf } from '../../core/sourceChanges.ts';
import type { Clock } from '../../ports/clock.ts';
import { type ContactMailbox, GraphFailure, type RequestCounts } from '../../ports/contactMailbox.ts';
import type { Directory } from '../../ports/directory.ts';
import { RowConflict } from '../../ports/tableStorage.ts';
import type { ContactList } from '../../settings/contactList.ts';
import type { Problem } from '../../state/progress.ts';
import type { ListIndex, SnapshotContact, Source, SourceCheckpoint } from '../../state/sources.ts';
import { checkpointOperation, isPutBack, sourceSealOperation } from '../../state/sources.ts';
import { addCounts } from '../run/requestCounts.ts';
import { isHeld } from '../sync/mailboxLease.ts';
import { trimJournal, writeJournal } from './journal.ts';
import { type FolderResult, readSourceFolder, SourceProblem } from './readSource.ts';
import { decideRemovals, describeHold, journalEntries, leaveOutTooLarge, wasApproved } from './sourceRemovals.ts';

/** Above this many changed contacts the whole snapshot is read at once. */
const mostSingleReads = 50;
const hour = 3_600_000;
const week = 7 * 24 * hour;

export interface CaptureServices {
  readonly clock: Clock;
  readonly openSource: (listId: string) => Source;
  readonly listIndex: ListIndex;
  readonly openMailbox: (mailboxId: string) => ContactMailbox;
  readonly openDirectory: () => Directory;
  /** How long a capture that does not come back keeps others away. */
  readonly leaseMilliseconds: number;
}

export interface CaptureResult {
  /** The journal's newest position, or undefined for a list that was never captured. */
  readonly head: number | undefined;
  /** Another capture of this list was under way: nothing was read. */
  readonly busy: boolean;
  readonly problems: readonly Problem[];
  readonly graph: RequestCounts;
  /** As the capture left it, or as it was found; undefined for a list that was never captured. */
  readonly checkpoint?: SourceCheckpoint | undefined;
  /** The same source had changed since the last capture, which had read it without a problem. */
  readonly changed?: boolean;
  /** It reads folders that the last capture did not. */
  readonly newFolders?: boolean;
}

/**
 * Reads a list's source once and records what changed in its journal (design: Capturing a source). A source that
 * cannot be read is a problem of this list, reported and stored, and removes nothing.
 */
export async function captureSource(list: ContactList, services: CaptureServices): Promise<CaptureResult> {
  const source = services.openSource(list.id);
  const counts: RequestCounts = { requests: 0, roundTrips: 0 };
  const stored = await source.readSealedCheckpoint();
  const now = services.clock.now();
  const head = stored?.checkpoint.capturedAt ? stored.checkpoint.head : undefined;
  const busy: CaptureResult = { head, busy: true, problems: [], graph: counts, checkpoint: stored?.checkpoint };
  if (stored && isHeld(stored.checkpoint.capturingUntil, now, services.leaseMilliseconds)) return busy;

  const known = stored?.checkpoint ?? firstCheckpoint(list);
  const before: SourceCheckpoint = {
    ...known,
    epoch: known.epoch === 0 || (stored && isPutBack(stored)) ? now : known.epoch,
    sealEtag: stored?.sealEtag ?? '',
    captures: (stored?.checkpoint.captures ?? 0) + 1,
    captureStartedAt: now,
    capturingUntil: now + services.leaseMilliseconds,
  };
  if (!stored) await services.listIndex.add(list.id);
  try {
    const seal = stored?.sealEtag === undefined ? [sourceSealOperation()] : [];
    const etags = await source.write([checkpointOperation(before, stored?.etag), ...seal]);
    const [etag = '', sealEtag = before.sealEtag] = etags;
    return await captureWithLease(list, source, { ...before, sealEtag }, etag, services, counts);
  } catch (error) {
    // Another capture has the lease: it finds what this one would have found.
    if (error instanceof RowConflict) return busy;
    throw error;
  }
}

async function captureWithLease(
  list: ContactList,
  source: Source,
  before: SourceCheckpoint,
  etag: string,
  services: CaptureServices,
  graph: RequestCounts,
): Promise<CaptureResult> {
  try {
    const { checkpoint, problems } = await capture(list, source, before, etag, services, graph);
    const changed = checkpoint.head > before.head && !before.problem && checkpoint.identity === before.identity;
    const newFolders = checkpoint.folders.some(({ id }) => before.folders.every(known => known.id !== id));
    return { head: checkpoint.head, busy: false, problems, graph, checkpoint, changed, newFolders };
  } catch (error) {
    if (!(error instanceof SourceProblem || error instanceof GraphFailure)) throw error;
    const problem = describe(error);
    const checkpoint = { ...before, capturingUntil: 0, problem };
    await writeCheckpoint(source, checkpoint, etag);
    return { head: before.capturedAt ? before.head : undefined, busy: false, problems: [problem], graph, checkpoint };
  }
}

async function capture(
  list: ContactList,
  source: Source,
  before: SourceCheckpoint,
  etag: string,
  services: CaptureServices,
  counts: RequestCounts,
): Promise<{ checkpoint: SourceCheckpoint; problems: readonly Problem[] }> {
  const identity = identityOf(list);
  const sameSource = before.identity === identity && !before.partial;
  let snapshot: Promise<SnapshotContact[]> | undefined;
  const readSnapshot = () => (snapshot ??= source.readSnapshot());
  const { mailboxId, checkedAt, results } = await readSource(
    list,
    sameSource ? before : undefined,
    readSnapshot,
    services,
    counts,
  );

  const readings = results.map(({ reading }) => reading);
  const changedKeys = sourceKeysOf(readings);
  const incremental =
    before.hold === undefined && readings.every(({ complete }) => !complete) && changedKeys.length <= mostSingleReads;
  const known = new Map<string, SnapshotContact>();
  const rows = incremental ? await source.readSnapshotContacts(changedKeys) : await readSnapshot();
  for (const row of rows) known.set(row.sourceKey, row);
  const contactsBefore = incremental ? before.contacts : known.size;

  const now = services.clock.now();
  const { storable, tooLarge } = leaveOutTooLarge(readings, known);
  const differences = findDifferences(storable, known);
  const recentRemovals = before.recentRemovals.filter(([at]) => at > now - hour);
  const added = differences.seen.filter(({ sourceKey }) => !known.has(sourceKey)).length;
  const size = { before: contactsBefore, added };
  const removals = decideRemovals(list, before.hold, differences.removed, known, size, recentRemovals);
  const { journaled, hold } = removals;
  // What somebody approved is not counted against the next removals.
  const unasked = journaled.filter(key => !(wasApproved(before.hold) && known.get(key)?.pending)).length;
  const after: SourceCheckpoint = {
    ...withoutProblemAndHold(before),
    identity,
    mailboxId,
    checkedAt,
    folders: results.map(({ folder }) => folder),
    contacts: contactsBefore + added - journaled.length,
    recentRemovals: unasked > 0 ? [...recentRemovals, [now, unasked]] : recentRemovals,
    policies: policiesOf(list),
    capturedAt: now,
    capturingUntil: 0,
    ...(hold ? { hold: { ...hold, since: before.hold?.since ?? now, decision: 'open' as const } } : {}),
  };
  const entries = journalEntries(differences.seen, removals, known);
  const checkpoint = await writeJournal(source, before, after, entries, etag, () => ({
    capturingUntil: services.clock.now() + services.leaseMilliseconds,
  }));
  if (checkpoint.head !== before.head) await trimJournal(source, before.head, checkpoint.head);
  return { checkpoint, problems: [...tooLarge, ...(hold ? [describeHold(hold)] : [])] };
}

interface SourceReading {
  readonly mailboxId: string;
  /** Epoch milliseconds when address and paths were last looked up. */
  readonly checkedAt: number;
  readonly results: readonly FolderResult[];
}

/**
 * Reads every folder. The ids of mailbox and folders are kept, and looked up again weekly, since a deleted folder's id
 * still resolves, and when Graph does not know them any more (design: Flow). Then the folders are read from the start,
 * so that nothing stays wrong for longer that a delta query did not tell.
 */
async function readSource(
  list: ContactList,
  known: SourceCheckpoint | undefined,
  readSnapshot: () => Promise<SnapshotContact[]>,
  services: CaptureServices,
  counts: RequestCounts,
): Promise<SourceReading> {
  const now = services.clock.now();
  const fresh = known?.mailboxId !== undefined && known.mailboxId !== '' && now - known.checkedAt < week;
  const mailboxId = fresh ? known.mailboxId : await findSourceMailbox(list, services, counts);
  const checkedAt = fresh ? known.checkedAt : now;
  const sameMailbox = mailboxId === known?.mailboxId;
  const mailbox = services.openMailbox(mailboxId);
  try {
    const results: FolderResult[] = [];
    // One after the other: a contact that moves meanwhile is where the folder that was read last shows it.
    for (const path of list.source.folders) {
      const folder = sameMailbox ? known.folders.find(other => other.path === path) : undefined;
      results.push(await readSourceFolder(mailbox, folder ?? { path }, fresh, readSnapshot));
    }
    return { mailboxId, checkedAt, results };
  } catch (error) {
    if (!fresh || !(error instanceof GraphFailure) || error.kind !== 'noMailbox') throw error;
  } finally {
    Object.assign(counts, addCounts(counts, mailbox.counts));
  }
  return readSource(list, { ...known, checkedAt: 0 }, readSnapshot, services, counts);
}

async function findSourceMailbox(list: ContactList, services: CaptureServices, counts: RequestCounts): Promise<string> {
  const directory = services.openDirectory();
  try {
    const user = await directory.findUser(list.source.mailbox);
    if (user) return user.id;
  } finally {
    Object.assign(counts, addCounts(counts, directory.counts));
  }
  throw new SourceProblem(
    'SourceMailboxNotFound',
    'There is no user with the address or id that the list names as its source: check source.mailbox',
  );
}

/** Names what the snapshot was read from; another source, or other folders, means reading from the start. */
function identityOf(list: ContactList): string {
  return fingerprint(list.source);
}

function policiesOf({ whenTargetLeaves, safeguards }: ContactList): SourceCheckpoint['policies'] {
  return { whenTargetLeaves, ...safeguards };
}

function firstCheckpoint(list: ContactList): SourceCheckpoint {
  return {
    head: 0,
    partial: false,
    capturedAt: 0,
    capturingUntil: 0,
    epoch: 0,
    sealEtag: '',
    identity: '',
    mailboxId: '',
    captures: 0,
    captureStartedAt: 0,
    checkedAt: 0,
    folders: [],
    contacts: 0,
    recentRemovals: [],
    policies: policiesOf(list),
  };
}

function withoutProblemAndHold({ problem, hold, ...rest }: SourceCheckpoint): SourceCheckpoint {
  return rest;
}

async function writeCheckpoint(
  source: Source,
  checkpoint: SourceCheckpoint,
  etag: string | undefined,
): Promise<string> {
  const [written] = await source.write([checkpointOperation(checkpoint, etag)]);
  return written ?? '';
}

function describe(error: SourceProblem | GraphFailure): Problem {
  if (error instanceof SourceProblem) return { code: error.code, detail: error.message };
  return { code: error.code, detail: `The source could not be read: ${error.message}` };
}
