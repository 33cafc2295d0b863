import { type DayStanding, type DayWork, workIn } from '../../domain/dayFigures.ts';
import { sum } from '../../domain/sum.ts';
import type { StoredDay } from '../../store/days.ts';
import { addTallies } from '../../store/totals.ts';
import { dayBefore, dayOf } from '../../store/utcDay.ts';
import type { Services } from '../services.ts';
import { type CountedList, type FigureServices, readFigures } from './readFigures.ts';

type ReadServices = FigureServices & Pick<Services, 'days'>;

/** What some lists had on a day. */
interface DayOfLists extends Pick<DayWork, 'contacts' | 'throttled'> {
  /** In UTC. */
  readonly day: string;
  /** Null where nobody noted how they stood. */
  readonly mailboxes: DayStanding | null;
  readonly secondsToMailbox: NonNullable<DayWork['delay']> | null;
}

/** The latest days of some lists together, oldest first, with today as it stands; three requests a list. */
export async function readDays(
  lists: readonly CountedList[],
  count: number,
  services: ReadServices,
): Promise<{ readonly from: string; readonly days: readonly DayOfLists[] }> {
  const today = dayOf(services.clock.now());
  const from = dayBefore(today, count - 1);
  const found = await Promise.all(lists.map(list => readDaysOf(list, from, today, services)));
  const byDay = Map.groupBy(found.flat(), ({ day }) => day);
  const days = [...byDay.keys()].sort();
  return { from, days: days.map(day => sumDay(day, byDay.get(day) ?? [])) };
}

/** What handlers have counted since last night is not among the rows yet. */
async function readDaysOf(
  list: CountedList,
  from: string,
  today: string,
  services: ReadServices,
): Promise<StoredDay[]> {
  const [stored, latest] = await Promise.all([services.days.read(list.id, from), readFigures(list, services)]);
  const known = new Map(stored.map(day => [day.day, day]));
  for (const [day, work] of Object.entries(latest.days)) {
    if (day >= from) known.set(day, { ...known.get(day), day, work });
  }
  if (latest.standing) known.set(today, { ...known.get(today), day: today, standing: latest.standing });
  return [...known.values()];
}

function sumDay(day: string, ofLists: readonly StoredDay[]): DayOfLists {
  const standings = ofLists.flatMap(({ standing }) => standing ?? []);
  const { contacts, throttled, delay } = workIn(addTallies(...ofLists.map(({ work = {} }) => work)));
  return {
    day,
    mailboxes: standings.length > 0 ? sum(noMailboxes, standings) : null,
    contacts,
    secondsToMailbox: delay
      ? { changes: delay.changes, median: toTenth(delay.median), percentile99: toTenth(delay.percentile99) }
      : null,
    throttled,
  };
}

function toTenth(seconds: number): number {
  return Math.round(10 * seconds) / 10;
}

const noMailboxes: DayStanding = { current: 0, behind: 0, waiting: 0, failed: 0, skipped: 0 };
