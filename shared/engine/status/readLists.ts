import type { ListView } from '../../api/lists.ts';
import { showProblem, stripStored } from '../../api/showProblem.ts';
import { type ShownMailboxState, stateOfMailbox } from '../../domain/mailboxState.ts';
import type { Problem } from '../../store/progress.ts';
import type { SourceCheckpoint } from '../../store/sources.ts';
import { type HoldOf, holdsOf, isOpen } from '../holds/index.ts';
import type { Services } from '../services.ts';
import {
  readSubscriptionHealth,
  type SubscriptionHealth,
  type SubscriptionHealthServices,
} from '../subscriptions/index.ts';
import { findKnownList, findKnownLists, type KnownList, type KnownListServices } from './knownLists.ts';
import { findWidespreadProblem } from './widespreadProblems.ts';

export type ReadListsServices = KnownListServices &
  SubscriptionHealthServices &
  Pick<Services, 'clock' | 'messagePatience'>;

/** How every list stands. */
export async function readLists(services: ReadListsServices): Promise<ListView[]> {
  const lists = await findKnownLists(services);
  return Promise.all(lists.map(list => readList(list, services)));
}

/** How one list stands, with the number of contacts kept, which takes a look at the whole snapshot. */
export async function readOneList(id: string, services: ReadListsServices): Promise<ListView | undefined> {
  const list = await findKnownList(id, services);
  if (!list) return undefined;
  const [view, kept] = await Promise.all([readList(list, services), services.openSource(id).countKept()]);
  return { ...view, kept };
}

async function readList(list: KnownList, services: ReadListsServices): Promise<ListView> {
  const { id } = list;
  if (id === null)
    return viewList(list, { problems: problemsOf(list), holds: [], mailboxes: noMailboxes }, { state: 'off' });
  const source = services.openSource(id);
  const [stored, targets, leaving, rows, notifications] = await Promise.all([
    source.readCheckpoint(),
    source.readTargets(),
    source.readLeavingHold(),
    services.progress.readAll(id),
    list.kind === 'active' ? readSubscriptionHealth(id, services) : { state: 'off' as const },
  ]);
  const checkpoint = stored?.checkpoint;
  const goal = {
    ...services,
    head: checkpoint?.head ?? 0,
    epoch: checkpoint?.epoch ?? 0,
    settings: list.settings,
    now: services.clock.now(),
  };
  const counts = countStates(rows.map(row => stateOfMailbox(row, goal)));
  const holds = holdsOf(checkpoint, leaving).filter(isOpen).map(viewHold);
  const problems = problemsOf(list, checkpoint?.problems, targets?.targets.problems);
  const view = viewList(list, { checkpoint, problems, holds, mailboxes: counts }, notifications);
  const widespread = findWidespreadProblem(rows);
  if (view.problem || !widespread) return view;
  const shown = stripStored(widespread);
  return { ...view, problem: shown, problems: [shown] };
}

interface ListStanding extends Pick<ListView, 'holds' | 'mailboxes' | 'problems'> {
  readonly checkpoint?: SourceCheckpoint | undefined;
}

function viewList(
  list: KnownList,
  { checkpoint, problems, holds, mailboxes }: ListStanding,
  { expiresAt, ...notifications }: SubscriptionHealth,
): ListView {
  return {
    id: list.id,
    name: list.name,
    state: stateOf(list, holds, problems),
    ...(problems[0] ? { problem: problems[0] } : {}),
    problems,
    notes: [...list.notes],
    head: checkpoint?.head ?? 0,
    capturedAt: checkpoint?.capturedAt ? new Date(checkpoint.capturedAt).toISOString() : null,
    contacts: checkpoint?.contacts ?? 0,
    holds,
    hold: holds[0] ?? null,
    mailboxes,
    changeNotifications: {
      ...notifications,
      ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt).toISOString() }),
    },
  };
}

/** What is not as the settings say comes before a decision that waits: `holds` shows that one in any case. */
function stateOf({ kind }: KnownList, holds: ListView['holds'], problems: readonly Problem[]): ListView['state'] {
  if (kind === 'paused' || kind === 'refused') return kind;
  if (problems.length > 0 && !(kind === 'vanished' && holds.length > 0)) return 'error';
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

const noMailboxes: ListView['mailboxes'] = {
  current: 0,
  behind: 0,
  waiting: 0,
  failed: 0,
  skipped: 0,
  leaving: 0,
  gone: 0,
};

function countStates(states: readonly ShownMailboxState[]): ListView['mailboxes'] {
  const counts = { ...noMailboxes };
  for (const state of states) {
    const counted = state === 'syncing' ? 'behind' : state;
    if (counted !== 'cleared' && counted !== 'kept') counts[counted] += 1;
  }
  return counts;
}
