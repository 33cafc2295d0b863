import { isAtHead, isInAudience } from './dueMailboxes.ts';
import type { ListStanding } from './listStanding.ts';
import type { MailboxReport, ShownGoal } from './mailboxState.ts';

/** How many of a list's mailboxes are in each state, those that a message is on its way to among those behind. */
export type MailboxCounts = Pick<
  ListStanding,
  'current' | 'behind' | 'waiting' | 'failed' | 'skipped' | 'leaving' | 'gone'
>;

/** One mailbox as the totals count it. */
export type TalliedMailbox = Pick<
  MailboxReport,
  'wanted' | 'state' | 'position' | 'epoch' | 'settings' | 'audience' | 'wantedAudience' | 'goneAt'
> & {
  readonly problem?: { readonly contact?: string | undefined };
};

const standing = /^at (\d+) (-?\d+) (.*)$/;

/**
 * What a mailbox adds to its list's totals. Whether one that is in line with something is current depends on the goal,
 * which changes without it: so those that stand at the same place are counted by that place.
 */
export function tallyMailbox(mailbox: TalliedMailbox): Readonly<Record<string, number>> {
  const { wanted, state, goneAt } = mailbox;
  if (wanted === 'skipped') return { skipped: 1 };
  if (wanted === 'kept') return {};
  if (wanted === 'unknown') return { failed: 1 };
  if (wanted !== 'target') {
    if (state !== 'cleared') return { leaving: 1 };
    return goneAt > 0 ? { gone: 1 } : {};
  }
  const problem = mailbox.problem?.contact === undefined ? {} : { contactProblems: 1 };
  return { targets: 1, ...problem, [placeOf(mailbox)]: 1 };
}

/** Of another audience than it should be, a mailbox is behind wherever it is. */
function placeOf(mailbox: TalliedMailbox): string {
  const { state, epoch, position, settings } = mailbox;
  const isTried = state === 'waiting' || state === 'failed' || state === 'skipped';
  return isTried ? state : `at ${epoch} ${isInAudience(mailbox) ? position : -1} ${settings}`;
}

/** The totals as `stateOfMailbox` would count the mailboxes one by one. */
export function countMailboxes(
  tally: Readonly<Record<string, number>>,
  goal: Pick<ShownGoal, 'head' | 'epoch' | 'settings'>,
): MailboxCounts {
  let current = 0;
  let behind = 0;
  for (const [name, number] of Object.entries(tally)) {
    const [, epoch, position, settings] = standing.exec(name) ?? [];
    if (position === undefined) continue;
    const isCurrent =
      isAtHead({ epoch: Number(epoch), position: Number(position) }, goal) && settings === (goal.settings ?? settings);
    if (isCurrent) current += number;
    else behind += number;
  }
  const { waiting = 0, failed = 0, skipped = 0, leaving = 0, gone = 0 } = tally;
  return { current, behind, waiting, failed, skipped, leaving, gone };
}
