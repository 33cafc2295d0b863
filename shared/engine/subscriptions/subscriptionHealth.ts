import type { Problem } from '../../store/progress.ts';
import type { Services } from '../services.ts';

/** How the subscriptions of a list stand, over all its source folders. */
export interface SubscriptionHealth {
  /** `off`: there are none to be. `missing`: a folder has none yet, or none any more. `error`: one cannot be kept. */
  readonly state: 'active' | 'missing' | 'error' | 'off';
  /** Epoch milliseconds when the first of them ends unless it is renewed. */
  readonly expiresAt?: number;
  readonly problem?: Problem;
}

export type SubscriptionHealthServices = Pick<Services, 'clock' | 'openSource' | 'openSubscriptionRows' | 'webhooks'>;

/**
 * @param olderThan milliseconds: a younger subscription counts as missing
 */
export async function readSubscriptionHealth(
  listId: string,
  { clock, openSource, openSubscriptionRows, webhooks }: SubscriptionHealthServices,
  olderThan = 0,
): Promise<SubscriptionHealth> {
  if (!webhooks) return { state: 'off' };
  const [stored, rows] = await Promise.all([
    openSource(listId).readCheckpoint(),
    openSubscriptionRows(listId).readAll(),
  ]);
  const subscriptions = rows.map(({ subscription }) => subscription);
  const problem = subscriptions.find(each => each.problem)?.problem;
  const now = clock.now();
  const live = subscriptions.filter(
    ({ id, expiresAt, createdAt }) => id !== '' && expiresAt > now && createdAt <= now - olderThan,
  );
  const expiry = live.length > 0 ? { expiresAt: Math.min(...live.map(({ expiresAt }) => expiresAt)) } : {};
  if (problem) return { state: 'error', ...expiry, problem };
  const folders = stored?.checkpoint.folders ?? [];
  // Read, and not as contact folders: the schedule alone finds changes.
  if (folders.length === 0 && stored?.checkpoint.cursor !== undefined) return { state: 'off' };
  const complete = folders.length > 0 && folders.every(({ id }) => live.some(({ folderId }) => folderId === id));
  return { state: complete ? 'active' : 'missing', ...expiry };
}
