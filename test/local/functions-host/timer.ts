import { describeError, type Log } from './log.ts';
import type { TimerSchedule } from './timerSchedule.ts';
import type { TimerStatus, TimerStore } from './timerStore.ts';
import type { TimerTrigger, TriggeredFunction } from './triggers.ts';

/** What a timer's handler gets, as the Functions host names it. */
export interface TimerInfo {
  Schedule: { AdjustForDST: boolean };
  ScheduleStatus: { Last: string; Next: string; LastUpdated: string };
  IsPastDue: boolean;
}

/** One timer function. Its invocations never overlap. */
export interface Timer {
  /** Starts following the schedule; an occurrence that no host ran is made up for at once. */
  activate(): Promise<void>;
  deactivate(): void;
  /** Runs once, off the schedule; after the invocation that runs, if one does. Resolves when it has ended. */
  runNow(): Promise<void>;
  /** Resolves when nothing of this timer runs. */
  idle(): Promise<void>;
}

export interface TimerOptions {
  function: TriggeredFunction<TimerTrigger>;
  schedule: TimerSchedule;
  store: TimerStore;
  /** Whether this host may fire timers. */
  isHeld: () => boolean;
  /** Must not reject. */
  invoke: (info: TimerInfo) => Promise<void>;
  now: () => number;
  log: Log;
}

const never = '0001-01-01T00:00:00.000Z';

/** Node's timers hold 24 days at most, and a suspended machine delays them. */
const longestSleepMilliseconds = 60_000;

export function createTimer(options: TimerOptions): Timer {
  const { schedule, store, isHeld, invoke, now, log } = options;
  const { name, trigger } = options.function;
  const isMonitored = trigger.useMonitor && !schedule.isFrequent(now());
  let status: TimerStatus | undefined;
  /** Counts activations, so that what an ended one still awaits does not go on. 0: not active. */
  let activation = 0;
  let lastActivation = 0;
  let sleep: NodeJS.Timeout | undefined;
  let lastRun: Promise<void> = Promise.resolve();

  function enqueue(isPastDue: boolean): Promise<void> {
    const run = lastRun.then(() =>
      invoke({
        Schedule: { AdjustForDST: true },
        ScheduleStatus: {
          Last: status?.last ?? never,
          Next: toIso(schedule.next(now())),
          LastUpdated: status?.lastUpdated ?? never,
        },
        IsPastDue: isPastDue,
      }),
    );
    lastRun = run;
    return run;
  }

  /** The status is written after the invocation: one that a crash cut short is run again by the next host. */
  async function runOccurrence(due: number, isPastDue: boolean): Promise<void> {
    const run = enqueue(isPastDue).then(() => record(toIso(due)));
    lastRun = run;
    await run;
  }

  async function record(last: string): Promise<void> {
    status = { last, next: toIso(schedule.next(now())), lastUpdated: toIso(now()) };
    if (!isMonitored) return;
    try {
      await store.writeStatus(name, status);
    } catch (error) {
      log({ level: 'warning', source: name, message: `The timer's status is not stored: ${describeError(error)}` });
    }
  }

  function waitFor(due: number, current: number): void {
    const milliseconds = Math.min(Math.max(due - now(), 0), longestSleepMilliseconds);
    sleep = setTimeout(async () => {
      if (now() < due) return waitFor(due, current);
      if (isHeld()) await runOccurrence(due, false);
      if (activation === current) waitFor(schedule.next(now()), current);
    }, milliseconds);
  }

  return {
    async activate() {
      lastActivation += 1;
      const current = lastActivation;
      activation = current;
      if (isMonitored) status = await store.readStatus(name);
      if (activation !== current) return;
      const missed = status && schedule.next(Date.parse(status.lastUpdated));
      if (missed !== undefined && missed <= now()) await runOccurrence(missed, true);
      else if (trigger.runOnStartup) await runOccurrence(now(), false);
      else if (!status) await record(never);
      if (activation === current) waitFor(schedule.next(now()), current);
    },
    deactivate() {
      activation = 0;
      clearTimeout(sleep);
    },
    runNow: () => enqueue(false),
    idle: () => lastRun,
  };
}

function toIso(time: number): string {
  return new Date(time).toISOString();
}
