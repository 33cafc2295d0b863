const day = 86_400_000;

/**
 * Only the date counts: Exchange moves birthdays to 11:59 UTC (facts 1), and older clients store the midnight of their
 * own zone, which east of Greenwich is the evening before. So it is the nearest midnight; noon itself, which is as near
 * to both, is taken for a time of its own day, as others than Outlook write it.
 *
 * @returns `YYYY-MM-DD`; undefined for what is no time
 */
export function dateOf(text: string | null | undefined): string | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : dayOf(Math.ceil(time / day - 0.5) * day);
}

/** The day in UTC of milliseconds since 1970. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** The time that stands for a date in every zone. */
export function writeDate(date: string): string {
  return `${date}T11:59:00Z`;
}
