import { hour } from '../../domain/durations.ts';
import type { HeldMailbox } from '../../domain/hold.ts';
import { holdLeavingMailboxes } from '../../domain/safeguards.ts';
import type { ListPartition } from '../../store/listPartition.ts';
import type { Problem, Progress } from '../../store/progress.ts';
import { decisionFor, describeMailboxesHold, endMailboxesHold, keepMailboxesHold } from '../holds/index.ts';
import type { GroupReading, Receivers, ResolvedTargets } from '../receivers/index.ts';
import type { FanOutList } from './fanOutQuestion.ts';

export interface MembershipDecision {
  /** Who receives the list now. */
  readonly receivers: Receivers;
  /** Mailboxes that are to be cleaned up. */
  readonly leaving: readonly string[];
  /** Those of them whose leaving somebody approved: they are not counted against who leaves next. */
  readonly approved: ReadonlySet<string>;
  /** Mailboxes that stay as they are, by the list's policy or because their leaving was rejected. */
  readonly kept: readonly string[];
  /** What becomes of those who are missing from groups. */
  readonly missing: 'wait' | 'letGo' | 'kept';
  readonly problem: Problem | undefined;
  /** How many mailboxes wait for a decision. */
  readonly held: number;
}

/** A list's mailboxes: how many are targets and stay so, and all the others. */
export interface TargetStandings {
  readonly staying: number;
  readonly others: readonly Progress[];
}

/** Mailboxes whose standing in the list would change, and which of them need a decision for that. */
interface Change {
  /** How many left within the last hour, where they count for the hold. */
  readonly recent: number;
  readonly members: number;
  readonly gone: readonly string[];
  readonly joining: readonly string[];
  /** Of those who stay, who would see less. */
  readonly narrowing: readonly string[];
  /** Of those who are gone. */
  readonly held: ReadonlySet<string>;
  /** Ids of groups that lost their members in a way that proves nothing. */
  readonly groups: string[];
}

/**
 * Who is no target any more and is to be cleaned up. Nobody leaves unless every target was read. Those who are missing
 * from a group that reads as empty, or that lost more than half of its members, wait for a decision however few they are,
 * and so do others when they are too many; a list that vanished waits like them (rules.md: Safeguards, Leaving
 * mailboxes). Who switched the list off asks nobody, and counts against nobody who leaves.
 */
export async function decideMembership(
  list: FanOutList,
  targets: ResolvedTargets,
  { staying, others }: TargetStandings,
  partition: ListPartition,
  now: number,
): Promise<MembershipDecision> {
  const { true: switchedOff = [], false: rest = [] } = Object.groupBy(others, ({ mailboxId, wanted }) =>
    isMember(wanted) && targets.hasSwitchedOff(mailboxId) ? 'true' : 'false',
  );
  const decision = await decideAboutOthers(list, targets, { staying, others: rest }, partition, now);
  if (switchedOff.length === 0) return decision;
  const ids = switchedOff.map(({ mailboxId }) => mailboxId);
  const { leaving, approved, kept } = decision;
  if (list.whenTargetLeaves === 'leave') return { ...decision, kept: [...kept, ...ids] };
  return { ...decision, leaving: [...leaving, ...ids], approved: new Set([...approved, ...ids]) };
}

async function decideAboutOthers(
  list: FanOutList,
  targets: ResolvedTargets,
  standings: TargetStandings,
  partition: ListPartition,
  now: number,
): Promise<MembershipDecision> {
  const unchanged: MembershipDecision = {
    receivers: targets,
    leaving: [],
    approved: new Set(),
    kept: [],
    missing: 'wait',
    problem: undefined,
    held: 0,
  };
  if (!targets.complete) return unchanged;
  const change = findChange(list, targets, standings, now);
  const stored = await partition.readLeavingHold();
  const free = change.gone.filter(id => !change.held.has(id));
  const atOnce = list.whenTargetLeaves === 'leave' ? { kept: free } : { leaving: free };
  const removals = change.held.size + change.joining.length + change.narrowing.length;
  if (removals === 0) {
    if (stored) await endMailboxesHold(stored, partition);
    return { ...unchanged, ...atOnce };
  }
  const decision = decisionFor(removals, stored);
  if (decision === 'open') {
    const hold = { reason: 'TooManyMailboxesLeaving', removals, of: change.members, groups: change.groups };
    await keepMailboxesHold(hold, heldIn(change), now, stored, partition);
    const problem = describeMailboxesHold(hold, change, change.recent);
    return { ...unchanged, ...atOnce, problem, held: removals };
  }
  await endMailboxesHold(stored, partition);
  if (decision === 'rejected') {
    return { ...unchanged, ...atOnce, kept: [...(atOnce.kept ?? []), ...change.held], missing: 'kept' };
  }
  const letGo = { ...unchanged, receivers: targets.released, missing: 'letGo' as const, approved: change.held };
  return list.whenTargetLeaves === 'leave' ? { ...letGo, kept: change.gone } : { ...letGo, leaving: change.gone };
}

function findChange(
  list: FanOutList,
  targets: ResolvedTargets,
  { staying, others: rows }: TargetStandings,
  now: number,
): Change {
  const members = rows.filter(({ wanted }) => isMember(wanted));
  const of = staying + members.length;
  const gone = members
    .map(({ mailboxId }) => mailboxId)
    .filter(id => !targets.mailboxes.has(id) && !targets.skipped.has(id));
  const missing = new Set(gone.filter(id => targets.missingFrom(id).length > 0));
  const others = gone.filter(id => !missing.has(id));
  const recent = rows.filter(({ wanted, leftAt }) => wanted === 'leaving' && leftAt > now - hour);
  const question = { removals: others.length, recentRemovals: recent.length, of };
  const isMass = list.whenTargetLeaves === 'cleanUp' && holdLeavingMailboxes(question, list.safeguards) !== undefined;
  const joining = targets.exclusionsKnown ? [...targets.excludedAsMissing].filter(needsDecision) : [];
  const narrowing = [...targets.seesAsMissing].filter(needsDecision);
  const groups = [
    ...[...missing].flatMap(id => targets.missingFrom(id)),
    ...[...joining, ...narrowing].flatMap(([, missingFrom]) => missingFrom),
  ].flatMap(({ id }) => id ?? []);
  return {
    members: of,
    recent: isMass ? recent.length : 0,
    gone,
    joining: joining.map(([id]) => id),
    narrowing: narrowing.map(([id]) => id).filter(id => !gone.includes(id)),
    held: isMass ? new Set(gone) : missing,
    groups: [...new Set(groups)].sort(),
  };
}

function heldIn({ held, joining, narrowing }: Change): HeldMailbox[] {
  return [
    ...[...held].map(mailboxId => ({ mailboxId, effect: 'leaves' as const })),
    ...joining.map(mailboxId => ({ mailboxId, effect: 'joins' as const })),
    ...narrowing.map(mailboxId => ({ mailboxId, effect: 'seesLess' as const })),
  ];
}

function isMember(wanted: Progress['wanted']): boolean {
  return wanted === 'target' || wanted === 'skipped';
}

function needsDecision([, groups]: readonly [string, readonly GroupReading[]]): boolean {
  return groups.some(({ keepsMissing }) => !keepsMissing);
}
