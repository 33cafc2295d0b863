/**
 * The grammar and the occurrences of NCrontab 3.4, by which Azure Functions reads the schedules of timers; times are in
 * UTC. It is not the cron of other programs: days of the week go from 0 (Sunday) to 6, the beginning of a name is
 * enough, `5/15` runs from 5 to the field's end, and the ends of a descending range change places.
 * https://github.com/atifaziz/NCrontab/wiki/Crontab-Expression
 */
export interface NcrontabSchedule {
  /** The first occurrence after that time, both in epoch milliseconds; undefined when there is none. */
  next(after: number): number | undefined;
  /** Ranges such as `Fri-Sun`, of which NCrontab makes another than was most likely meant. */
  readonly descendingRanges: readonly DescendingRange[];
}

export interface DescendingRange {
  readonly text: string;
  /** What NCrontab makes of it. */
  readonly taken: string;
  /** What was most likely meant, in a form that NCrontab reads so. */
  readonly meant: string;
}

/** The expression is none that NCrontab reads. */
export class NcrontabError extends Error {
  override readonly name = 'NcrontabError';
}

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Of the values from `least` on. */
  readonly names: readonly string[];
}

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

const fields: readonly Field[] = [
  { name: 'second', least: 0, most: 59, names: [] },
  { name: 'minute', least: 0, most: 59, names: [] },
  { name: 'hour', least: 0, most: 23, names: [] },
  { name: 'day', least: 1, most: 31, names: [] },
  { name: 'month', least: 1, most: 12, names: months },
  { name: 'day of the week', least: 0, most: 6, names: weekdays },
];

/** A date and weekday come again within this many years, the longest wait being that for a leap day of one weekday. */
const longestWaitInYears = 40;

/**
 * Reads an expression of six fields: second, minute, hour, day, month and day of the week, which must all match.
 *
 * @throws NcrontabError with the reason, for people
 */
export function parseNcrontab(expression: string): NcrontabSchedule {
  const texts = expression.split(' ').filter(text => text !== '');
  if (texts.length !== fields.length) {
    const names = fields.map(({ name }) => name).join(', ');
    throw new NcrontabError(`it has ${texts.length} fields and not the six ${names}`);
  }
  const ranges = fields.map((field, index) => parseField(texts[index] ?? '', field));
  const [seconds = [], minutes = [], hours = [], days = [], monthsOfYear = [], daysOfWeek = []] = ranges.map(valuesOf);
  const allowed = { seconds, minutes, hours, days, months: monthsOfYear, daysOfWeek };
  return {
    next: after => findNext(after, allowed),
    descendingRanges: ranges.flat().flatMap(({ descending }) => descending ?? []),
  };
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly descending?: DescendingRange;
}

/** A list with nothing before its first comma is none to NCrontab, and then no value either. */
function parseField(text: string, field: Field): Range[] {
  const elements = text.indexOf(',') > 0 ? text.split(',') : [text];
  return elements.map(element => parseElement(element, field));
}

function parseElement(element: string, field: Field): Range {
  const slash = element.indexOf('/');
  const [text, step] = slash > 0 ? [element.slice(0, slash), readStep(element, slash, field)] : [element, undefined];
  if (text === '*') return { from: field.least, to: field.most, step: step ?? 1 };
  const dash = text.indexOf('-');
  if (dash <= 0) {
    const value = readValue(text, field);
    return { from: value, to: step === undefined ? value : field.most, step: step ?? 1 };
  }
  const from = readValue(text.slice(0, dash), field);
  const to = readValue(text.slice(dash + 1), field);
  if (from <= to) return { from, to, step: step ?? 1 };
  return { from: to, to: from, step: step ?? 1, descending: describeDescent(element, from, to, field) };
}

/** NCrontab takes a step of 0 or less for 1. */
function readStep(element: string, slash: number, { name }: Field): number {
  const text = element.slice(slash + 1);
  if (!isInteger(text)) throw new NcrontabError(`the step of "${element}" (${name}) is not a number`);
  return Math.max(Number(text), 1);
}

