import type { NewDecision } from '../../store/audit.ts';
import type { Services } from '../services.ts';

/** What is decided, by ids and words of the API. */
export type Decided = Omit<NewDecision, 'at' | 'details'> & Partial<Pick<NewDecision, 'details'>>;

/**
 * Carries a decision out and keeps who made it: it is noted before anything is done, and how it ended after (rules.md:
 * Audit).
 *
 * @param refusalIn why it was not done, in words; undefined for what went wrong inside, which is for the log
 * @throws what the work throws
 */
export async function decide<Result>(
  { details = {}, ...decided }: Decided,
  work: () => Promise<Result>,
  refusalIn: (error: unknown) => string | undefined,
  { clock, newId, audit }: Pick<Services, 'clock' | 'newId' | 'audit'>,
): Promise<Result> {
  const place = await audit.begin({ at: clock.now(), ...decided, details }, newId());
  // What was done stays done, also where nobody could note that: the row says `begun` then.
  const end = (result: string) => audit.end(place, result).catch(() => undefined);
  try {
    const result = await work();
    await end('done');
    return result;
  } catch (error) {
    const refusal = refusalIn(error);
    await end(refusal === undefined ? 'failed' : `refused: ${refusal}`);
    throw error;
  }
}
