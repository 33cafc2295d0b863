import { parseNcrontab } from '../../../shared/settings/ncrontab.ts';

export interface TimerSchedule {
  /** The first occurrence after that time, both in milliseconds since 1970; the end of .NET's time where there is none. */
  next(after: number): number;
  /** Whether two occurrences may be less than a minute apart: Azure keeps no status of such a timer. */
  isFrequent(after: number): boolean;
}

/** What NCrontab answers for an expression that never fires. */
const endOfTime = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Reads an NCRONTAB expression in UTC, of six fields from second to day of the week, or of five without seconds.
 *
 * @throws NcrontabError
 */
export function parseTimerSchedule(expression: string): TimerSchedule {
  const hasSeconds = expression.trim().split(/ +/).length !== 5;
  const schedule = parseNcrontab(hasSeconds ? expression : `0 ${expression}`);
  const next = (after: number) => schedule.next(after) ?? endOfTime;
  return {
    next,
    isFrequent(after) {
      const first = next(after);
      return next(first) - first < 60_000;
    },
  };
}
