import { countOf } from '../../domain/countOf.ts';
import type { Hold } from '../../domain/safeguards.ts';
import type { Problem } from '../../store/progress.ts';
import type { StoredHold } from '../../store/sources.ts';

/** Whether the next capture is to carry out what waits. */
export function wasApproved(hold: StoredHold | undefined): boolean {
  return hold?.decision === 'approved';
}

export function describeContactsHold({ reason, removals, of }: Hold): Problem {
  const detail = `${removals} of ${countOf(of, 'contact')} would be removed: they stay until somebody decides with POST /api/lists/{list}/hold, or the source has them again`;
  return { code: reason, detail };
}
