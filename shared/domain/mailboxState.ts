import { type FanOutGoal, isAtHead, isInAudience, isOnItsWay, type MailboxStanding } from './dueMailboxes.ts';

/**
 * How a mailbox stands in a list, as it is shown. `current`: at the head and in line with the settings. `behind`: not
 * yet. `syncing`: a message for it is on its way or at work. `waiting`, `failed`: as its last try ended, with a time
 * for the next. `skipped`: it has no mailbox, or its account is disabled. `leaving`: it is being cleaned up.
 * `cleared`: that is done. `gone`: it left, and its user is gone from the directory. `kept`: it is no target any more
 * and keeps its contacts.
 */
export const shownMailboxStates = [
  'current',
  'behind',
  'syncing',
  'waiting',
  'failed',
  'skipped',
  'leaving',
  'cleared',
  'gone',
  'kept',
] as const;
export type ShownMailboxState = (typeof shownMailboxStates)[number];

export interface MailboxReport extends Omit<MailboxStanding, 'dueAt' | 'fullDueAt'> {
  /** Epoch milliseconds when its user was found to be gone, 0 for never. */
  readonly goneAt: number;
}

/** Where a list's mailboxes should be. Without `settings` (a refused list has none) only the position counts. */
export type ShownGoal = Omit<FanOutGoal, 'settings'> & { readonly settings: string | undefined };

/** One word for what a handler reported, what the fan-out wants and what is on its way. */
export function stateOfMailbox(report: MailboxReport, goal: ShownGoal): ShownMailboxState {
  const { wanted, state } = report;
  if (wanted === 'skipped' || wanted === 'kept') return wanted;
  if (wanted === 'unknown') return 'failed';
  if (wanted !== 'target' && state === 'cleared') return report.goneAt > 0 ? 'gone' : 'cleared';
  if (wanted !== 'target') return 'leaving';
  if (state === 'waiting' || state === 'failed' || state === 'skipped') return state;
  const settings = goal.settings ?? report.settings;
  if (isAtHead(report, goal) && report.settings === settings && isInAudience(report)) return 'current';
  return isOnItsWay(report, { ...goal, settings: goal.settings ?? report.sentSettings }) ? 'syncing' : 'behind';
}
