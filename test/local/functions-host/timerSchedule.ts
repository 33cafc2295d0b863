import { Cron } from 'croner';
import { HostError } from './hostError.ts';

export interface TimerSchedule {
  /** The first occurrence after that time, both in milliseconds since 1970. */
  next(after: number): number;
  /** Whether two occurrences may be less than a minute apart: Azure keeps no status of such a timer. */
  isFrequent(after: number): boolean;
}

/**
 * Reads an NCRONTAB expression, six fields from second to day of week (or five without seconds), in UTC. Days of the
 * month and of the week must both match, as in NCrontab. Throws on anything else.
 */
export function parseTimerSchedule(expression: string): TimerSchedule {
  const cron = new Cron(expression, {
    timezone: 'UTC',
    mode: '5-or-6-parts',
    domAndDow: true,
    sloppyRanges: true,
  });

  function next(after: number): number {
    const occurrence = cron.nextRun(new Date(after));
    if (!occurrence) throw new HostError(`The schedule "${expression}" has no occurrence.`);
    return occurrence.getTime();
  }

  return {
    next,
    isFrequent(after) {
      const first = next(after);
      return next(first) - first < 60_000;
    },
  };
}
