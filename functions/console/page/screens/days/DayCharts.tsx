import type { DaysView } from '../../../../../shared/api/days.ts';
import { type Bar, BarChart } from '../../elements/BarChart.tsx';
import { Empty, Loading, ReadFailure } from '../../elements/Notice.tsx';
import { countScale, secondsScale, showSeconds } from '../../elements/scales.ts';
import type { Column } from '../../elements/Table.tsx';
import { links } from '../../links.ts';
import { useResource } from '../../resource.ts';
import { capitalise, count } from '../../words.ts';
import { daysFrom, showDay } from './calendar.ts';

type Day = DaysView['days'][number];
/** Of all lists, or of one. */
type Of = string | undefined;

const shownDays = 30;

/** How it went over the last days. */
export function DayCharts({ list }: { readonly list?: string }) {
  const path = list === undefined ? 'days' : `lists/${encodeURIComponent(list)}/days`;
  const reading = useResource<DaysView>(`${path}?days=${shownDays}`);
  const { value, failure } = reading;
  if (!value)
    return <div class="later">{failure ? <ReadFailure {...reading} /> : <Loading what="the last days" />}</div>;
  const [first] = value.days;
  if (!first)
    return (
      <Empty title="There are no figures yet.">
        <p>They begin today, with the first run that reads a source.</p>
      </Empty>
    );
  const days = daysFrom(value.from, shownDays);
  return (
    <>
      {first.day > value.from && <p class="hint">Figures begin on {showDay(first.day)}.</p>}
      <div class="charts">
        <Mailboxes of={list} days={days} known={value.days} />
        <Contacts of={list} days={days} known={value.days} />
        <Delays of={list} days={days} known={value.days} />
        <Throttled of={list} days={days} known={value.days} />
      </div>
      <p class="hint">
        Days begin at midnight UTC; today is as it stands now, and a past day's mailboxes as they last stood.
      </p>
    </>
  );
}

interface ChartOf {
  readonly of: Of;
  readonly days: readonly string[];
  readonly known: readonly Day[];
}

function Mailboxes({ of, days, known }: ChartOf) {
  const bars = barsOf(days, known, ({ mailboxes }) =>
    mailboxes ? [mailboxes.current, mailboxes.behind, mailboxes.waiting, mailboxes.failed] : undefined,
  );
  const states = ['current', 'behind', 'waiting', 'failed'] as const;
  const tones = { current: 'good', behind: 'busy', waiting: 'warn', failed: 'bad' } as const;
  const behind = (state: (typeof states)[number]) => {
    if (of !== undefined) return links.list(of, 'mailboxes', { state });
    return state === 'current' || state === 'behind' ? links.lists : links.problems;
  };
  return (
    <BarChart
      title="Mailboxes"
      series={states.map(name => ({ tone: tones[name], name, href: behind(name) }))}
      bars={bars}
      scale={countScale(highestSum(bars))}
      arranged="onTop"
      table={{
        file: fileOf(of, 'mailboxes'),
        columns: [
          dayColumn,
          ...states.map(state => numberColumn(state, ({ mailboxes }) => mailboxes?.[state])),
          numberColumn('skipped', ({ mailboxes }) => mailboxes?.skipped),
        ],
        rows: newestFirst(known),
      }}
      keyOf={keyOf}
    />
  );
}

function Contacts({ of, days, known }: ChartOf) {
  const bars = barsOf(days, known, ({ contacts }) => [contacts.created, contacts.updated, contacts.deleted]);
  return (
    <BarChart
      title="Contacts written a day"
      series={[
        { tone: 'good', name: 'created', href: links.runs },
        { tone: 'busy', name: 'updated', href: links.runs },
        { tone: 'quiet', name: 'deleted', href: links.runs },
      ]}
      bars={bars}
      scale={countScale(highestSum(bars))}
      arranged="onTop"
      table={{
        file: fileOf(of, 'contacts'),
        columns: [
          dayColumn,
          ...(['created', 'updated', 'deleted', 'failed'] as const).map(name =>
            numberColumn(name, ({ contacts }) => contacts[name]),
          ),
        ],
        rows: newestFirst(known),
      }}
      keyOf={keyOf}
    />
  );
}

function Delays({ of, days, known }: ChartOf) {
  const bars = barsOf(days, known, ({ secondsToMailbox: seconds }) =>
    seconds ? [seconds.median, seconds.percentile99] : undefined,
  );
  return (
    <BarChart
      title="From change to mailbox"
      series={[
        { tone: 'good', name: 'median', href: links.runs },
        { tone: 'warn', name: 'for 99 %', href: links.runs },
      ]}
      bars={bars}
      scale={secondsScale(Math.max(0, ...bars.flatMap(({ values = [] }) => values)))}
      arranged="within"
      table={{
        file: fileOf(of, 'delays'),
        columns: [
          dayColumn,
          numberColumn('median', day => day.secondsToMailbox?.median, showSeconds),
          numberColumn('99 %', day => day.secondsToMailbox?.percentile99, showSeconds),
          numberColumn('changes', day => day.secondsToMailbox?.changes ?? 0),
        ],
        rows: newestFirst(known),
      }}
      keyOf={keyOf}
    />
  );
}

function Throttled({ of, days, known }: ChartOf) {
  const bars = barsOf(days, known, ({ throttled }) => [throttled]);
  return (
    <BarChart
      title="Requests throttled"
      series={[{ tone: 'warn', name: 'asked to wait', href: links.runs }]}
      bars={bars}
      scale={countScale(highestSum(bars))}
      arranged="onTop"
      table={{
        file: fileOf(of, 'throttled'),
        columns: [dayColumn, numberColumn('throttled', ({ throttled }) => throttled)],
        rows: newestFirst(known),
      }}
      keyOf={keyOf}
    />
  );
}

function barsOf(
  days: readonly string[],
  known: readonly Day[],
  valuesOf: (day: Day) => readonly number[] | undefined,
): Bar[] {
  const byDay = new Map(known.map(day => [day.day, day]));
  return days.map(name => {
    const day = byDay.get(name);
    return { name: showDay(name), values: day && valuesOf(day) };
  });
}

function highestSum(bars: readonly Bar[]): number {
  return Math.max(0, ...bars.map(({ values = [] }) => values.reduce((sum, value) => sum + value, 0)));
}

const dayColumn: Column<Day> = { title: 'Day', show: ({ day }) => showDay(day), text: ({ day }) => day };

function numberColumn(
  title: string,
  numberOf: (day: Day) => number | undefined,
  show: (value: number) => string = count,
): Column<Day> {
  const cell = (day: Day, format: (value: number) => string) => {
    const value = numberOf(day);
    return value === undefined ? '' : format(value);
  };
  return { title: capitalise(title), show: day => cell(day, show), text: day => cell(day, String), isNumber: true };
}

function newestFirst(days: readonly Day[]): readonly Day[] {
  return days.toReversed();
}

function keyOf({ day }: Day): string {
  return day;
}

function fileOf(of: Of, what: string): string {
  return of === undefined ? `days-${what}` : `${of}-days-${what}`;
}
