import { fingerprint } from '../core/fingerprint.ts';
import { type Hold, holdContactRemovals } from '../core/safeguards.ts';
import { findDifferences, type KnownContact, type SeenContact, sourceKeysOf } from '../core/sourceChanges.ts';
import type { Clock } from '../ports/clock.ts';
import { type ContactMailbox, GraphFailure, type RequestCounts } from '../ports/contactMailbox.ts';
import type { Directory } from '../ports/directory.ts';
import { RowConflict } from '../ports/tableStorage.ts';
import type { ContactList } from '../settings/contactList.ts';
import type { Problem } from '../state/progress.ts';
import type { ListIndex, SnapshotContact, Source, SourceCheckpoint, StoredHold } from '../state/sources.ts';
import { checkpointOperation } from '../state/sources.ts';
import { type JournalEntry, trimJournal, writeJournal } from './journal.ts';
import { type FolderResult, readSourceFolder, SourceProblem } from './readSource.ts';

const hour = 3_600_000;

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
  readonly problem: Problem | undefined;
  readonly graph: RequestCounts;
}

/**
 * Reads a list's source once and records what changed in its journal (design: Capturing a source). A source that
 * cannot be read is a problem of this list, reported and stored, and removes nothing.
 */
export async function captureSource(list: ContactList, services: CaptureServices): Promise<CaptureResult> {
  const source = services.openSource(list.id);
  const counts: RequestCounts = { requests: 0, roundTrips: 0 };
  const stored = await source.readCheckpoint();
  const now = services.clock.now();
  const head = stored?.checkpoint.capturedAt ? stored.checkpoint.head : undefined;
  if (stored && stored.checkpoint.capturingUntil > now) return { head, busy: true, problem: undefined, graph: counts };

  const before: SourceCheckpoint = {
    ...(stored?.checkpoint ?? firstCheckpoint(list)),
    capturingUntil: now + services.leaseMilliseconds,
  };
  if (!stored) await services.listIndex.add(list.id);
  let etag: string;
  try {
    etag = await writeCheckpoint(source, before, stored?.etag);
  } catch (error) {
    if (error instanceof RowConflict) return { head, busy: true, problem: undefined, graph: counts };
    throw error;
  }
  try {
    const after = await capture(list, source, before, etag, services, counts);
    return { head: after.head, busy: false, problem: undefined, graph: counts };
  } catch (error) {
    // The lease ran out and another capture has taken over: it finds what this one found.
    if (error instanceof RowConflict) return { head, busy: true, problem: undefined, graph: counts };
    if (!(error instanceof SourceProblem || error instanceof GraphFailure)) throw error;
    const problem = describe(error);
    await writeCheckpoint(source, { ...before, capturingUntil: 0, problem }, etag);
    return { head, busy: false, problem, graph: counts };
  }
}

