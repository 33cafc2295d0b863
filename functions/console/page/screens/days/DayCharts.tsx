import type { DaysView } from '../../../../../shared/api/days.ts';
import { type Bar, BarChart, type BarChartProps, type Series } from '../../elements/BarChart.tsx';
import { Empty, Loading, ReadFailure } from '../../elements/Notice.tsx';
import { countScale, type Scale, secondsScale, showSeconds } from '../../elements/scales.ts';
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
        {charts.map(chart => (
          <DayChart key={chart.title} chart={chart} of={list} days={days} known={value.days} />
        ))}
      </div>
      <p class="hint">
        Days begin at midnight UTC; today is as it stands now, and a past day's mailboxes as they last stood.
      </p>
    </>
  );
}

/** What one of the charts shows of each day. */
interface Chart extends Pick<BarChartProps<Day>, 'title' | 'arranged'> {
  readonly file: string;
  series(of: Of): readonly Series[];
  /** One of each series; null where nothing is known. */
  valuesOf(day: Day): readonly number[] | null;
  scaleFor(bars: readonly Bar[]): Scale;
  /** Beside the day. */
  readonly columns: readonly Column<Day>[];
}

interface DayChartProps {
  readonly chart: Chart;
  readonly of: Of;
  readonly days: readonly string[];
  readonly known: readonly Day[];
}

function DayChart({ chart, of, days, known }: DayChartProps) {
  const bars = barsOf(days, known, chart.valuesOf);
  const table = { file: fileOf(of, chart.file), columns: [dayColumn, ...chart.columns], rows: known.toReversed() };
  return (
    <BarChart
      title={chart.title}
      series={chart.series(of)}
      bars={bars}
      scale={chart.scaleFor(bars)}
      arranged={chart.arranged}
      table={table}
      keyOf={({ day }) => day}
    />
  );
}

const states = ['current', 'behind', 'waiting', 'failed'] as const;
const tones = { current: 'good', behind: 'busy', waiting: 'warn', failed: 'bad' } as const;

function hrefOfState(of: Of, state: (typeof states)[number]): string {
  if (of !== undefined) return links.list(of, 'mailboxes', { state });
  return state === 'current' || state === 'behind' ? links.lists : links.problems;
}

const mailboxChart: Chart = {
  title: 'Mailboxes',
  file: 'mailboxes',
  arranged: 'onTop',
  series: of => states.map(name => ({ tone: tones[name], name, href: hrefOfState(of, name) })),
  valuesOf: ({ mailboxes }) => mailboxes && states.map(state => mailboxes[state]),
  scaleFor: scaleForSums,
  columns: [...states, 'skipped' as const].map(state => numberColumn(state, ({ mailboxes }) => mailboxes?.[state])),
};

const contactChart: Chart = {
  title: 'Contacts written a day',
  file: 'contacts',
  arranged: 'onTop',
  series: () => [
    { tone: 'good', name: 'created', href: links.runs },
    { tone: 'busy', name: 'updated', href: links.runs },
    { tone: 'quiet', name: 'deleted', href: links.runs },
  ],
  valuesOf: ({ contacts }) => [contacts.created, contacts.updated, contacts.deleted],
  scaleFor: scaleForSums,
  columns: (['created', 'updated', 'deleted', 'failed'] as const).map(name =>
    numberColumn(name, ({ contacts }) => contacts[name]),
  ),
};

const delayChart: Chart = {
  title: 'From change to mailbox',
  file: 'delays',
  arranged: 'within',
  series: () => [
    { tone: 'good', name: 'median', href: links.runs },
    { tone: 'warn', name: 'for 99 %', href: links.runs },
  ],
  valuesOf: ({ secondsToMailbox: seconds }) => seconds && [seconds.median, seconds.percentile99],
  scaleFor: bars => secondsScale(Math.max(0, ...bars.flatMap(({ values }) => values ?? []))),
  columns: [
    numberColumn('median', day => day.secondsToMailbox?.median, showSeconds),
    numberColumn('99 %', day => day.secondsToMailbox?.percentile99, showSeconds),
    numberColumn('changes', day => day.secondsToMailbox?.changes ?? 0),
  ],
};

const throttledChart: Chart = {
  title: 'Requests throttled',
  file: 'throttled',
  arranged: 'onTop',
  series: () => [{ tone: 'warn', name: 'asked to wait', href: links.runs }],
  valuesOf: ({ throttled }) => [throttled],
  scaleFor: scaleForSums,
  columns: [numberColumn('throttled', ({ throttled }) => throttled)],
};

const charts: readonly Chart[] = [mailboxChart, contactChart, delayChart, throttledChart];

function barsOf(days: readonly string[], known: readonly Day[], valuesOf: Chart['valuesOf']): Bar[] {
  const byDay = new Map(known.map(day => [day.day, day]));
  return days.map(name => {
    const day = byDay.get(name);
    return { name: showDay(name), values: (day && valuesOf(day)) ?? undefined };
  });
}

function scaleForSums(bars: readonly Bar[]): Scale {
  return countScale(Math.max(0, ...bars.map(({ values }) => (values ?? []).reduce((sum, value) => sum + value, 0))));
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

function fileOf(of: Of, what: string): string {
  return of === undefined ? `days-${what}` : `${of}-days-${what}`;
}
