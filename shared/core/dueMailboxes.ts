/** What the fan-out knows of one mailbox of a list. */
export interface MailboxStanding {
  readonly wanted: 'target' | 'leaving' | 'skipped';
  readonly state: 'current' | 'behind' | 'waiting' | 'failed' | 'skipped' | 'cleared';
  readonly position: number;
  readonly settings: string;
  /** Epoch milliseconds of the next try, 0 for none. */
  readonly dueAt: number;
  readonly sentHead: number;
  readonly sentSettings: string;
  readonly sentAt: number;
  readonly fullAsked: boolean;
}

export interface FanOutGoal {
  readonly head: number;
  /** Fingerprint of the list's settings. */
  readonly settings: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Milliseconds after which a message that was sent counts as lost. */
  readonly messagePatience: number;
}

/**
 * Whether a mailbox gets a message (design: Fanning out, 2): it is behind the head or the settings and no message for
 * them is on its way, it is to be cleaned up, or its time for another try has come. A mailbox that waits for a time
 * gets nothing before.
 */
export function isDue(standing: MailboxStanding, goal: FanOutGoal): boolean {
  const { wanted, state, dueAt } = standing;
  if (wanted === 'skipped') return false;
  if (wanted === 'leaving' && state === 'cleared') return false;
  const isWaiting = state === 'waiting' || state === 'failed' || state === 'skipped';
  if (isWaiting && dueAt > goal.now) return false;
  if (dueAt > 0 && dueAt <= goal.now) return !isOnItsWay(standing, goal) || standing.sentAt < dueAt;
  const behind = standing.position !== goal.head || standing.settings !== goal.settings || standing.fullAsked;
  return (behind || wanted === 'leaving') && !isOnItsWay(standing, goal);
}

function isOnItsWay(standing: MailboxStanding, goal: FanOutGoal): boolean {
  if (goal.now - standing.sentAt >= goal.messagePatience) return false;
  return standing.sentHead === goal.head && standing.sentSettings === goal.settings;
}
