import { everybody, withinRules } from '../../domain/audience.ts';
import { type JournalHead, notBefore } from '../../domain/goal.ts';
import type { Halt } from '../../domain/halt.ts';
import { startOf } from '../../domain/mailboxPhase.ts';
import { sum } from '../../domain/sum.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ContactMailbox, RequestCounts } from '../../ports/contactMailbox.ts';
import type { Directory } from '../../ports/directory.ts';
import type { PhotoStore } from '../../ports/photos.ts';
import type { ContactList, SyncedList } from '../../settings/contactList.ts';
import { undetermined } from '../../settings/destination.ts';
import { DamagedRow, describeDamage } from '../../store/damagedRow.ts';
import type { ListChanges } from '../../store/listChanges.ts';
import { type MailboxCheckpoint, newCheckpoint, reachedBy } from '../../store/mailboxCheckpoint.ts';
import { type LikelyReading, type MailboxPartition, mostForeseenRows } from '../../store/mailboxes.ts';
import { LeaseLost, type MailboxLease } from '../../store/mailboxLease.ts';
import { folderIdsOfOthers, type MailboxState } from '../../store/mailboxRows.ts';
import type { ReadProgress } from '../../store/progress.ts';
import type { RunMailboxState } from '../../store/runMailbox.ts';
import { noContacts, noRepairs, type RunAttempt } from '../../store/runWork.ts';
import type { ReadListAsSent } from '../definitions/index.ts';
import { failuresOf, refuseFailedWork } from '../failedWork.ts';
import { goalColumns, goalIn, type SyncMessage } from '../messages.ts';
import type { FindReceiversServices } from '../receivers/index.ts';
import { noRequests } from '../requestCounts.ts';
import type { StageReader } from '../rollouts/index.ts';
import type { JournalReader, ViewerReader } from '../wanted/index.ts';
import { doubledBy } from './folderOfAnotherList.ts';
import { withDebt } from './listingDebt.ts';
import type { Assignment, LeasedMailbox } from './listPass.ts';
import type { ListResult } from './listResult.ts';
import { readWish, type Wish } from './mailboxWish.ts';
import {
  type ListOutcome,
  type NamedList,
  type Outcome,
  type ReportServices,
  report,
  runState,
  sendAgain,
  sendVerification,
} from './reportOutcome.ts';
import { syncList } from './syncList.ts';

/** A mailbox that somebody else works on is tried again after this long, in milliseconds, and longer each time. */
const waitForLease = 3000;
const longestWaitForLease = 30_000;
/** Longer waits are left to the next run, which finds the mailbox due. */
const longestMessageWait = 900_000;