function readValue(text: string, { name, least, most, names }: Field): number {
  const value = /^\d/.test(text) && isInteger(text) ? Number(text) : least + indexOfName(text, names);
  if (value >= least && value <= most) return value;
  const named = names.length > 0 ? ` or the beginning of ${names.slice(0, 2).join(', ')} and so on` : '';
  const sunday = names === weekdays ? '; Sunday is 0' : '';
  throw new NcrontabError(`"${text}" is no ${name}: that is ${least} to ${most}${named}${sunday}`);
}

/** As .NET reads an `int`, with white space around it. */
function isInteger(text: string): boolean {
  return /^[\t-\r ]*[+-]?\d+[\t-\r ]*$/.test(text) && Math.abs(Number(text)) < 2 ** 31;
}

/** Below 0 for what begins no name. */
function indexOfName(text: string, names: readonly string[]): number {
  const index = names.findIndex(name => text !== '' && name.toLowerCase().startsWith(text.toLowerCase()));
  return index < 0 ? Number.NEGATIVE_INFINITY : index;
}

function describeDescent(text: string, from: number, to: number, field: Field): DescendingRange {
  const spell = (value: number) => field.names[value - field.least]?.slice(0, 3) ?? String(value);
  const range = (first: number, last: number) => (first === last ? spell(first) : `${spell(first)}-${spell(last)}`);
  return { text, taken: range(to, from), meant: `${range(from, field.most)},${range(field.least, to)}` };
}

function valuesOf(ranges: readonly Range[]): number[] {
  const values = new Set<number>();
  for (const { from, to, step } of ranges) for (let value = from; value <= to; value += step) values.add(value);
  return [...values].sort((left, right) => left - right);
}

interface AllowedValues {
  /** All in ascending order. */
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: readonly number[];
  readonly months: readonly number[];
  readonly daysOfWeek: readonly number[];
}

function findNext(after: number, allowed: AllowedValues): number | undefined {
  // Occurrences are on the second.
  const start = new Date(Math.floor(after / 1000) * 1000 + 1000);
  const today = midnightOf(start);
  if (isAllowedDay(today, allowed)) {
    const time = findTime(start.getTime() - today, allowed);
    if (time !== undefined) return today + time;
  }
  const day = findDay(today + dayLength, allowed);
  return day === undefined ? undefined : day + (findTime(0, allowed) ?? 0);
}

const dayLength = 86_400_000;

function midnightOf(time: Date): number {
  return Date.UTC(time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate());
}

function isAllowedDay(midnight: number, { days, months: allowedMonths, daysOfWeek }: AllowedValues): boolean {
  const date = new Date(midnight);
  if (!allowedMonths.includes(date.getUTCMonth() + 1)) return false;
  return days.includes(date.getUTCDate()) && daysOfWeek.includes(date.getUTCDay());
}

/** Midnight of the first allowed day from that one on. */
function findDay(first: number, allowed: AllowedValues): number | undefined {
  const year = new Date(first).getUTCFullYear();
  for (let ahead = 0; ahead <= longestWaitInYears; ahead += 1) {
    for (const month of allowed.months) {
      for (const day of allowed.days) {
        const midnight = Date.UTC(year + ahead, month - 1, day);
        // The 31st of a shorter month is a day of the next one.
        const isInMonth = new Date(midnight).getUTCDate() === day;
        if (midnight >= first && isInMonth && isAllowedDay(midnight, allowed)) return midnight;
      }
    }
  }
  return undefined;
}

/** Milliseconds since midnight of the first allowed time of day from that one on; undefined when the day has none. */
function findTime(from: number, { hours, minutes, seconds }: AllowedValues): number | undefined {
  for (const hour of hours) {
    if ((hour + 1) * 3_600_000 <= from) continue;
    for (const minute of minutes) {
      const start = hour * 3_600_000 + minute * 60_000;
      const second = seconds.find(each => start + each * 1000 >= from);
      if (second !== undefined) return start + second * 1000;
    }
  }
  return undefined;
}
