import type { Choice } from '../../domain/choice.ts';
import { countOf } from '../../domain/countOf.ts';
import { type Halt, type Halts, haltOf } from '../../domain/halt.ts';
import { countMailboxes, type MailboxCounts, tallyMailbox } from '../../domain/mailboxTally.ts';
import type { Pin } from '../../domain/pin.ts';
import type { Rollout } from '../../domain/rollout.ts';
import type { ContactList } from '../../settings/contactList.ts';
import type { SourceSettings } from '../../settings/sourceSettings.ts';
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

/** How a list stands. Times in epoch milliseconds. */
export interface ShownList {
  /** Null for a refused list without a usable id. */
  readonly id: string | null;
  readonly name: string;
  readonly state: 'ok' | 'paused' | 'refused' | 'held' | 'error' | 'halted' | 'pinned';
  /** As the settings have it, of a list that they have without a fault. */
  readonly list: ContactList | undefined;
  readonly halt: Halt | undefined;
  readonly pin: Pin | undefined;
  readonly rollout: ShownRollout | undefined;
  /** What keeps it from being run as it should; in one that is ok, a contact that fails in most mailboxes. */
  readonly problems: readonly Problem[];
  readonly notes: readonly Problem[];
  readonly sources: readonly SourceSettings[];
  readonly head: number;
  /** 0 before the first capture. */
  readonly capturedAt: number;
  readonly contacts: number;
  /** Those of the contacts that are private at the source, and for nobody. */
  readonly hiddenPrivate: number;
  /** What waits for a decision; removals of contacts first. */
  readonly holds: readonly HoldOf[];
  readonly mailboxes: MailboxCounts;
  readonly notifications: SubscriptionHealth;
}

/** A change that comes to the mailboxes in rings. */
interface ShownRollout {
  readonly kind: 'rolling' | 'halted';
  /** The last ring that has it, counted from 1. */
  readonly ring: number;
  readonly of: number;
  /** The position that these rings are brought to, and that which the others keep. */
  readonly head: number;
  readonly heldBackAt: number;
  /** Changes that wait behind it. */
  readonly waiting: number;
  readonly since: number;
  readonly waitUntil: number;
}

/** One list, with what takes a look at all of its rows. */
export interface ShownOneList extends ShownList {
  /** Contacts that stay because their removal was rejected. */
  readonly kept: number;
  /** How many users chose, of a list that leaves them the choice. */
  readonly choices: Readonly<Record<Choice, number>> | undefined;
}

/** How every list stands. */
export async function readLists(services: ReadListsServices): Promise<ShownList[]> {
  const [lists, { halts }] = await Promise.all([findKnownLists(services), services.listIndex.read()]);
  return Promise.all(lists.map(list => readList(list, halts, services)));
}

/** How one list stands, with the number of contacts kept and with what users chose. */
export async function readOneList(
  id: string,
  services: ReadListsServices & Pick<Services, 'choices'>,
): Promise<ShownOneList | undefined> {
  const list = await findKnownList(id, services);
  if (!list) return undefined;
  const { halts } = await services.listIndex.read();
  const [shown, kept, chosen] = await Promise.all([
    readList(list, halts, services),
    services.openListPartition(id).countKept(),
    list.list && list.list.choice !== 'none' ? countChoices(id, services) : undefined,
  ]);
  return { ...shown, kept, choices: chosen };
}

async function countChoices(
  id: string,
  { choices }: Pick<Services, 'choices'>,
): Promise<Readonly<Record<Choice, number>>> {
  const chosen = [...(await choices.readAll(id)).values()];
  return { on: chosen.filter(each => each === 'on').length, off: chosen.filter(each => each === 'off').length };
}

