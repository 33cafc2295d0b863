import type { Clock } from '../../ports/clock.ts';
import type { ContactMailbox, RequestCounts } from '../../ports/contactMailbox.ts';
import type { Directory } from '../../ports/directory.ts';
import type { MessageQueue } from '../../ports/messageQueue.ts';
import type { RowOperation } from '../../ports/tableStorage.ts';
import type { ContactList, SyncedList } from '../../settings/contactList.ts';
import type { Timing } from '../../settings/settings.ts';
import {
  folderIdsOfOthers,
  type MailboxCheckpoint,
  type MailboxPartition,
  type MailboxState,
  mailboxCheckpointOperation,
} from '../../store/mailboxes.ts';
import type { Problem, ProgressTable, ReadProgress } from '../../store/progress.ts';
import type { ContactCounts, RepairCounts, RunAttempt, RunMailboxState, RunsTable } from '../../store/runs.ts';
import { failuresOf, refuseFailedWork } from '../failedWork.ts';
import type { FindReceiversServices } from '../fan-out/findReceivers.ts';
import { attemptIdOf, type SyncMessage } from '../messages.ts';
import { noRequests } from '../requestCounts.ts';
import type { LedgerWriter } from './ledgerWriter.ts';
import type { ListResult } from './listResult.ts';
import { LeaseLost, type MailboxLease, takeLease } from './mailboxLease.ts';
import { readWish } from './mailboxWish.ts';
import { syncList } from './syncList.ts';
import type { JournalGoal, JournalReader } from './wantedContacts.ts';

/** A mailbox that somebody else works on is tried again after this long, in milliseconds, and longer each time. */
const waitForLease = 3000;
const longestWaitForLease = 30_000;
/** Longer waits are left to the next run, which finds the mailbox due. */
const longestMessageWait = 900_000;

export interface SyncServices extends FindReceiversServices {
  readonly clock: Clock;
  readonly newId: () => string;
  readonly lists: readonly ContactList[];
  /** Lists in the settings that are paused or refused. */
  readonly inactiveListIds: ReadonlySet<string>;
  readonly timing: Timing;
  readonly reader: JournalReader;
  readonly openPartition: (mailboxId: string) => MailboxPartition;
  readonly openMailbox: (mailboxId: string) => ContactMailbox;
  readonly openDirectory: () => Directory;
  /** The id of this installation. */
  readonly readInstallation: () => Promise<string>;
  readonly progress: ProgressTable;
  readonly runs: RunsTable;
  /** The queue that the message came from. */
  readonly queue: MessageQueue<SyncMessage>;
}

/** What one message came to. */
export interface MailboxHandled extends Omit<RunAttempt, 'graph'> {
  /** `busy`: another handler has the mailbox. `leaseLost`: one took it over meanwhile. */
  readonly outcome: RunMailboxState | 'busy' | 'leaseLost';
  /** The first problem's. */
  readonly code?: string;
  readonly graph: RequestCounts;
}

/**
 * Brings one mailbox up to date with every list that the message names (design: Applying to a mailbox). Resolves when
 * everything that happened is recorded and whatever is left has a message or a time of its own.
 *
 * @param deliveryCount of the message, 1 at its first delivery
 * @throws WorkGivenUp when the work failed too often
 */
export async function syncMailbox(
  message: SyncMessage,
  services: SyncServices,
  deliveryCount = 1,
): Promise<MailboxHandled> {
  const { clock, timing } = services;
  refuseFailedWork(message);
  const partition = services.openPartition(message.mailbox);
  const state = await partition.readState();
  const lease = await takeLease(partition, state, services.newId(), clock, timing);
  if ('heldUntil' in lease) {
    const wait = Math.min(waitForLease * (message.attempt + 1), longestWaitForLease);
    const failures = failuresOf(message, deliveryCount);
    await sendAgain(message, Math.min(lease.heldUntil, clock.now() + wait), services, failures);
    return { ...nothingDone, outcome: 'busy' };
  }
  const mailbox = services.openMailbox(message.mailbox);
  const counts: ContactCounts = { created: 0, updated: 0, deleted: 0, failed: 0 };
  const repairs: RepairCounts = { lost: 0, doubled: 0, orphaned: 0, drifted: 0 };
  const watched = new Map<string, LedgerWriter>();
  let outcome: Outcome;
  try {
    outcome = await syncLists(message, services, { partition, state, lease, mailbox, counts, repairs, watched });
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
    await sendVerification(message, watched, services);
    return { contacts: counts, repaired: repairs, graph: mailbox.counts, outcome: 'leaseLost' };
  }
  const attempt: RunAttempt = { contacts: counts, repaired: repairs, graph: { ...mailbox.counts } };
  await report(message, outcome, attempt, services);
  const [problem] = outcome.lists.flatMap(({ result }) => result.problems);
  return { ...attempt, outcome: runState(outcome.lists), ...(problem ? { code: problem.code } : {}) };
}

