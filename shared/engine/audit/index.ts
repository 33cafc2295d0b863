import { ApiProblem } from '../../api/problem.ts';
import type { NewDecision } from '../../store/audit.ts';
import type { Services } from '../services.ts';

/** What is decided, by ids and words of the API. */
export type Decided = Omit<NewDecision, 'at' | 'details'> & Partial<Pick<NewDecision, 'details'>>;

/**
 * Carries a decision out and keeps who made it: it is noted before anything is done, and how it ended after (design:
 * Audit).
 *
 * @throws what the work throws
 */
export async function decide<Result>(
  { details = {}, ...decided }: Decided,
  work: () => Promise<Result>,
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
    await end(describeRefusal(error));
    throw error;
  }
}

/** What went wrong inside is for the log. */
function describeRefusal(error: unknown): string {
  return error instanceof ApiProblem ? `refused: ${error.message}` : 'failed';
}
