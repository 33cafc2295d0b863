import { viewHalt } from '../../api/halt.ts';
import type { ListView } from '../../api/lists.ts';
import { showProblem, stripStored } from '../../api/showProblem.ts';
import { countOf } from '../../domain/countOf.ts';
import { type Halt, type Halts, haltOf } from '../../domain/halt.ts';
import { countMailboxes, tallyMailbox } from '../../domain/mailboxTally.ts';
import type { Pin } from '../../domain/pin.ts';
import type { Rollout } from '../../domain/rollout.ts';
import { DamagedRow, describeDamage } from '../../store/damagedRow.ts';
import type { ListPartition } from '../../store/listPartition.ts';
import type { Problem, Progress } from '../../store/progress.ts';
import { describeSourceDamage, type SourceCheckpoint } from '../../store/sourceCheckpoint.ts';
import { addTallies, type Tally } from '../../store/totals.ts';
import { damagedTargets } from '../fan-out/index.ts';
import { type HoldOf, holdsOf, isOpen } from '../holds/index.ts';
import type { Services } from '../services.ts';
import {
  readSubscriptionHealth,
  type SubscriptionHealth,
  type SubscriptionHealthServices,
} from '../subscriptions/index.ts';
import { findKnownList, findKnownLists, type KnownList, type KnownListServices } from './knownLists.ts';
import { settingsOf } from './settingsOf.ts';
import { findWidespreadProblem, isWidespread } from './widespreadProblems.ts';

export type ReadListsServices = KnownListServices & SubscriptionHealthServices & Pick<Services, 'openListStatus'>;

/** How every list stands. */
export async function readLists(services: ReadListsServices): Promise<ListView[]> {
  const [lists, { halts }] = await Promise.all([findKnownLists(services), services.listIndex.read()]);
  return Promise.all(lists.map(list => readList(list, halts, services)));
}

/**
 * How one list stands, with the number of contacts kept, which takes a look at the whole snapshot, and with what users
 * chose.
 */
export async function readOneList(
  id: string,
  services: ReadListsServices & Pick<Services, 'choices'>,
): Promise<ListView | undefined> {
  const list = await findKnownList(id, services);
  if (!list) return undefined;
  const { halts } = await services.listIndex.read();
  const [view, kept, chosen] = await Promise.all([
    readList(list, halts, services),
    services.openListPartition(id).countKept(),
    list.list && list.list.choice !== 'none' ? countChoices(id, services) : undefined,
  ]);
  return { ...view, kept, ...(chosen && { choices: chosen }) };
}

async function countChoices(id: string, { choices }: Pick<Services, 'choices'>): Promise<ListView['choices']> {
  const chosen = [...(await choices.readAll(id)).values()];
  return { on: chosen.filter(each => each === 'on').length, off: chosen.filter(each => each === 'off').length };
}

async function readList(list: KnownList, halts: Halts, services: ReadListsServices): Promise<ListView> {
  const { id } = list;
  if (id === null)
    return viewList(list, { problems: problemsOf(list), holds: [], mailboxes: noMailboxes }, { state: 'off' });
  const status = await services.openListStatus(id);
  const partition = status.openListPartition();
  const [stored, targets, leaving, counted, notifications, rollout] = await Promise.all([
    partition.readSealedCheckpoint(),
    readOrDamage(async () => (await partition.readTargets())?.targets.problems ?? []),
    partition.readLeavingHold(),
    readCounted(id, services.progress),
    list.kind === 'active'
      ? orMissing(() => readSubscriptionHealth(id, { ...services, ...status }))
      : { state: 'off' as const },
    readRollout(list, partition),
  ]);
  const { checkpoint, damage, pinned } = stored ?? {};
  const settings = await settingsOf(list, pinned?.pin, partition);
  const goal = { head: checkpoint?.head ?? 0, epoch: checkpoint?.epoch ?? 0, settings };
  const counts = countMailboxes(counted.tally, goal);
  const holds = holdsOf(checkpoint, leaving).filter(isOpen).map(viewHold);
  const ofSource = [...(damage ? [describeSourceDamage(damage)] : []), ...(checkpoint?.problems ?? [])];
  const halt = haltOf(halts, id);
  const problems = [...(halt ? [problemOf(halt)] : []), ...problemsOf(list, ofSource, targets)];
  const view = viewList(
    list,
    { checkpoint, halt, pin: pinned?.pin, rollout, problems, holds, mailboxes: counts },
    notifications,
  );
  const widespread = findWidespreadProblem(counted.rows);
  if (view.problem || !widespread) return view;
  const shown = stripStored(widespread);
  return { ...view, problem: shown, problems: [shown] };
}

/** The totals; the rows as well where the same contact may fail in most mailboxes, or nobody has counted yet. */
async function readCounted(
  id: string,
  progress: Services['progress'],
): Promise<{ readonly tally: Tally; readonly rows: readonly Progress[] }> {
  const totals = await progress.readTotals(id);
  const { contactProblems = 0, targets = 0 } = totals ?? {};
  if (totals && !isWidespread(contactProblems, targets)) return { tally: totals, rows: [] };
  const rows = await progress.readAll(id);
  return { tally: addTallies(...rows.map(tallyMailbox)), rows };
}

/** What keeps the list from being run, or the damaged row that does. */
async function readOrDamage(read: () => Promise<readonly Problem[]>): Promise<readonly Problem[]> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DamagedRow) return [describeDamage(error, damagedTargets)];
    throw error;
  }
}

/** That of a list whose checkpoint is damaged is not known. */
async function orMissing(readHealth: () => Promise<SubscriptionHealth>): Promise<SubscriptionHealth> {
  try {
    return await readHealth();
  } catch (error) {
    if (error instanceof DamagedRow) return { state: 'missing' };
    throw error;
  }
}

