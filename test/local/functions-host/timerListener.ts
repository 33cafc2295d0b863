import { NcrontabError } from '../../../shared/settings/ncrontab.ts';
import type { Run } from './invoker.ts';
import { describeError, type Log } from './log.ts';
import { createTimer, type Timer } from './timer.ts';
import { parseTimerSchedule, type TimerSchedule } from './timerSchedule.ts';
import type { TimerStore } from './timerStore.ts';
import type { TimerTrigger, TriggeredFunction } from './triggers.ts';

export interface TimerListenerOptions {
  functions: TriggeredFunction<TimerTrigger>[];
  store: TimerStore;
  run: Run;
  log: Log;
  now: () => number;
}

export interface TimerListener {
  /** Runs a timer's function once, by function name, and resolves when it has ended. */
  runNow: Map<string, () => Promise<void>>;
  /** Fires no more, waits for what runs and leaves the timers to another host. */
  stop(): Promise<void>;
}

const renewEveryMilliseconds = 5_000;
const retryEveryMilliseconds = 2_000;

/** Runs the timers while this host holds the lease that hosts of the app share. Resolves after its first try to get it. */
export async function startTimerListener(options: TimerListenerOptions): Promise<TimerListener> {
  const { functions, store, run, log, now } = options;
  let heldUntil = 0;
  let isActive = false;
  let isReachable = true;
  let stopping = false;
  let retry: NodeJS.Timeout | undefined;
  let attempt: Promise<void>;

  const isHeld = () => now() < heldUntil;
  const timers = functions.flatMap(f => {
    const schedule = readSchedule(f, log);
    return schedule ? [{ name: f.name, timer: openTimer(f, schedule) }] : [];
  });

  function openTimer(f: TriggeredFunction<TimerTrigger>, schedule: TimerSchedule): Timer {
    return createTimer({
      function: f,
      schedule,
      store,
      isHeld,
      now,
      log,
      async invoke(info) {
        const inputData = [{ name: f.trigger.name, data: { json: JSON.stringify(info) } }];
        await run(f.name, { inputData }).catch(() => {}); // logged by run; the next occurrence is the retry
      },
    });
  }

  async function keepLease(): Promise<void> {
    try {
      heldUntil = (await store.takeLease()) ?? 0;
      isReachable = true;
    } catch (error) {
      if (isReachable) {
        const message = `Timers wait, their lock cannot be had: ${describeError(error)}`;
        log({ level: 'warning', source: 'host', message });
      }
      isReachable = false;
    }
    if (isHeld() && !isActive && !stopping) {
      isActive = true;
      for (const { name, timer } of timers) timer.activate().catch(error => deactivate(name, error));
    } else if (!isHeld() && isActive) {
      isActive = false;
      for (const { timer } of timers) timer.deactivate();
    }
    retry = setTimeout(
      () => {
        attempt = keepLease();
      },
      isHeld() ? renewEveryMilliseconds : retryEveryMilliseconds,
    );
  }

  /** The whole set is taken up again at the next renewal. */
  function deactivate(name: string, error: unknown): void {
    log({ level: 'warning', source: name, message: `The timer's status cannot be read: ${describeError(error)}` });
    isActive = false;
    for (const { timer } of timers) timer.deactivate();
  }

  attempt = functions.length > 0 ? keepLease() : Promise.resolve();
  await attempt;
  return {
    runNow: new Map(timers.map(({ name, timer }) => [name, timer.runNow])),
    async stop() {
      stopping = true;
      for (const { timer } of timers) timer.deactivate();
      await Promise.all(timers.map(({ timer }) => timer.idle()));
      await attempt;
      clearTimeout(retry);
      if (!isHeld()) return;
      await store.releaseLease().catch(error => {
        log({ level: 'warning', source: 'host', message: `The timers' lock stays taken: ${describeError(error)}` });
      });
    },
  };
}

/** Undefined where there is none: as in Azure, that function is in error and the others run. */
function readSchedule({ name, trigger }: TriggeredFunction<TimerTrigger>, log: Log): TimerSchedule | undefined {
  try {
    return parseTimerSchedule(trigger.schedule);
  } catch (error) {
    if (!(error instanceof NcrontabError)) throw error;
    const message = `The function is in error and does not run: "${trigger.schedule}" is no NCRONTAB expression: ${error.message}`;
    log({ level: 'error', source: name, message });
    return undefined;
  }
}
