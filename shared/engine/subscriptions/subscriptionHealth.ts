import type { Problem } from '../../store/progress.ts';
import { placeOf } from '../../store/subscriptions.ts';
import { watchedBy } from '../capture/index.ts';
import type { Services } from '../services.ts';
import { isRefusal } from './subscriptionProblem.ts';

/** How the subscriptions of a list stand, over all that its sources watch. */
export interface SubscriptionHealth {
  /** `off`: there are none to be. `missing`: there is none yet, or none any more. `error`: one cannot be kept. */
  readonly state: 'active' | 'missing' | 'error' | 'off';
  /** Epoch milliseconds when the first of them ends unless it is renewed. */
  readonly expiresAt?: number;
  /** Beside another state than `error`: what Graph refuses to tell of, which the schedule alone finds. */
  readonly problem?: Problem;
}

export type SubscriptionHealthServices = Pick<
  Services,
  'clock' | 'lists' | 'openListPartition' | 'openSubscriptionRows' | 'webhooks'
>;

/**
 * @param olderThan milliseconds: a younger subscription counts as missing
 */
export async function readSubscriptionHealth(
  listId: string,
  { clock, lists, openListPartition, openSubscriptionRows, webhooks }: SubscriptionHealthServices,
  olderThan = 0,
): Promise<SubscriptionHealth> {
  const list = lists.find(({ id }) => id === listId);
  if (!webhooks || !list) return { state: 'off' };
  const [stored, rows] = await Promise.all([
    openListPartition(listId).readCheckpoint(),
    openSubscriptionRows(listId).readAll(),
  ]);
  const subscriptions = rows.map(({ subscription }) => subscription);
  const problems = subscriptions.flatMap(each => each.problem ?? []);
  const problem = problems.find(each => !isRefusal(each));
  const now = clock.now();
  const live = subscriptions.filter(
    ({ id, expiresAt, createdAt }) => id !== '' && expiresAt > now && createdAt <= now - olderThan,
  );
  const expiry = live.length > 0 ? { expiresAt: Math.min(...live.map(({ expiresAt }) => expiresAt)) } : {};
  if (problem) return { state: 'error', ...expiry, problem };
  const [refusal] = problems;
  const refused = subscriptions.filter(each => each.problem).map(({ folderId }) => folderId);
  const places = watchedBy(list, stored?.checkpoint).watched.map(each => placeOf(each).folderId);
  const wanted = places.filter(place => !refused.includes(place));
  const beside = { ...expiry, ...(refusal ? { problem: refusal } : {}) };
  // Captured, and nothing that Graph tells of: the schedule alone finds changes.
  if (wanted.length === 0) return { state: stored?.checkpoint.capturedAt ? 'off' : 'missing', ...beside };
  const complete = wanted.every(place => live.some(({ folderId }) => folderId === place));
  return { state: complete ? 'active' : 'missing', ...beside };
}