function viewPin({ kind, position, at, definition }: Pin): NonNullable<ListView['pinned']> {
  return {
    position,
    since: new Date(at).toISOString(),
    rollingBack: kind === 'rollingBack',
    earlierSettings: definition !== undefined,
  };
}

interface ListState extends Pick<ListView, 'holds' | 'mailboxes' | 'problems'> {
  readonly checkpoint?: SourceCheckpoint | undefined;
  readonly halt?: Halt | undefined;
  readonly pin?: Pin | undefined;
  readonly rollout?: ListRollout | undefined;
}

function problemOf({ code, detail }: Halt): Problem {
  return { code, detail };
}

function viewList(
  list: KnownList,
  { checkpoint, halt, pin, rollout, problems, holds, mailboxes }: ListState,
  { expiresAt, ...notifications }: SubscriptionHealth,
): ListView {
  return {
    id: list.id,
    name: list.name,
    state: stateOf(list, { halt, pin, holds, problems }),
    ...(halt && viewHalt(halt)),
    ...(pin ? { pinned: viewPin(pin) } : {}),
    ...viewRollout(rollout, checkpoint),
    ...(problems[0] ? { problem: problems[0] } : {}),
    problems,
    notes: [
      ...list.notes,
      ...describeSharedPrivate(list, checkpoint),
      ...(list.kind === 'active' ? (checkpoint?.notes ?? []) : []).map(stripStored),
    ],
    sources: (list.list?.sources ?? []).map(({ name, kind }) => ({ ...(name !== undefined && { name }), kind })),
    head: checkpoint?.head ?? 0,
    capturedAt: checkpoint?.capturedAt ? new Date(checkpoint.capturedAt).toISOString() : null,
    contacts: checkpoint?.contacts ?? 0,
    ...(checkpoint?.hiddenPrivate ? { private: checkpoint.hiddenPrivate } : {}),
    holds,
    hold: holds[0] ?? null,
    ...(list.list && list.list.choice !== 'none' ? { choice: list.list.choice } : {}),
    mailboxes,
    changeNotifications: {
      ...notifications,
      ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt).toISOString() }),
    },
  };
}

interface ListRollout {
  readonly rollout: Rollout;
  readonly rings: number;
}

/** One that cannot be read keeps its list from being run, which says so. */
async function readRollout({ list }: KnownList, partition: ListPartition): Promise<ListRollout | undefined> {
  if (!list?.rollout) return undefined;
  try {
    const read = await partition.readRollout();
    return read && { rollout: read.rollout, rings: list.rollout.rings.length };
  } catch (error) {
    if (error instanceof DamagedRow) return undefined;
    throw error;
  }
}

function viewRollout(
  found: ListRollout | undefined,
  checkpoint: SourceCheckpoint | undefined,
): Pick<ListView, 'rollout'> {
  if (!found || found.rollout.kind === 'none') return {};
  const { kind, ring, from, to, since, waitUntil } = found.rollout;
  return {
    rollout: {
      state: kind,
      ring: ring + 1,
      of: found.rings + 1,
      head: to.head,
      heldBackAt: from.head,
      waiting: Math.max(0, (checkpoint?.head ?? 0) - to.head),
      since: new Date(since).toISOString(),
      waitUntil: new Date(waitUntil).toISOString(),
    },
  };
}

/** Until somebody says what becomes of them. */
function describeSharedPrivate({ list }: KnownList, checkpoint: SourceCheckpoint | undefined): Problem[] {
  const contacts = checkpoint?.hidesPrivate ? 0 : (checkpoint?.sharedPrivate?.contacts ?? 0);
  if (!list || list.privateContacts || contacts === 0) return [];
  const marked = countOf(contacts, 'contact is', 'contacts are');
  const detail = `${marked} marked private at the source and shared all the same, as earlier versions did: write "privateContacts": "hide", which removes them from the mailboxes, or "share"`;
  return [{ code: 'PrivateContactsShared', detail }];
}

/** What is not as the settings say comes before a decision that waits: `holds` shows that one in any case. */
function stateOf(
  { kind }: KnownList,
  { halt, pin, holds, problems }: Pick<ListState, 'halt' | 'pin' | 'holds' | 'problems'>,
): ListView['state'] {
  if (kind === 'paused' || kind === 'refused') return kind;
  if (halt) return 'halted';
  if (problems.length > 0 && !(kind === 'vanished' && holds.length > 0)) return 'error';
  if (pin) return 'pinned';
  return holds.length > 0 ? 'held' : 'ok';
}

function problemsOf(
  { kind, faults, list }: KnownList,
  ofSource: readonly Problem[] = [],
  ofTargets: readonly Problem[] = [],
): ListView['problems'] {
  switch (kind) {
    case 'refused':
      return [{ code: 'Refused', detail: `Mend CONTACT_LISTS: ${faults.join('; ')}` }];
    case 'vanished':
      return [
        {
          code: 'NotInSettings',
          detail: 'The list is gone from CONTACT_LISTS: its mailboxes leave it by the policy that it last had',
        },
      ];
    case 'paused':
      return [];
    case 'active':
      return [...ofSource, ...ofTargets].map(problem => showProblem(problem, list));
  }
}

function viewHold({ kind, hold: { reason, removals, of, since, groups } }: HoldOf): ListView['holds'][number] {
  return { kind, reason, removals, of, since: new Date(since).toISOString(), ...(groups?.length ? { groups } : {}) };
}

const noMailboxes = countMailboxes({}, { head: 0, epoch: 0, settings: undefined });
