import type { Progress } from '../../store/progress.ts';
import type { Receivers } from '../fan-out/resolveTargets.ts';
import { describeSkipReason } from '../fan-out/skipReasons.ts';

/** Why a mailbox gets nothing of a list. */
export interface NoTarget {
  readonly state: 'notATarget' | 'excluded' | 'disabled' | 'folderOfAnotherList' | 'left' | 'cleared';
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
  row: Pick<Progress, 'wanted' | 'state' | 'skipReason'> | undefined,
  targets: Receivers,
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
      return describeSkipped(row.skipReason);
    default: {
      const skipReason = targets.skipped.get(mailboxId);
      return skipReason === undefined ? describeOutsider(mailboxId, targets) : describeSkipped(skipReason);
    }
  }
}

function describeSkipped(skipReason: string): NoTarget {
  const { code, detail } = describeSkipReason(skipReason);
  const reason = `${detail.charAt(0).toLowerCase()}${detail.slice(1)}`;
  return { state: code === 'AccountDisabled' ? 'disabled' : 'folderOfAnotherList', reason };
}

function describeOutsider(mailboxId: string, { excluded, complete, exclusionsKnown }: Receivers): NoTarget {
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
