import type { RunProblem } from '../../store/runProblem.ts';
import type { RunSummary } from '../../store/runSummary.ts';
import type { CaptureResult } from '../capture/index.ts';
import type { Services } from '../services.ts';
import { requestRenewal } from './requestRenewal.ts';
import { readSubscriptionHealth, type SubscriptionHealthServices } from './subscriptionHealth.ts';

/** Milliseconds that a subscription must have lasted before it is expected to have told of a change. */
const settledAfter = 5 * 60_000;

export type FollowUpServices = SubscriptionHealthServices & Pick<Services, 'newId' | 'captureQueue'>;

/**
 * What a capture says about the list's subscriptions. A new list gets them at once. Changes that the schedule found
 * although there are subscriptions to all of its sources are noted, and the subscriptions looked at: Graph may have
 * dropped one without a word, and notifications may be late or lost at any time.
 */
export async function followUpCapture(
  listId: string,
  { changed, watchesMore, watchesAll }: CaptureResult,
  cause: RunSummary['cause'],
  services: FollowUpServices,
): Promise<RunProblem[]> {
  if (!services.webhooks) return [];
  if (watchesMore) await requestRenewal(listId, false, services);
  if (cause !== 'schedule' || !changed || !watchesAll) return [];
  const { state } = await readSubscriptionHealth(listId, services, settledAfter);
  if (state !== 'active') return [];
  await requestRenewal(listId, true, services);
  const detail =
    'The schedule found changes that no change notification had told of by then. Notifications may be late or get lost; look into it when this goes on';
  return [{ list: listId, code: 'FoundBySchedule', detail }];
}