export interface SyncServices extends FindReceiversServices, ReportServices {
  readonly newId: () => string;
  readonly lists: readonly ContactList[];
  /** Lists in the settings that are paused or refused. */
  readonly inactiveListIds: ReadonlySet<string>;
  readonly reader: JournalReader;
  readonly readViewer: ViewerReader;
  readonly photos: PhotoStore;
  readonly openMailboxPartition: (mailboxId: string) => MailboxPartition;
  readonly openMailbox: (mailboxId: string) => ContactMailbox;
  readonly openDirectory: () => Directory;
  /** The id of this installation. */
  readonly readInstallation: () => Promise<string>;
  readonly readStage: StageReader['readStage'];
  readonly listWith: StageReader['listWith'];
  readonly readListAsSent: ReadListAsSent;
  readonly readHalt: (listId: string) => Promise<Halt | undefined>;
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
 * Brings one mailbox up to date with every list that the message names (rules.md: Applying). Resolves when everything
 * that happened is recorded and whatever is left has a message or a time of its own.
 *
 * @param deliveryCount of the message, 1 at its first delivery
 * @throws WorkGivenUp when the work failed too often
 */
export async function syncMailbox(
  received: SyncMessage,
  services: SyncServices,
  deliveryCount = 1,
): Promise<MailboxHandled> {
  const { clock, timing } = services;
  const handOverAt = clock.now() + timing.handlerSeconds * 1000;
  refuseFailedWork(received);
  const partition = services.openMailboxPartition(received.mailbox);
  const state = await partition.readState(await foresee(received, services.reader));
  const message = withReached(received, state);
  const lease = await partition.takeLease(state, services.newId(), clock, timing);
  if ('heldUntil' in lease) {
    const wait = Math.min(waitForLease * (message.attempt + 1), longestWaitForLease);
    const failures = failuresOf(message, deliveryCount);
    await sendAgain(message, Math.min(lease.heldUntil, clock.now() + wait), services, failures);
    return { ...nothingDone, outcome: 'busy' };
  }
  const target: LeasedMailbox = {
    mailbox: services.openMailbox(message.mailbox),
    partition,
    lease,
    handOverAt,
    hasUser: async () => (await services.openDirectory().findUser(message.mailbox)) !== undefined,
    readLanguage: async () => (await services.openDirectory().findLanguage(message.mailbox)) ?? undetermined,
  };
  const outcome = await syncLists(message, services, state, target);
  const graph = target.mailbox.counts();
  const attempt: RunAttempt = { ...whatWasDone(outcome.lists), graph };
  if (outcome.doubt) {
    await sendVerification(message, outcome.doubt, services);
    return { ...attempt, graph, outcome: 'leaseLost' };
  }
  await report(message, outcome, attempt, services);
  const [problem] = outcome.lists.flatMap(({ result }) => result.problems);
  return { ...attempt, outcome: runState(outcome), ...(problem ? { code: problem.code } : {}) };
}

/** A message that was overtaken asks for what the mailbox has, as does what is left of it once that is compared anew. */
function withReached(message: SyncMessage, { checkpoints }: MailboxState): SyncMessage {
  const lists = message.lists.map(each => {
    const reached = reachedBy(checkpoints.get(each.list) ?? newCheckpoint);
    return { ...each, ...goalColumns(notBefore(reached, goalIn(each))) };
  });
  return { ...message, lists };
}

/** Whoever is compared needs the whole ledger, the others the rows of what changed last. */
async function foresee({ lists }: SyncMessage, reader: JournalReader): Promise<LikelyReading> {
  const compared = lists.filter(({ full }) => full);
  const others = lists.filter(({ full }) => !full);
  const entries = await Promise.all(
    others.map(async ({ list, head, epoch = 0 }) => {
      const sourceKeys = await reader.foresee(list, { head, epoch });
      return sourceKeys.map(sourceKey => ({ listId: list, sourceKey }));
    }),
  );
  const contacts = await Promise.all(
    compared.map(({ list, head, epoch = 0 }) => countContacts(list, { head, epoch }, reader)),
  );
  const fit = contacts.reduce((total, count) => total + count, 0) <= mostForeseenRows;
  return { entries: entries.flat(), ledgers: fit ? compared.map(({ list }) => list) : [] };
}

/** Of a list that cannot be read nothing is foreseen: its own pass says why. */
async function countContacts(listId: string, goal: JournalHead, reader: JournalReader): Promise<number> {
  try {
    return await reader.countContacts(listId, goal);
  } catch (error) {
    if (error instanceof DamagedRow) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

const nothingDone: RunAttempt = { contacts: noContacts, repaired: noRepairs, graph: noRequests };

function whatWasDone(lists: readonly ListOutcome[]): Pick<RunAttempt, 'contacts' | 'repaired'> {
  return {
    contacts: sum(
      noContacts,
      lists.map(({ result }) => result.contacts),
    ),
    repaired: sum(
      noRepairs,
      lists.map(({ result }) => result.repaired),
    ),
  };
}

/** One list after the other; each commits its last rows, the last one together with the end of the lease. */
async function syncLists(
  message: SyncMessage,
  services: SyncServices,
  state: MailboxState,
  target: LeasedMailbox,
): Promise<Outcome> {
  const { lease } = target;
  const named = namedLists(message, state, lease.listingOwed || lease.putBack);
  if (named.length === 0) await lease.release(undefined, true);
  // Read after the lease was taken: whether the mailbox still is a target may have changed since the message was sent.
  const known = await Promise.all(named.map(({ id }) => services.progress.read(id, message.mailbox)));
  const lists: ListOutcome[] = [];
  const refused: string[] = [];
  const handedOver: NamedList[] = [];
  for (const [index, each] of named.entries()) {
    const progress = known[index];
    const isLast = index === named.length - 1;
    try {
      const isBegun = index === 0 || services.clock.now() < target.handOverAt;
      const checkpoint = state.checkpoints.get(each.id);
      const wish = isBegun ? await readWish(each.id, message, progress?.progress, checkpoint, services) : undefined;
      if (isBegun && !wish) refused.push(each.id);
      const assignment = wish && (await assign(each, wish, message, after(state, lists), lease, progress, services));
      const throttledBefore = target.mailbox.counts().throttled ?? 0;
      const result = assignment && (await syncList({ assignment, target, tools: services }));
      if (result) {
        const told = withDamage(result, target.partition.damageOf(each.id));
        const throttled = (target.mailbox.counts().throttled ?? 0) - throttledBefore;
        lists.push({ listId: each.id, full: each.full, result: told, progress, throttled });
      }
      if (!isBegun || result?.state === 'behind') handedOver.push(each);
      const changes = result ? result.changes : debtOf(each.id, state, lease);
      if (isLast) await lease.release(changes, lists.every(isSettled));
      else if (changes) await lease.commit(changes);
    } catch (error) {
      if (!(error instanceof LeaseLost)) throw error;
      const uncommitted = lists.find(({ listId }) => listId === each.id)?.result.keysInDoubt ?? [];
      const sourceKeys = [...error.keysInDoubt, ...uncommitted];
      return { lists, refused, handedOver: [], again: 0, doubt: { listId: each.id, sourceKeys } };
    }
  }
  return { lists, refused, handedOver, again: whenAgain(lists, handedOver, lease, services.clock) };
}

function isSettled({ result }: ListOutcome): boolean {
  return result.settled;
}

function whenAgain(
  lists: readonly ListOutcome[],
  handedOver: readonly NamedList[],
  lease: MailboxLease,
  clock: Clock,
): number {
  if (handedOver.length > 0) return lists.every(isSettled) ? 0 : lease.expiresAt();
  const waits = lists
    .filter(({ result }) => result.state === 'waiting' && result.until > 0)
    .map(({ result }) => result.until);
  const next = Math.min(...waits, Infinity);
  const again = lists.every(isSettled) ? next : Math.max(lease.expiresAt(), waits.length > 0 ? next : 0);
  return again - clock.now() <= longestMessageWait ? again : 0;
}

/** Undefined for a list of which nothing is to be done. */
async function assign(
  { id, goal, full, settings, definition }: NamedList,
  wish: Wish,
  message: SyncMessage,
  state: MailboxState,
  lease: MailboxLease,
  progress: ReadProgress | undefined,
  services: SyncServices,
): Promise<Assignment | undefined> {
  const checkpoint = withDebt(state.checkpoints.get(id) ?? newCheckpoint, lease);
  const list = await listOf(id, wish, definition === undefined ? settings : undefined, checkpoint, services);
  if (!list) return undefined;
  return {
    list,
    goal,
    ringHead: undefined,
    countsEdits: false,
    definition,
    ring: knownRing(progress),
    wish,
    // Read after the lease was taken, as what is wanted is: a message of before must not bring back what is hidden now.
    viewer: await services.readViewer(id, withinRules(progress?.progress.wantedAudience ?? everybody, list)),
    full,
    lookAtFolder: message.lookAtFolders ?? false,
    verifyKeys: message.verify?.[id] ?? [],
    // Later reports must have a higher sequence, also if the checkpoint was lost or set back.
    checkpoint: { ...checkpoint, sequence: Math.max(checkpoint.sequence, progress?.progress.sequence ?? 0) },
    otherListIds: [...state.checkpoints.keys()].filter(other => other !== id),
    otherFolderIds: folderIdsOfOthers(state, id),
    doubledBy: doubledBy(
      services.lists.find(each => each.id === id),
      state,
      services,
    ),
  };
}

/** With what the lists before in the message came to. */
function after(state: MailboxState, lists: readonly ListOutcome[]): MailboxState {
  const done = lists.map(({ listId, result }) => [listId, result.checkpoint] as const);
  return { ...state, checkpoints: new Map([...state.checkpoints, ...done]) };
}

function knownRing(progress: ReadProgress | undefined): number | undefined {
  const { ring = -1 } = progress?.progress ?? {};
  return ring < 0 ? undefined : ring;
}

/** What a damaged row of the mailbox said was found out in this pass, which wrote it anew. */
function withDamage(result: ListResult, damage: DamagedRow | undefined): ListResult {
  if (!damage) return result;
  return {
    ...result,
    notes: [...result.notes, describeDamage(damage, 'What it said is taken from the mailbox itself')],
  };
}

/** Of a list that has vanished from the settings only the clean-up is left to do; a paused one changes nothing. */
async function listOf(
  id: string,
  wish: Wish,
  settings: string | undefined,
  checkpoint: MailboxCheckpoint,
  services: SyncServices,
): Promise<SyncedList | undefined> {
  const { lists, inactiveListIds } = services;
  const configured = lists.find(list => list.id === id);
  if (configured && wish.kind === 'target') return asSent(configured, settings, checkpoint, services);
  if (configured || wish.kind !== 'leaving' || inactiveListIds.has(id)) return configured;
  return { id, destination: { folder: '', category: null }, mapping: {}, removals: 'delete', userEdits: 'keep' };
}

/**
 * An edit while a run goes on belongs to the next run (rules.md: Stored lists), unless that has been here already.
 * Lists with rings go by what their ring has reached.
 */
async function asSent(
  list: ContactList,
  settings: string | undefined,
  { phase }: MailboxCheckpoint,
  { reader, readListAsSent }: SyncServices,
): Promise<ContactList> {
  const now = reader.mappingOf(list).settings;
  if (settings === undefined || settings === now || list.rollout) return list;
  const start = startOf(phase);
  return start !== 'snapshot' && start.settings === now ? list : readListAsSent(list, settings);
}

/** The lease's debt ends with it, and a list that nothing is done about may come back. */
function debtOf(listId: string, { checkpoints }: MailboxState, lease: MailboxLease): ListChanges | undefined {
  const checkpoint = checkpoints.get(listId);
  if (!checkpoint || !(lease.listingOwed || lease.putBack)) return undefined;
  return { listId, checkpoint: withDebt(checkpoint, lease) };
}

/**
 * The lists of the message; every list of the mailbox where all its folders have to be listed. One that the message does
 * not name stays where it is; where it is nowhere yet, what was under way is brought to its end.
 */
function namedLists(message: SyncMessage, state: MailboxState, listingOwed: boolean): NamedList[] {
  const named = new Map<string, NamedList>(
    message.lists.map(each => {
      const { list: id, full = false, settings, definition } = each;
      return [id, { id, goal: goalIn(each), full, settings, definition }];
    }),
  );
  const others = [...Object.keys(message.verify ?? {}), ...(listingOwed ? state.checkpoints.keys() : [])];
  for (const id of others) {
    const goal = reachedBy(state.checkpoints.get(id) ?? newCheckpoint) ?? 'newest';
    if (!named.has(id)) named.set(id, { id, goal, full: false, settings: undefined });
  }
  return [...named.values()];
}
