import { type FanOutGoal, isOnItsWay, type MailboxStanding } from './dueMailboxes.ts';

/**
 * How a mailbox stands in a list, as it is shown. `current`: at the head and in line with the settings. `behind`: not
 * yet. `syncing`: a message for it is on its way or at work. `waiting`, `failed`: as its last try ended, with a time
 * for the next. `skipped`: it has no mailbox, or its account is disabled. `leaving`: it is being cleaned up.
 * `cleared`: that is done. `kept`: it is no target any more and keeps its contacts.
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
  'kept',
] as const;
export type ShownMailboxState = (typeof shownMailboxStates)[number];

export type MailboxReport = Omit<MailboxStanding, 'dueAt' | 'fullDueAt'>;

/** Where a list's mailboxes should be. Without `settings` (a refused list has none) only the position counts. */
export type ShownGoal = Omit<FanOutGoal, 'settings'> & { readonly settings: string | undefined };

/** One word for what a handler reported, what the fan-out wants and what is on its way. */
export function stateOfMailbox(report: MailboxReport, goal: ShownGoal): ShownMailboxState {
  const { wanted, state, position } = report;
  if (wanted === 'skipped' || wanted === 'kept') return wanted;
  if (wanted !== 'target') return state === 'cleared' ? 'cleared' : 'leaving';
  if (state === 'waiting' || state === 'failed' || state === 'skipped') return state;
  const settings = goal.settings ?? report.settings;
  if (position === goal.head && report.settings === settings) return 'current';
  return isOnItsWay(report, { ...goal, settings: goal.settings ?? report.sentSettings }) ? 'syncing' : 'behind';
}
