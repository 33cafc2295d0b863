import { NcrontabError, type NcrontabSchedule, parseNcrontab } from './ncrontab.ts';

/** What is wrong with a schedule. */
export interface ScheduleFault {
  /** For people, with what to do. */
  readonly problem: string;
  /**
   * Versions up to 0.1 took it, by another program's cron, so an installed app may have it: it goes on for one version,
   * with a warning.
   */
  readonly wasTaken: boolean;
}

const advice = 'give six fields: second minute hour day month weekday, such as "0 */5 * * * *" for every five minutes';
const shownTimes = 3;

/** Undefined for a schedule that does what it says. */
export function findScheduleFault(expression: string): ScheduleFault | undefined {
  const problem = findProblem(expression);
  return problem === undefined ? undefined : { problem, wasTaken: wasTaken(expression) };
}

/**
 * The next times of a timer, in UTC.
 *
 * @param now epoch milliseconds
 */
export function describeNextTimes(expression: string, now: number): string {
  const schedule = readSchedule(expression);
  if (schedule instanceof NcrontabError) return 'never, since Azure cannot read it';
  const times: string[] = [];
  for (let time = schedule.next(now); time !== undefined && times.length < shownTimes; time = schedule.next(time)) {
    times.push(new Date(time).toISOString().replace('.000', ''));
  }
  return times.join(', ') || 'never';
}

/** The next time of a timer, undefined for never; both in epoch milliseconds. */
export function nextTime(expression: string, now: number): number | undefined {
  const schedule = readSchedule(expression);
  return schedule instanceof NcrontabError ? undefined : schedule.next(now);
}

function findProblem(expression: string): string | undefined {
  const schedule = readSchedule(expression);
  if (schedule instanceof NcrontabError) {
    return `"${expression}" is no NCRONTAB expression: ${schedule.message}; ${advice}`;
  }
  const [descending] = schedule.descendingRanges;
  if (descending) {
    const { text, taken, meant } = descending;
    return `"${expression}" is not what it seems: NCRONTAB takes the descending range "${text}" for ${taken}; for what it seems write ${meant}`;
  }
  return schedule.next(0) === undefined ? `"${expression}" never fires: no year has such a day` : undefined;
}

function readSchedule(expression: string): NcrontabSchedule | NcrontabError {
  try {
    return parseNcrontab(expression);
  } catch (error) {
    if (error instanceof NcrontabError) return error;
    throw error;
  }
}

/** What cron of other programs has and NCRONTAB has not, with something of the kind that it has. */
const otherCron: readonly (readonly [RegExp, string])[] = [
  [/^\?$/, '*'],
  [/^LW?$/i, '1'],
  [/(?<=^\w+)[LW]$/i, ''],
  [/#\w$/, ''],
  [/^\w+-(7|sun)$/i, '*'],
  [/^7$/, '0'],
];

function wasTaken(expression: string): boolean {
  const plain = expression.replace(/[^\s,]+/g, element =>
    otherCron.reduce((text, [theirs, ours]) => text.replace(theirs, ours), element),
  );
  const schedule = readSchedule(plain.trim().replaceAll(/\s+/g, ' '));
  return !(schedule instanceof NcrontabError) && schedule.descendingRanges.length === 0;
}
