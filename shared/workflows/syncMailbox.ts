import type { Clock } from '../ports/clock.ts';
import type { ContactMailbox } from '../ports/contactMailbox.ts';
import type { MessageQueue } from '../ports/messageQueue.ts';
import type { RowOperation } from '../ports/tableStorage.ts';
import type { ContactList } from '../settings/contactList.ts';
import type { Timing } from '../settings/settings.ts';
import type { MailboxPartition, MailboxState } from '../state/mailboxes.ts';
import type { ProgressTable, ReadProgress } from '../state/progress.ts';
import type { ContactCounts, RunMailboxState, RunProblem, RunsTable } from '../state/runs.ts';
import type { LedgerWriter } from './ledgerWriter.ts';
import { LeaseLost, type MailboxLease, takeLease } from './mailboxLease.ts';
import type { SyncMessage } from './messages.ts';
import { type ListResult, syncList } from './syncList.ts';
import type { JournalReader } from './wantedContacts.ts';

/** A mailbox that somebody else works on is tried again after this long, in milliseconds, and longer each time. */
const waitForLease = 3000;
const longestWaitForLease = 30_000;
/** Longer waits are left to the next run, which finds the mailbox due. */
const longestMessageWait = 900_000;

export interface SyncServices {
  readonly clock: Clock;
  readonly newId: () => string;
  readonly lists: readonly ContactList[];
  readonly timing: Timing;
  readonly reader: JournalReader;
  readonly openPartition: (mailboxId: string) => MailboxPartition;
  readonly openMailbox: (mailboxId: string) => ContactMailbox;
  readonly progress: ProgressTable;
  readonly runs: RunsTable;
  /** The queue that the message came from. */
  readonly queue: MessageQueue<SyncMessage>;
}

/**
 * Brings one mailbox up to date with every list that the message names (design: Applying to a mailbox). Resolves when
 * everything that happened is recorded and whatever is left has a message or a time of its own.
 */
export async function syncMailbox(message: SyncMessage, services: SyncServices): Promise<void> {
  const { clock, timing } = services;
  const partition = services.openPartition(message.mailbox);
  const state = await partition.readState();
  const lease = await takeLease(partition, state, services.newId(), clock, timing);
  if ('heldUntil' in lease) {
    const wait = Math.min(waitForLease * (message.attempt + 1), longestWaitForLease);
    await sendAgain(message, Math.min(lease.heldUntil, clock.now() + wait), services);
    return;
  }
  const mailbox = services.openMailbox(message.mailbox);
  const counts: ContactCounts = { created: 0, updated: 0, deleted: 0, failed: 0 };
  const watched = new Map<string, LedgerWriter>();
  let outcome: Outcome;
  try {
    outcome = await syncLists(message, services, { partition, state, lease, mailbox, counts, watched });
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
    await sendVerification(message, watched, services);
    return;
  }
  await report(message, outcome, { contacts: counts, graph: { ...mailbox.counts } }, services);
}

interface Work {
  readonly partition: MailboxPartition;
  readonly state: MailboxState;
  readonly lease: MailboxLease;
  readonly mailbox: ContactMailbox;
  readonly counts: ContactCounts;
  readonly watched: Map<string, LedgerWriter>;
}

interface ListOutcome {
  readonly list: ContactList;
  readonly result: ListResult;
  readonly progress: ReadProgress | undefined;
}

interface Outcome {
  readonly lists: readonly ListOutcome[];
  /** Epoch milliseconds when the message has to come again, 0 for never. */
  readonly again: number;
}

/** One list after the other; each commits its last rows, the last one together with the end of the lease. */
async function syncLists(message: SyncMessage, services: SyncServices, work: Work): Promise<Outcome> {
  const { lease, state, watched } = work;
  const passes = listsOf(message, state, lease.listingOwed, services.lists);
  // Read after the lease was taken: whether the mailbox still is a target may have changed since the message was sent.
  const progress = await Promise.all(passes.map(({ list }) => services.progress.read(list.id, message.mailbox)));
  const outcomes: ListOutcome[] = [];
  let rows: readonly RowOperation[] = [];
  for (const [index, { list, head }] of passes.entries()) {
    if (rows.length > 0) await lease.commit(rows);
    const result = await syncList({
      ...work,
      ...services,
      list,
      head,
      leaving: progress[index]?.progress.wanted === 'leaving',
      listingOwed: lease.listingOwed,
      verifyKeys: message.verify?.[list.id] ?? [],
      checkpoint: state.checkpoints.get(list.id),
      watch: ledger => watched.set(list.id, ledger),
    });
    rows = result.rows;
    outcomes.push({ list, result, progress: progress[index] });
  }
  const settled = outcomes.every(({ result }) => result.settled);
  await lease.release(rows, settled);
  const waits = outcomes.filter(({ result }) => result.state === 'waiting').map(({ result }) => result.until);
  const again = settled ? Math.min(...waits, Infinity) : lease.expiresAt();
  return { lists: outcomes, again: again - services.clock.now() <= longestMessageWait ? again : 0 };
}

/** The lists of the message; every list of the mailbox when its last owner died, since it may have been at any. */
function listsOf(
  message: SyncMessage,
  state: MailboxState,
  listingOwed: boolean,
  lists: readonly ContactList[],
): { list: ContactList; head: number }[] {
  const heads = new Map(message.lists.map(({ list, head }) => [list, head]));
  for (const list of Object.keys(message.verify ?? {})) if (!heads.has(list)) heads.set(list, 0);
  if (listingOwed) {
    for (const [list, { position }] of state.checkpoints) {
      if (!heads.has(list)) heads.set(list, Math.max(position, 0));
    }
  }
  return lists.flatMap(list => {
    const head = heads.get(list.id);
    return head === undefined ? [] : [{ list, head }];
  });
}

async function report(
  message: SyncMessage,
  { lists, again }: Outcome,
  attempt: Parameters<RunsTable['report']>[4],
  services: SyncServices,
): Promise<void> {
  const { mailbox, run } = message;
  const now = services.clock.now();
  const problems = lists.flatMap(({ list, result }) =>
    result.problems.map((problem): RunProblem => ({ list: list.id, mailbox, ...problem })),
  );
  // Before Progress: a run counts a mailbox as done once it has arrived, and its figures must be there by then.
  await services.runs.report(run, mailbox, runState(lists), message.attempt, attempt, problems, now);
  await Promise.all(
    lists.map(({ list, result, progress }) => {
      const { checkpoint, state, until, problems: found } = result;
      const { position, settings, contacts, failed, sequence } = checkpoint;
      const columns = { state, position, settings, contacts, failed, sequence, dueAt: until, syncedAt: now };
      const [problem] = found;
      return services.progress.report(list.id, mailbox, { ...columns, ...(problem ? { problem } : {}) }, progress);
    }),
  );
  if (again > 0) await sendAgain(message, again, services);
}

function runState(lists: readonly ListOutcome[]): RunMailboxState {
  const states = new Set(lists.map(({ result }) => result.state));
  if (states.has('failed')) return 'failed';
  if (states.has('waiting')) return 'waiting';
  return states.has('skipped') ? 'skipped' : 'done';
}

/** A copy under a new id, which the same delivery handled twice makes only once. */
async function sendAgain(message: SyncMessage, notBefore: number, { queue }: SyncServices): Promise<void> {
  const attempt = message.attempt + 1;
  await queue.send([{ id: `${message.id}:retry:${attempt}`, body: { ...message, attempt }, notBefore }]);
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