async function readList(list: KnownList, halts: Halts, services: ReadListsServices): Promise<ShownList> {
  const { id } = list;
  if (id === null)
    return standingOf(list, { problems: problemsOf(list), holds: [], mailboxes: noMailboxes, notifications: none });
  const status = await services.openListStatus(id);
  const partition = status.openListPartition();
  const [stored, targets, leaving, counted, notifications, rollout] = await Promise.all([
    partition.readSealedCheckpoint(),
    readOrDamage(async () => (await partition.readTargets())?.targets.problems ?? []),
    partition.readLeavingHold(),
    readCounted(id, services.progress),
    list.kind === 'active' ? orMissing(() => readSubscriptionHealth(id, { ...services, ...status })) : none,
    readRollout(list, partition),
  ]);
  const { checkpoint, damage, pinned } = stored ?? {};
  const settings = await settingsOf(list, pinned?.pin, partition);
  const goal = { head: checkpoint?.head ?? 0, epoch: checkpoint?.epoch ?? 0, settings };
  const ofSource = [...(damage ? [describeSourceDamage(damage)] : []), ...(checkpoint?.problems ?? [])];
  const halt = haltOf(halts, id);
  const shown = standingOf(list, {
    checkpoint,
    halt,
    pin: pinned?.pin,
    rollout: rollout && shownRollout(list, rollout, goal.head),
    problems: [...(halt ? [problemOf(halt)] : []), ...problemsOf(list, ofSource, targets)],
    holds: holdsOf(checkpoint, leaving).filter(isOpen),
    mailboxes: countMailboxes(counted.tally, goal),
    notifications,
  });
  const widespread = findWidespreadProblem(counted.rows);
  return shown.problems.length === 0 && widespread ? { ...shown, problems: [widespread] } : shown;
}

const none: SubscriptionHealth = { state: 'off' };

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

interface ListStanding extends Pick<ShownList, 'problems' | 'holds' | 'mailboxes' | 'notifications'> {
  readonly checkpoint?: SourceCheckpoint | undefined;
  readonly halt?: Halt | undefined;
  readonly pin?: Pin | undefined;
  readonly rollout?: ShownRollout | undefined;
}

function problemOf({ code, detail }: Halt): Problem {
  return { code, detail };
}

function standingOf(known: KnownList, { checkpoint, halt, pin, rollout, ...standing }: ListStanding): ShownList {
  const { id, name, list } = known;
  return {
    id,
    name,
    state: stateOf(known, { halt, pin, ...standing }),
    list,
    halt,
    pin,
    rollout,
    notes: [
      ...known.notes,
      ...describeSharedPrivate(known, checkpoint),
      ...(known.kind === 'active' ? (checkpoint?.notes ?? []) : []),
    ],
    sources: list?.sources ?? [],
    head: checkpoint?.head ?? 0,
    capturedAt: checkpoint?.capturedAt ?? 0,
    contacts: checkpoint?.contacts ?? 0,
    hiddenPrivate: checkpoint?.hiddenPrivate ?? 0,
    ...standing,
  };
}

/** One that cannot be read keeps its list from being run, which says so. */
async function readRollout({ list }: KnownList, partition: ListPartition): Promise<Rollout | undefined> {
  if (!list?.rollout) return undefined;
  try {
    return (await partition.readRollout())?.rollout;
  } catch (error) {
    if (error instanceof DamagedRow) return undefined;
    throw error;
  }
}

/** @param newest the journal's head */
function shownRollout({ list }: KnownList, rollout: Rollout, newest: number): ShownRollout | undefined {
  if (rollout.kind === 'none') return undefined;
  const { kind, ring, from, to, since, waitUntil } = rollout;
  return {
    kind,
    ring: ring + 1,
    of: (list?.rollout?.rings.length ?? 0) + 1,
    head: to.head,
    heldBackAt: from.head,
    waiting: Math.max(0, newest - to.head),
    since,
    waitUntil,
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
  { halt, pin, holds, problems }: Pick<ListStanding, 'halt' | 'pin' | 'holds' | 'problems'>,
): ShownList['state'] {
  if (kind === 'paused' || kind === 'refused') return kind;
  if (halt) return 'halted';
  if (problems.length > 0 && !(kind === 'vanished' && holds.length > 0)) return 'error';
  if (pin) return 'pinned';
  return holds.length > 0 ? 'held' : 'ok';
}

function problemsOf(
  { kind, faults }: KnownList,
  ofSource: readonly Problem[] = [],
  ofTargets: readonly Problem[] = [],
): readonly Problem[] {
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
      return [...ofSource, ...ofTargets];
  }
}

const noMailboxes = countMailboxes({}, { head: 0, epoch: 0, settings: undefined });