const nothingDone: RunAttempt = {
  contacts: { created: 0, updated: 0, deleted: 0, failed: 0 },
  repaired: { lost: 0, doubled: 0, orphaned: 0, drifted: 0 },
  graph: noRequests,
};

interface Work {
  readonly partition: MailboxPartition;
  readonly state: MailboxState;
  readonly lease: MailboxLease;
  readonly mailbox: ContactMailbox;
  readonly counts: ContactCounts;
  readonly repairs: RepairCounts;
  readonly watched: Map<string, LedgerWriter>;
}

interface ListOutcome {
  readonly listId: string;
  readonly full: boolean;
  readonly result: ListResult;
  readonly progress: ReadProgress | undefined;
}

interface Outcome {
  readonly lists: readonly ListOutcome[];
  /** Lists of the message that the mailbox is no target of. */
  readonly refused: readonly string[];
  /** Epoch milliseconds when the message has to come again, 0 for never. */
  readonly again: number;
}

/** One list after the other; each commits its last rows, the last one together with the end of the lease. */
async function syncLists(message: SyncMessage, services: SyncServices, work: Work): Promise<Outcome> {
  const { lease, state, watched } = work;
  const named = namedLists(message, state, lease.listingOwed || lease.putBack);
  // Read after the lease was taken: whether the mailbox still is a target may have changed since the message was sent.
  const known = await Promise.all(named.map(({ id }) => services.progress.read(id, message.mailbox)));
  const outcomes: ListOutcome[] = [];
  const refused: string[] = [];
  let rows: readonly RowOperation[] = [];
  for (const [index, { id, goal, full }] of named.entries()) {
    const progress = known[index];
    const checkpoint = state.checkpoints.get(id);
    const wish = await readWish(id, message, progress?.progress, checkpoint, services);
    if (!wish) refused.push(id);
    const list = wish && listOf(id, wish.leaving, services);
    if (rows.length > 0) await lease.commit(rows);
    if (!list) {
      // The lease's debt ends with it, and this list may come back.
      rows = (lease.listingOwed || lease.putBack) && checkpoint ? [listingOwedOperation(id, checkpoint)] : [];
      continue;
    }
    const result = await syncList({
      ...work,
      ...services,
      ...wish,
      list,
      goal,
      full,
      lookAtFolder: message.lookAtFolders ?? false,
      listingOwed: lease.listingOwed || (checkpoint?.listingOwed ?? false),
      putBack: lease.putBack,
      verifyKeys: message.verify?.[id] ?? [],
      checkpoint,
      reportedSequence: progress?.progress.sequence ?? 0,
      otherFolderIds: folderIdsOfOthers(state, id),
      hasUser: async () => (await services.openDirectory().findUser(message.mailbox)) !== undefined,
      watch: ledger => watched.set(id, ledger),
    });
    rows = result.rows;
    outcomes.push({ listId: id, full, result, progress });
  }
  const settled = outcomes.every(({ result }) => result.settled);
  await lease.release(rows, settled);
  const waits = outcomes.filter(({ result }) => result.state === 'waiting').map(({ result }) => result.until);
  const next = Math.min(...waits, Infinity);
  const again = settled ? next : Math.max(lease.expiresAt(), waits.length > 0 ? next : 0);
  return { lists: outcomes, refused, again: again - services.clock.now() <= longestMessageWait ? again : 0 };
}

/** Of a list that has vanished from the settings only the clean-up is left to do; a paused one changes nothing. */
function listOf(id: string, leaving: boolean, { lists, inactiveListIds }: SyncServices): SyncedList | undefined {
  const configured = lists.find(list => list.id === id);
  if (configured || !leaving || inactiveListIds.has(id)) return configured;
  return { id, destination: { folder: '', category: null }, mapping: {}, removals: 'delete', userEdits: 'keep' };
}

