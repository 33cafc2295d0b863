import { day } from '../../domain/durations.ts';
import { dayOf } from '../../store/utcDay.ts';
import type { Services } from '../services.ts';

/** A year to compare with, and a month more. */
const keptDays = 400;

/** Deletes figures of days that nobody looks at any more, also of lists that are gone. Resolves with their number. */
export async function forgetDays({
  days,
  listIndex,
  clock,
}: Pick<Services, 'days' | 'listIndex' | 'clock'>): Promise<number> {
  const oldest = dayOf(clock.now() - keptDays * day);
  const lists = await listIndex.readAll();
  const forgotten = await Promise.all(lists.map(list => days.forget(list, oldest)));
  return forgotten.reduce((sum, each) => sum + each, 0);
}
