import { isHeld } from '../domain/lease.ts';
import { RowConflict } from '../ports/tableStorage.ts';
import type { ListPartition } from '../store/listPartition.ts';
import type { ReadCheckpoint } from '../store/sourceCheckpoint.ts';
import type { Services } from './services.ts';

/** How long a decision waits for a capture to end, in steps. */
const tries = 20;
const waitBetweenTries = 500;
/** Milliseconds: some fifty transactions of a very large hold, each tried again. */
export const decisionTakesAtMost = 60_000;

/**
 * Decides about what is stored of a list while nobody captures it; a capture that is under way is waited for, for some ten
 * seconds.
 *
 * @param decide by the checkpoint as it is, undefined for a list that was never captured; asked again when somebody else
 *   wrote it meanwhile
 * @throws DamagedRow
 */
export async function betweenCaptures<Answer>(
  partition: Pick<ListPartition, 'readCheckpoint'>,
  { clock, leaseMilliseconds }: Pick<Services, 'clock' | 'leaseMilliseconds'>,
  decide: (stored: ReadCheckpoint | undefined, now: number) => Promise<Answer>,
): Promise<Answer | { readonly kind: 'busy' }> {
  const longestLease = Math.max(leaseMilliseconds, decisionTakesAtMost);
  for (let attempt = 0; attempt < tries; attempt++) {
    const stored = await partition.readCheckpoint();
    const now = clock.now();
    if (!stored || !isHeld(stored.checkpoint.capturingUntil, now, longestLease)) {
      try {
        return await decide(stored, now);
      } catch (error) {
        if (!(error instanceof RowConflict)) throw error;
      }
    }
    await clock.wait(waitBetweenTries);
  }
  return { kind: 'busy' };
}
