import { fingerprint } from '../../domain/fingerprint.ts';
import { mayBeImportedAnew, recogniseImported } from '../../domain/importedAnew.ts';
import { isHeld } from '../../domain/lease.ts';
import { findDifferences, idsIn, type SourceDifferences } from '../../domain/sourceChanges.ts';
import { GraphFailure, type RequestCounts } from '../../ports/contactMailbox.ts';
import { RowConflict } from '../../ports/tableStorage.ts';
import type { ContactList } from '../../settings/contactList.ts';
import type { Problem } from '../../store/progress.ts';
import type { SnapshotContact, Source, SourceCheckpoint } from '../../store/sources.ts';
import { checkpointOperation, isPutBack, sourceSealOperation } from '../../store/sources.ts';
import { addCounts } from '../requestCounts.ts';
import type { Services } from '../services.ts';
import { trimJournal, writeJournal } from './journal.ts';
import { type FolderResult, readSourceFolder } from './readSource.ts';
import {
  describeMissingFolder,
  describeUnknownSource,
  describeUnreadableSource,
  SourceProblem,
} from './sourceProblem.ts';
import { decideRemovals, describeHold, journalEntries, leaveOutTooLarge, wasApproved } from './sourceRemovals.ts';

/** Above this many changed contacts the whole snapshot is read at once. */
const mostSingleReads = 50;
const hour = 3_600_000;
const week = 7 * 24 * hour;

export type CaptureServices = Pick<
  Services,
  'clock' | 'openSource' | 'listIndex' | 'openMailbox' | 'openDirectory' | 'leaseMilliseconds'
>;

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
    const unhindered = before.problems.length === 0 && checkpoint.identity === before.identity;
    const changed = checkpoint.head > before.head && unhindered;
    const newFolders = checkpoint.folders.some(({ id }) => before.folders.every(known => known.id !== id));
    return { head: checkpoint.head, busy: false, problems, graph, checkpoint, changed, newFolders };
  } catch (error) {
    const problems = problemsOf(error);
    if (!problems) throw error;
    const checkpoint = { ...before, capturingUntil: 0, problems };
    await writeCheckpoint(source, checkpoint, etag);
    return { head: before.capturedAt ? before.head : undefined, busy: false, problems, graph, checkpoint };
  }
}

function problemsOf(error: unknown): readonly Problem[] | undefined {
  if (error instanceof SourceProblem) return error.problems;
  return error instanceof GraphFailure ? [describeUnreadableSource(error)] : undefined;
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
  const reading = await readSource(list, sameSource ? before : undefined, readSnapshot, services, counts);
  const comparison = await compareWithSnapshot(reading, before, source, readSnapshot);
  const { known, differences, tooLarge } = comparison;
  const contactsBefore = comparison.whole ? known.size : before.contacts;

  const now = services.clock.now();
  const recentRemovals = before.recentRemovals.filter(([at]) => at > now - hour);
  const added = differences.seen.filter(({ isNew }) => isNew).length;
  const size = { before: contactsBefore, added };
  const removals = decideRemovals(list, before.hold, differences.removed, known, size, recentRemovals);
  const { journaled, hold } = removals;
  // What somebody approved is not counted against the next removals.
  const unasked = journaled.filter(key => !(wasApproved(before.hold) && known.get(key)?.removal === 'held')).length;
  const after: SourceCheckpoint = {
    ...withoutHold(before),
    identity,
    mailboxId: reading.mailboxId,
    checkedAt: reading.checkedAt,
    folders: reading.results.map(({ folder }) => folder),
    contacts: contactsBefore + added - journaled.length,
    kept: countKept(comparison, before.kept),
    hasOtherIds: before.hasOtherIds || differences.seen.some(({ sourceKey, ids }) => !ids.includes(sourceKey)),
    recentRemovals: unasked > 0 ? [...recentRemovals, [now, unasked]] : recentRemovals,
    policies: policiesOf(list),
    problems: reading.problems,
    capturedAt: now,
    capturingUntil: 0,
    ...(hold ? { hold: { ...hold, since: before.hold?.since ?? now, decision: 'open' as const } } : {}),
  };
  const entries = journalEntries(differences.seen, removals, known);
  const checkpoint = await writeJournal(source, before, after, entries, etag, () => ({
    capturingUntil: services.clock.now() + services.leaseMilliseconds,
  }));
  if (checkpoint.head !== before.head) await trimJournal(source, before.head, checkpoint.head);
  return { checkpoint, problems: [...reading.problems, ...tooLarge, ...(hold ? [describeHold(hold)] : [])] };
}

interface Comparison {
  readonly known: ReadonlyMap<string, SnapshotContact>;
  /** `known` is the whole snapshot. */
  readonly whole: boolean;
  readonly differences: SourceDifferences;
  readonly tooLarge: readonly Problem[];
}

/** With the rows of the snapshot that the reading names, as long as they tell enough. */
async function compareWithSnapshot(
  reading: SourceReading,
  before: SourceCheckpoint,
  source: Source,
  readSnapshot: () => Promise<readonly SnapshotContact[]>,
): Promise<Comparison> {
  const readings = reading.results.map(result => result.reading);
  const ids = idsIn(readings);
  const compare = (rows: readonly SnapshotContact[]) => {
    const known = new Map(rows.map(row => [row.sourceKey, row]));
    const { storable, tooLarge } = leaveOutTooLarge(readings, known);
    const foundEveryFolder = reading.problems.length === 0;
    const round = { folders: storable, foundEveryFolder, round: before.captures };
    return { known, tooLarge, differences: findDifferences(round, known) };
  };
  if (before.hold === undefined && readings.every(({ complete }) => !complete) && ids.length <= mostSingleReads) {
    const named = compare(await source.readSnapshotOf(ids, before.hasOtherIds));
    if (!mayBeImportedAnew(named.differences, before.kept !== 0)) return { ...named, whole: false };
  }
  const all = compare(await readSnapshot());
  return { ...all, whole: true, differences: recogniseImported(all.differences, all.known) };
}

/** How many contacts stay although the source lost them; undefined where nobody has counted them yet. */
function countKept({ known, whole, differences }: Comparison, before: number | undefined): number | undefined {
  const back = differences.seen.filter(({ sourceKey }) => known.get(sourceKey)?.removal === 'rejected').length;
  if (whole) return [...known.values()].filter(({ removal }) => removal === 'rejected').length - back;
  return before === undefined ? undefined : before - back;
}

interface SourceReading {
  readonly mailboxId: string;
  /** Epoch milliseconds when address and paths were last looked up. */
  readonly checkedAt: number;
  readonly results: readonly FolderResult[];
  /** Of folders that are not there; the others are read all the same. */
  readonly problems: readonly Problem[];
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
    const problems: Problem[] = [];
    // One after the other: a contact that moves meanwhile is where the folder that was read last shows it.
    for (const [index, path] of list.source.folders.entries()) {
      const folder = sameMailbox ? known.folders.find(other => other.path === path) : undefined;
      const result = await readSourceFolder(mailbox, folder ?? { path }, fresh, readSnapshot);
      if (result) results.push(result);
      else problems.push(await describeMissingFolder(path, index, mailbox));
    }
    if (results.length === 0) throw new SourceProblem(problems);
    return { mailboxId, checkedAt, results, problems };
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
  throw new SourceProblem([describeUnknownSource(list)]);
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
    hasOtherIds: false,
    recentRemovals: [],
    policies: policiesOf(list),
    problems: [],
  };
}

function withoutHold({ hold, ...rest }: SourceCheckpoint): SourceCheckpoint {
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