function listingOwedOperation(id: string, checkpoint: MailboxCheckpoint): RowOperation {
  return mailboxCheckpointOperation(id, { ...checkpoint, listingOwed: true });
}

/** The lists of the message; every list of the mailbox where all its folders have to be listed. */
function namedLists(
  message: SyncMessage,
  state: MailboxState,
  listingOwed: boolean,
): { id: string; goal: JournalGoal; full: boolean }[] {
  const named = new Map(
    message.lists.map(({ list, head, epoch = 0, full = false }) => [list, { id: list, goal: { head, epoch }, full }]),
  );
  const others = [...Object.keys(message.verify ?? {}), ...(listingOwed ? state.checkpoints.keys() : [])];
  for (const id of others) {
    const { position = 0, epoch = 0 } = state.checkpoints.get(id) ?? {};
    if (!named.has(id)) named.set(id, { id, goal: { head: Math.max(position, 0), epoch }, full: false });
  }
  return [...named.values()];
}

async function report(
  message: SyncMessage,
  { lists, refused, again }: Outcome,
  attempt: RunAttempt,
  services: SyncServices,
): Promise<void> {
  const { mailbox, run } = message;
  const now = services.clock.now();
  const told = (listId: string) => (problem: Problem) => ({ list: listId, mailbox, ...problem });
  const problems = lists.flatMap(({ listId, result }) => result.problems.map(told(listId)));
  const notes = lists.flatMap(({ listId, result }) => result.notes.map(told(listId)));
  const strange = refused.map(listId => told(listId)(notATarget));
  const state = lists.length === 0 && refused.length > 0 ? 'skipped' : runState(lists);
  // Before Progress: a run counts a mailbox as done once it has arrived, and its figures must be there by then.
  const found = { state, done: attempt, problems: [...problems, ...strange], notes };
  await services.runs.report(run, mailbox, attemptIdOf(message), found, now);
  await Promise.all(
    lists.map(async ({ listId, full, result, progress }) => {
      const { checkpoint, state, until, problems: found, gone = false } = result;
      const { position, epoch, settings, contacts, failed, sequence } = checkpoint;
      const standing = { position, epoch, settings, contacts, failed, sequence };
      const columns = { ...standing, state, dueAt: until, syncedAt: now, goneAt: gone ? now : 0 };
      // A pass that had nothing to do leaves the reasons of refused contacts in sight.
      const [problem = failed > 0 ? progress?.progress.problem : undefined] = found;
      await services.progress.report(listId, mailbox, { ...columns, ...(problem ? { problem } : {}) }, progress);
      if (full && state === 'current') await services.progress.note(listId, [{ mailboxId: mailbox, fullDueAt: 0 }]);
    }),
  );
  if (again > 0) await sendAgain(message, again, services);
}

const notATarget: Problem = {
  code: 'NotATarget',
  detail: 'The mailbox is not a target of the list: nothing was written to it',
};

function runState(lists: readonly ListOutcome[]): RunMailboxState {
  const states = new Set(lists.map(({ result }) => result.state));
  if (states.has('failed')) return 'failed';
  if (states.has('waiting')) return 'waiting';
  return states.has('skipped') ? 'skipped' : 'done';
}

/** A copy under a new id, which the same delivery handled twice makes only once. */
async function sendAgain(
  message: SyncMessage,
  notBefore: number,
  { queue }: SyncServices,
  failures?: number,
): Promise<void> {
  const attempt = message.attempt + 1;
  await queue.send([{ id: `${message.id}:retry:${attempt}`, body: { ...message, attempt, failures }, notBefore }]);
}

/**
 * The lease went to another owner while writes of ours were under way: what became of them is found out by listing
 * (design: Applying, 10).
 */
async function sendVerification(
  message: SyncMessage,
  watched: ReadonlyMap<string, LedgerWriter>,
  services: SyncServices,
): Promise<void> {
  const verify = Object.fromEntries(
    [...watched].map(([list, ledger]) => [list, ledger.keysInDoubt()] as const).filter(([, keys]) => keys.length > 0),
  );
  const doubted = Object.keys(verify).length > 0 ? { ...message, verify: { ...message.verify, ...verify } } : message;
  const lateAnswers = (services.timing.graphTimeoutSeconds + services.timing.graphGraceSeconds) * 1000;
  await sendAgain(doubted, services.clock.now() + lateAnswers, services);
}
