import type { Services } from '../services.ts';
import { shareCalls } from './shareCalls.ts';

/** Milliseconds between two readings of the rows for ids that are not known. */
const pauseBetweenReadings = 500;

/** Which subscription belongs to which list, kept in memory. */
export interface SubscribedLists {
  /** The id of the list, as far as the last reading knows. */
  listOf(subscriptionId: string): string | undefined;
  /**
   * Reads the rows once more, by a reading that starts after the call: a subscription may have been made a moment ago by
   * another host. What `listOf` does not know then is not ours.
   */
  readAgain(): Promise<void>;
}

export function createSubscribedLists({
  clock,
  readLists,
  openSubscriptionRows,
}: Pick<Services, 'clock' | 'openSubscriptionRows'> & {
  readonly readLists: () => Promise<Pick<Services, 'lists'>>;
}): SubscribedLists {
  const subscriptionIds = new Map<string, ReadonlySet<string>>();
  let readAt = Number.NEGATIVE_INFINITY;

  const readAll = shareCalls(async () => {
    const pause = readAt + pauseBetweenReadings - clock.now();
    if (pause > 0) await clock.wait(Math.min(pause, pauseBetweenReadings));
    readAt = clock.now();
    const { lists } = await readLists();
    for (const id of subscriptionIds.keys()) {
      if (!lists.some(list => list.id === id)) subscriptionIds.delete(id);
    }
    // A list whose rows cannot be read keeps no other from being known.
    await Promise.all(
      lists.map(async ({ id }) => {
        const rows = await openSubscriptionRows(id).readAll();
        subscriptionIds.set(id, new Set(rows.map(({ subscription }) => subscription.id)));
      }),
    );
  });

  return {
    listOf: subscriptionId => [...subscriptionIds].find(([, ids]) => ids.has(subscriptionId))?.[0],
    readAgain: () => readAll('all'),
  };
}
