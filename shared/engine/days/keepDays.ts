import { fingerprint } from '../../domain/fingerprint.ts';
import type { StoredDay } from '../../store/days.ts';
import { dayOf } from '../../store/utcDay.ts';
import type { Services } from '../services.ts';
import { type CountedList, type FigureServices, readFigures } from './readFigures.ts';

type KeepServices = FigureServices & Pick<Services, 'days'>;

/**
 * Keeps the figures of the latest days where they last. Handlers count what they do beside the totals of their list, in
 * the transaction that reports it: here the sum is copied, so that whoever copies it again changes nothing.
 */
export function createDayKeeper(services: KeepServices) {
  /** What this process last wrote, so that a run that changed nothing writes nothing. */
  const written = new Map<string, string>();
  return { keep };

  /**
   * Before a run, which finds changes that no mailbox can have yet: how the mailboxes stand then says what became of
   * the changes before.
   */
  async function keep(lists: readonly CountedList[]): Promise<void> {
    await Promise.all(lists.map(keepOf));
  }

  async function keepOf(list: CountedList): Promise<void> {
    const days = await readStored(list);
    const news = days.filter(day => written.get(`${list.id} ${day.day}`) !== fingerprint(day));
    if (news.length === 0) return;
    await services.days.write(list.id, news);
    for (const day of news) written.set(`${list.id} ${day.day}`, fingerprint(day));
  }

  async function readStored(list: CountedList): Promise<StoredDay[]> {
    const { standing, days } = await readFigures(list, services);
    const today = dayOf(services.clock.now());
    const past = Object.entries(days).filter(([day]) => day !== today);
    const now = standing || days[today] ? [{ day: today, standing, work: days[today] }] : [];
    return [...past.map(([day, work]) => ({ day, work })), ...now];
  }
}
