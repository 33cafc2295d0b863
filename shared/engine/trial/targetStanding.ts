import type { NoTargetReason } from '../../domain/reason.ts';
import type { Progress } from '../../store/progress.ts';
import { type Receivers, readSkipReason } from '../receivers/index.ts';

/**
 * Why the list does not sync the mailbox, undefined when it does or cleans it up.
 *
 * @param row the mailbox's progress after the fan-out has noted who is wanted
 */
export function whyNoTarget(
  mailboxId: string,
  row: Pick<Progress, 'wanted' | 'state' | 'skipReason'> | undefined,
  targets: Receivers,
): NoTargetReason | undefined {
  switch (row?.wanted) {
    case 'target':
      return undefined;
    case 'leaving':
      return row.state === 'cleared' ? whyOutside(mailboxId, targets) : undefined;
    case 'cleared':
      return { kind: 'cleared' };
    case 'kept':
      return { kind: targets.unchosen.has(mailboxId) ? 'leftByChoice' : 'left' };
    case 'skipped':
      return readSkipReason(row.skipReason);
    default:
      return targets.skipped.get(mailboxId) ?? whyOutside(mailboxId, targets);
  }
}

function whyOutside(mailboxId: string, targets: Receivers): NoTargetReason {
  const { excluded, unchosen, undecided, complete, exclusionsKnown } = targets;
  if (unchosen.has(mailboxId)) return { kind: 'notChosen' };
  const by = excluded.get(mailboxId);
  const allRead = complete && exclusionsKnown && !undecided.has(mailboxId);
  return by === undefined ? { kind: 'notATarget', allRead } : { kind: 'excluded', by };
}
