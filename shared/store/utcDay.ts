import { day as dayLength } from '../domain/durations.ts';

/** In UTC, as YYYY-MM-DD. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** The day that lies so many days before. */
export function dayBefore(day: string, days: number): string {
  return dayOf(Date.parse(day) - days * dayLength);
}
