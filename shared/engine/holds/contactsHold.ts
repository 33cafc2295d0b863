import { countOf } from '../../domain/countOf.ts';
import type { Hold } from '../../domain/safeguards.ts';
import type { Problem } from '../../store/progress.ts';
import type { StoredHold } from '../../store/storedHold.ts';
import { describeRecent } from './describeRecent.ts';

/** Whether the next capture is to carry out what waits. */
export function wasApproved(hold: StoredHold | undefined): boolean {
  return hold?.decision === 'approved';
}

/** @param recentRemovals how many went within the last hour */
export function describeContactsHold({ reason, removals, of }: Hold, recentRemovals: number): Problem {
  const why =
    reason === 'SourceUnexpectedlySmall'
      ? ', since their file is at most half as long as before and may be cut'
      : describeRecent(recentRemovals);
  const detail = `${removals} of ${countOf(of, 'contact')} would be removed${why}: they stay until somebody decides with POST /api/lists/{list}/hold, or the source has them again`;
  return { code: reason, detail };
}
