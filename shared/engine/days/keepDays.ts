import { dayBefore, dayOf } from '../../store/utcDay.ts';
import type { Services } from '../services.ts';
import { type CountedList, type FigureServices, readFigures } from './readFigures.ts';

type KeepServices = FigureServices & Pick<Services, 'days'>;

/**
 * Keeps the figures of the days that are over where they last, once a day. Handlers count what they do beside the totals
 * of their list, in the transaction that reports it, and for eight days: here the sum is copied, so that whoever copies
 * it again changes nothing, and runs cost nothing more. How the mailboxes stand now is how they stood when the day ended.
 */
export async function keepDays(lists: readonly CountedList[], services: KeepServices): Promise<void> {
  await Promise.all(lists.map(list => keepDaysOf(list, services)));
}

async function keepDaysOf(list: CountedList, services: KeepServices): Promise<void> {
  const { standing, days } = await readFigures(list, services);
  const today = dayOf(services.clock.now());
  const yesterday = dayBefore(today, 1);
  const over = new Set([...Object.keys(days), ...(standing ? [yesterday] : [])]);
  over.delete(today);
  const kept = [...over].map(day => ({ day, work: days[day], ...(day === yesterday && { standing }) }));
  if (kept.length > 0) await services.days.write(list.id, kept);
}
