import { type Audience, everybody } from './audience.ts';

/** How a mailbox's last pass ended, as its handler reports it. */
export const reportedStates = ['current', 'behind', 'waiting', 'failed', 'skipped', 'cleared'] as const;
export type ReportedState = (typeof reportedStates)[number];

/**
 * What the fan-out wants of a mailbox; `skipped` and `kept` are neither targets nor leaving. `cleared`: somebody had what
 * we wrote removed, and it stays away until a resync names the mailbox.
 */
export const memberships = ['target', 'leaving', 'skipped', 'kept', 'cleared'] as const;
export type Membership = (typeof memberships)[number];

/** What the fan-out knows of one mailbox of a list. */
export interface MailboxStanding {
  /** `unknown`: what is noted of it cannot be read. */
  readonly wanted: Membership | 'unknown';
  readonly state: ReportedState;
  readonly position: number;
  /** The journal that the position counts in, by the time it was begun; 0 where that is not known. */
  readonly epoch: number;
  readonly settings: string;
  /** What it is in line with, and what it should be. */
  readonly audience?: Audience;
  readonly wantedAudience?: Audience;
  /** Epoch milliseconds of the next try, 0 for none. */
  readonly dueAt: number;
  readonly sentHead: number;
  readonly sentSettings: string;
  readonly sentAt: number;
  /** Epoch milliseconds from when a full reconcile is due, 0 for none. */
  readonly fullDueAt: number;
}

export interface FanOutGoal {
  readonly head: number;
  readonly epoch: number;
  /** Fingerprint of the list's settings. */
  readonly settings: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Milliseconds after which a message that was sent counts as lost. */
  readonly messagePatience: number;
}

/**
 * Whether a mailbox gets a message (rules.md: Fanning out, 2): it is behind the head or the settings and no message for
 * them is on its way, it is to be cleaned up, or its time for another try has come. A mailbox that waits for a time
 * gets nothing before, unless it has become a target (again) since: then nothing was sent for it yet.
 */
export function isDue(standing: MailboxStanding, goal: FanOutGoal): boolean {
  const { wanted, state, dueAt, sentAt } = standing;
  if (wanted === 'skipped' || wanted === 'kept' || wanted === 'unknown') return false;
  if (isCleanedUp(wanted) && state === 'cleared') return false;
  const isWaiting = state === 'waiting' || state === 'failed' || state === 'skipped';
  if (isWaiting && dueAt > goal.now) return wanted === 'target' && sentAt === 0;
  if (dueAt > 0 && dueAt <= goal.now) return !isOnItsWay(standing, goal) || standing.sentAt < dueAt;
  if (isFullDue(standing, goal.now)) return standing.sentAt < standing.fullDueAt || !isOnItsWay(standing, goal);
  if (isOtherJournal(standing.epoch, goal.epoch) && standing.sentAt < goal.epoch) return true;
  const behind = !isAtHead(standing, goal) || standing.settings !== goal.settings || !isInAudience(standing);
  return (behind || isCleanedUp(wanted)) && !isOnItsWay(standing, goal);
}

/** Whether the mailbox has reached the head of this journal. */
export function isAtHead(
  { position, epoch }: Pick<MailboxStanding, 'position' | 'epoch'>,
  goal: Pick<FanOutGoal, 'head' | 'epoch'>,
): boolean {
  return position === goal.head && !isOtherJournal(epoch, goal.epoch);
}

/** Whether it holds what its audience sees, as far as the fan-out knows. */
export function isInAudience({
  audience = everybody,
  wantedAudience = everybody,
}: Pick<MailboxStanding, 'audience' | 'wantedAudience'>): boolean {
  return audience === wantedAudience;
}

/** Whether positions of the one mean nothing in the other. One that is not known takes any for its own. */
export function isOtherJournal(epoch: number, other: number): boolean {
  return epoch !== 0 && other !== 0 && epoch !== other;
}

/** Whether what we wrote to the mailbox is to be removed: it leaves the list, or somebody had it cleared. */
export function isCleanedUp(wanted: MailboxStanding['wanted']): boolean {
  return wanted === 'leaving' || wanted === 'cleared';
}

/** Whether the mailbox's next pass has to be a full reconcile. */
export function isFullDue({ fullDueAt }: Pick<MailboxStanding, 'fullDueAt'>, now: number): boolean {
  return fullDueAt > 0 && fullDueAt <= now;
}

/** Whether the last message that was sent asks for this head and these settings and does not count as lost. */
export function isOnItsWay(
  standing: Pick<MailboxStanding, 'sentHead' | 'sentSettings' | 'sentAt'>,
  goal: FanOutGoal,
): boolean {
  if (goal.now - standing.sentAt >= goal.messagePatience) return false;
  return standing.sentHead === goal.head && standing.sentSettings === goal.settings;
}