async function capture(
  list: ContactList,
  source: Source,
  before: SourceCheckpoint,
  etag: string,
  services: CaptureServices,
  counts: RequestCounts,
): Promise<SourceCheckpoint> {
  const identity = identityOf(list);
  const sameSource = before.identity === identity && !before.partial;
  const mailboxId = sameSource && before.mailboxId ? before.mailboxId : await findSourceMailbox(list, services, counts);
  const mailbox = services.openMailbox(mailboxId);
  let snapshot: Promise<SnapshotContact[]> | undefined;
  const readSnapshot = () => (snapshot ??= source.readSnapshot());

  let results: FolderResult[];
  try {
    results = await Promise.all(
      list.source.folders.map(path => {
        const known = sameSource ? before.folders.find(folder => folder.path === path) : undefined;
        return readSourceFolder(mailbox, known ?? { path }, readSnapshot);
      }),
    );
  } finally {
    counts.requests += mailbox.counts.requests;
    counts.roundTrips += mailbox.counts.roundTrips;
  }

  const readings = results.map(({ reading }) => reading);
  const incremental = before.hold === undefined && readings.every(({ complete }) => !complete);
  const known = new Map<string, SnapshotContact>();
  const rows = incremental ? await source.readSnapshotContacts(sourceKeysOf(readings)) : await readSnapshot();
  for (const row of rows) known.set(row.sourceKey, row);
  const contactsBefore = incremental ? before.contacts : known.size;

  const now = services.clock.now();
  const differences = findDifferences(readings, known);
  const recentRemovals = before.recentRemovals.filter(([at]) => at > now - hour);
  const { journaled, held, hold } = decideRemovals(
    list,
    before.hold,
    differences.removed,
    known,
    contactsBefore,
    recentRemovals,
  );
  const entries = journalEntries(differences.seen, journaled, held, known);
  // What somebody approved is not counted against the next removals.
  const unasked =
    journaled.length - journaled.filter(key => wasApproved(before.hold) && known.get(key)?.pending).length;
  const after: SourceCheckpoint = {
    ...withoutProblemAndHold(before),
    identity,
    mailboxId,
    folders: results.map(({ folder }) => folder),
    contacts:
      contactsBefore + differences.seen.filter(({ sourceKey }) => !known.has(sourceKey)).length - journaled.length,
    recentRemovals: unasked > 0 ? [...recentRemovals, [now, unasked]] : recentRemovals,
    policies: policiesOf(list),
    capturedAt: now,
    ...(hold ? { hold: { ...hold, since: before.hold?.since ?? now, decision: 'open' as const } } : {}),
  };
  const written = await writeJournal(source, before, { ...after, capturingUntil: 0 }, entries, etag, () => ({
    capturingUntil: services.clock.now() + services.leaseMilliseconds,
  }));
  if (written.head !== before.head) await trimJournal(source, before.head, written.head);
  return written;
}

/**
 * Which removals go into the journal and which wait. An approved hold lets go what was waiting when it was approved,
 * and only that: what has gone since is judged by itself.
 */
function decideRemovals(
  list: ContactList,
  holdBefore: StoredHold | undefined,
  removed: readonly string[],
  known: ReadonlyMap<string, KnownContact>,
  contactsBefore: number,
  recentRemovals: readonly (readonly [number, number])[],
): { journaled: readonly string[]; held: readonly string[]; hold: Hold | undefined } {
  const approved = wasApproved(holdBefore) ? removed.filter(key => known.get(key)?.pending) : [];
  const others = removed.filter(key => !approved.includes(key));
  const question = {
    removals: others.length,
    recentRemovals: recentRemovals.reduce((sum, [, count]) => sum + count, 0),
    of: contactsBefore - approved.length,
  };
  const hold = holdContactRemovals(question, list.safeguards);
  return hold ? { journaled: approved, held: others, hold } : { journaled: removed, held: [], hold };
}

function wasApproved(hold: StoredHold | undefined): boolean {
  return hold?.decision === 'approved';
}

function journalEntries(
  seen: readonly SeenContact[],
  journaled: readonly string[],
  held: readonly string[],
  known: ReadonlyMap<string, SnapshotContact>,
): JournalEntry[] {
  const updates: JournalEntry[] = seen.map(({ changed, ...contact }) => ({
    journaled: changed,
    sourceKey: contact.sourceKey,
    snapshot: { ...contact, position: known.get(contact.sourceKey)?.position ?? 0, pending: false, kept: false },
  }));
  const removals = journaled.map((sourceKey): JournalEntry => ({ journaled: true, sourceKey, snapshot: null }));
  const waiting = held.flatMap((sourceKey): JournalEntry[] => {
    const row = known.get(sourceKey);
    return row && !row.pending ? [{ journaled: false, sourceKey, snapshot: { ...row, pending: true } }] : [];
  });
  return [...updates, ...removals, ...waiting];
}

async function findSourceMailbox(list: ContactList, services: CaptureServices, counts: RequestCounts): Promise<string> {
  const directory = services.openDirectory();
  try {
    const user = await directory.findUser(list.source.mailbox);
    if (user) return user.id;
  } finally {
    counts.requests += directory.counts.requests;
    counts.roundTrips += directory.counts.roundTrips;
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
    identity: '',
    mailboxId: '',
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
