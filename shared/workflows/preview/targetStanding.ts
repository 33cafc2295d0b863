import type { Progress } from '../../state/progress.ts';
import type { ResolvedTargets } from '../run/resolveTargets.ts';

/** Why a mailbox gets nothing of a list. */
export interface NoTarget {
  readonly state: 'notATarget' | 'excluded' | 'disabled' | 'left' | 'cleared';
  /** In words, with what to do. */
  readonly reason: string;
}

/**
 * Why the list does not sync the mailbox, undefined when it does or cleans it up.
 *
 * @param row the mailbox's progress after the fan-out has noted who is wanted
 */
export function whyNoTarget(
  mailboxId: string,
  row: Pick<Progress, 'wanted' | 'state'> | undefined,
  targets: ResolvedTargets,
): NoTarget | undefined {
  switch (row?.wanted) {
    case 'target':
      return undefined;
    case 'leaving':
      return row.state === 'cleared' ? describeOutsider(mailboxId, targets) : undefined;
    case 'cleared':
      return {
        state: 'cleared',
        reason: 'the mailbox was cleared: it gets nothing until a resync names it',
      };
    case 'kept':
      return {
        state: 'left',
        reason: 'the mailbox left the list, and what was written there was left in it',
      };
    case 'skipped':
      return describeDisabled;
    default:
      return targets.skipped.has(mailboxId) ? describeDisabled : describeOutsider(mailboxId, targets);
  }
}

const describeDisabled: NoTarget = {
  state: 'disabled',
  reason:
    'the account is disabled, and members of groups are skipped then: name its address in targets.mailboxes, or set targets.includeDisabled',
};

function describeOutsider(mailboxId: string, { excluded, complete, exclusionsKnown }: ResolvedTargets): NoTarget {
  const exclusion = excluded.get(mailboxId);
  if (exclusion !== undefined) {
    return { state: 'excluded', reason: `the mailbox is excluded: targets.exclude names ${exclusion}` };
  }
  const unread = complete && exclusionsKnown ? '' : ' (not all of the targets could be read)';
  return {
    state: 'notATarget',
    reason: `the mailbox is no target of the list: targets names neither it nor a group that it is in${unread}`,
  };
}
