import { day } from './durations.ts';

/**
 * Of a time that stands for a date: Exchange moves birthdays to 11:59 UTC (rules.md: Graph, Birthdays), and Outlook on
 * the desktop stores the midnight of its own zone, which east of Greenwich is the evening before (Microsoft KB
 * 2563324). Noon itself, which is as near to both, is taken for a time of its own day, as others than Outlook write it.
 *
 * @param time epoch milliseconds
 * @returns the same of a midnight in UTC
 */
export function nearestMidnight(time: number): number {
  const sinceMidnight = ((time % day) + day) % day;
  return time - sinceMidnight + (sinceMidnight > day / 2 ? day : 0);
}
