import type { Services } from '../services.ts';
import { shareCalls } from './shareCalls.ts';

/** Milliseconds between two readings of the rows for ids that are not known. */
const pauseBetweenReadings = 500;

/** The id of the list that a subscription belongs to; undefined for one that is not ours. */
export type FindSubscribedList = (subscriptionId: string) => Promise<string | undefined>;

/**
 * Keeps the subscriptions in memory. For an id that is not among them the rows are read again, by a reading that starts
 * after the question: it may have been made a moment ago by another host.
 */
export function createSubscribedLists({
  clock,
  lists,
  openSubscriptionRows,
}: Pick<Services, 'clock' | 'lists' | 'openSubscriptionRows'>): FindSubscribedList {
  let listIds: ReadonlyMap<string, string> = new Map();
  let readAt = Number.NEGATIVE_INFINITY;

  const readAgain = shareCalls(async () => {
    const pause = readAt + pauseBetweenReadings - clock.now();
    if (pause > 0) await clock.wait(Math.min(pause, pauseBetweenReadings));
    readAt = clock.now();
    const rows = await Promise.all(
      lists.map(async ({ id }) => {
        const stored = await openSubscriptionRows(id).readAll();
        return stored.map(({ subscription }) => [subscription.id, id] as const);
      }),
    );
    listIds = new Map(rows.flat().filter(([subscriptionId]) => subscriptionId !== ''));
  });

  return async subscriptionId => {
    if (!listIds.has(subscriptionId)) await readAgain('all');
    return listIds.get(subscriptionId);
  };
}
