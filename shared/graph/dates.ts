import { nearestMidnight } from '../domain/nearestMidnight.ts';

/** Of a birthday or another date that Graph has as a time: `YYYY-MM-DD`; undefined for what is no time. */
export function dateOf(text: string | null | undefined): string | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : dayOf(nearestMidnight(time));
}

/** The day in UTC of milliseconds since 1970. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** The time that stands for a date in every zone. */
export function writeDate(date: string): string {
  return `${date}T11:59:00Z`;
}
