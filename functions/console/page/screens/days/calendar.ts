/** What the app calls a day begins and ends in UTC, wherever the reader is. */
const format = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const dayMilliseconds = 86_400_000;

/** @param day such as `2026-11-29` */
export function showDay(day: string): string {
  return format.format(new Date(day));
}

/** So many days, the first one included. */
export function daysFrom(first: string, days: number): string[] {
  const start = Date.parse(first);
  return Array.from({ length: days }, (_, index) =>
    new Date(start + index * dayMilliseconds).toISOString().slice(0, 10),
  );
}
