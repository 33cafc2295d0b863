import { count, countOf } from '../words.ts';

/** How high a value stands in a chart. */
export interface Scale {
  /** From 0, the bottom, to 1, the top. */
  heightOf(value: number): number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  show(value: number): string;
}

/** What is there at all is seen. */
export const leastHeight = 0.03;

/** From 0 to the next round number. */
export function countScale(most: number): Scale {
  const top = roundUp(Math.max(most, 1));
  const shown = Number.isInteger(top / 2) ? [0, top / 2, top] : [0, top];
  return {
    heightOf: value => value / top,
    ticks: shown.map(value => ({ at: value / top, text: count(value) })),
    show: count,
  };
}

function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find(each => each * power >= value) ?? 10;
  return step * power;
}

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** Seconds and days are on one chart: equal steps are equal factors, from a second on. */
export function secondsScale(most: number): Scale {
  const marks = [1, minute, hour, day, 14 * day];
  const top = [10 * minute, 6 * hour, 2 * day, 14 * day].find(each => each >= most) ?? 14 * day;
  const heightOf = (seconds: number) => Math.min(1, Math.log(Math.max(seconds, 1)) / Math.log(top));
  return {
    heightOf,
    ticks: marks.filter(mark => mark <= top).map(mark => ({ at: heightOf(mark), text: showSeconds(mark) })),
    show: showSeconds,
  };
}

export function showSeconds(seconds: number): string {
  if (seconds < minute) return `${count(Math.round(seconds))} s`;
  if (seconds < hour) return `${Math.round(seconds / minute)} min`;
  if (seconds < day) return `${Math.round(seconds / hour)} h`;
  return countOf(Math.round(seconds / day), 'day', 'days');
}
