import type { InvocationResponse } from './functionsCore.ts';
import type { Log, LogEntry } from './log.ts';
import type { TimerInfo } from './timer.ts';
import { startTimerListener, type TimerListener } from './timerListener.ts';
import { parseTimerSchedule } from './timerSchedule.ts';
import { createMemoryTimerStore, leaseMilliseconds, type TimerStore } from './timerStore.ts';
import type { TimerTrigger } from './triggers.ts';

const minute = 60_000;
const startedAt = Date.parse('2026-11-02T10:00:30Z');

beforeEach(() => {
  jest.useFakeTimers({ now: startedAt });
});

afterEach(() => {
  jest.useRealTimers();
});

describe('NCRONTAB expressions', () => {
  test.each([
    ['0 */5 * * * *', '2026-11-02T10:05:00Z'],
    ['30 0 * * * *', '2026-11-02T11:00:30Z'],
    ['*/10 * * * * *', '2026-11-02T10:00:40Z'],
    ['0 0 3 * * 0', '2026-11-08T03:00:00Z'],
    ['0 30 9 * Jan Mon', '2027-01-04T09:30:00Z'],
    ['*/15 * * * *', '2026-11-02T10:15:00Z'],
    // Day of month and day of week must both match: the next Friday the 13th.
    ['0 0 0 13 * 5', '2026-11-13T00:00:00Z'],
    ['0 0 0 13 * 1', '2027-09-13T00:00:00Z'],
    ['0 0 0 31 2 *', '9999-12-31T23:59:59.999Z'],
  ])('%s occurs next at %s', (expression, expected) => {
    expect(new Date(parseTimerSchedule(expression).next(startedAt))).toEqual(new Date(expected));
  });

  test.each(['00:05:00', '* * *', '0 61 * * * *', 'hourly'])('%s is refused', expression => {
    expect(() => parseTimerSchedule(expression)).toThrow();
  });
});

interface Firing {
  at: string;
  isPastDue: boolean;
}

/** A host's timers with one function, which takes that long. */
async function startTimers(options: {
  schedule: string;
  store?: TimerStore;
  runOnStartup?: boolean;
  milliseconds?: number;
  log?: Log;
}): Promise<{ firings: Firing[]; finished: () => number; listener: TimerListener }> {
  const {
    schedule,
    store = createMemoryTimerStore(),
    runOnStartup = false,
    milliseconds = 0,
    log = () => {},
  } = options;
  const trigger: TimerTrigger = { type: 'timerTrigger', name: 'timer', schedule, runOnStartup, useMonitor: true };
  const firings: Firing[] = [];
  let finished = 0;
  const listener = await startTimerListener({
    functions: [{ name: 'tick', trigger }],
    store,
    now: Date.now,
    log,
    async run(_name, request): Promise<InvocationResponse> {
      const info: TimerInfo = JSON.parse(request.inputData[0]?.data.json ?? '');
      firings.push({ at: new Date().toISOString(), isPastDue: info.IsPastDue });
      if (milliseconds > 0) await new Promise(resolve => setTimeout(resolve, milliseconds));
      finished += 1;
      return {};
    },
  });
  return { firings, finished: () => finished, listener };
}

/** What two hosts of one app see of their shared storage. */
function createSharedStores(): TimerStore[] {
  const shared = createMemoryTimerStore();
  let owner: number | undefined;
  let until = 0;
  return [0, 1].map(host => ({
    ...shared,
    async takeLease() {
      if (owner !== host && until > Date.now()) return undefined;
      owner = host;
      until = Date.now() + leaseMilliseconds;
      return until;
    },
    async releaseLease() {
      until = 0;
    },
  }));
}

describe('timers', () => {
  test('fire at each occurrence', async () => {
    const { firings, listener } = await startTimers({ schedule: '0 */5 * * * *' });
    await jest.advanceTimersByTimeAsync(15 * minute);
    expect(firings).toEqual([
      { at: '2026-11-02T10:05:00.000Z', isPastDue: false },
      { at: '2026-11-02T10:10:00.000Z', isPastDue: false },
      { at: '2026-11-02T10:15:00.000Z', isPastDue: false },
    ]);
    await listener.stop();
    await jest.advanceTimersByTimeAsync(15 * minute);
    expect(firings).toHaveLength(3);
  });

  test('one whose schedule cannot be read is in error, and says why', async () => {
    const entries: LogEntry[] = [];
    const { firings, listener } = await startTimers({ schedule: '0 0 3 * * 7', log: entry => entries.push(entry) });
    await jest.advanceTimersByTimeAsync(60 * minute);
    await listener.stop();
    expect(entries).toEqual([
      { level: 'error', source: 'tick', message: expect.stringMatching(/"0 0 3 \* \* 7".*Sunday is 0$/) },
    ]);
    expect(firings).toEqual([]);
  });

  test('fire at the start when asked to', async () => {
    const { firings, listener } = await startTimers({ schedule: '0 0 * * * *', runOnStartup: true });
    await jest.advanceTimersByTimeAsync(1);
    expect(firings.map(({ at }) => at)).toEqual(['2026-11-02T10:00:30.000Z']);
    await listener.stop();
  });

  test('never overlap with themselves, nor with a run that was asked for', async () => {
    const timers = await startTimers({ schedule: '0 */5 * * * *', milliseconds: 12 * minute });
    await jest.advanceTimersByTimeAsync(10 * minute);
    expect(timers.firings.map(({ at }) => at)).toEqual(['2026-11-02T10:05:00.000Z']);
    timers.listener.runNow.get('tick')?.();
    await jest.advanceTimersByTimeAsync(20 * minute);
    // The first ends at 10:17, then comes the one asked for (until 10:29) and the next occurrence after that.
    expect(timers.firings.map(({ at }) => at)).toEqual([
      '2026-11-02T10:05:00.000Z',
      '2026-11-02T10:17:00.000Z',
      '2026-11-02T10:29:00.000Z',
    ]);
    const stopped = timers.listener.stop();
    await jest.advanceTimersByTimeAsync(12 * minute);
    await stopped;
  });

  test('a stop waits for the invocation that runs', async () => {
    const { finished, listener } = await startTimers({ schedule: '0 */5 * * * *', milliseconds: 3 * minute });
    await jest.advanceTimersByTimeAsync(5 * minute);
    let isStopped = false;
    const stopped = listener.stop().then(() => {
      isStopped = true;
    });
    await jest.advanceTimersByTimeAsync(minute);
    expect(isStopped).toBe(false);
    await jest.advanceTimersByTimeAsync(2 * minute);
    await stopped;
    expect(finished()).toBe(1);
  });
});

describe('timers of two hosts', () => {
  test('fire in one of them; the other takes over when it stops', async () => {
    const [storeA, storeB] = createSharedStores();
    const schedule = '0 */5 * * * *';
    const a = await startTimers({ schedule, ...(storeA && { store: storeA }) });
    const b = await startTimers({ schedule, ...(storeB && { store: storeB }) });
    await jest.advanceTimersByTimeAsync(10 * minute);
    expect(a.firings).toHaveLength(2);
    expect(b.firings).toHaveLength(0);
    await a.listener.stop();
    await jest.advanceTimersByTimeAsync(10 * minute);
    expect(a.firings).toHaveLength(2);
    expect(b.firings.map(({ at }) => at)).toEqual(['2026-11-02T10:15:00.000Z', '2026-11-02T10:20:00.000Z']);
    await b.listener.stop();
  });

  test('a host that loses the storage fires no more, and the next host makes up for the occurrence', async () => {
    const [storeA, storeB] = createSharedStores();
    const schedule = '0 */5 * * * *';
    let isCutOff = false;
    const cutOffStore = {
      ...(storeA ?? createMemoryTimerStore()),
      takeLease: async () => (isCutOff ? Promise.reject(new Error('cut off')) : storeA?.takeLease()),
    };
    const a = await startTimers({ schedule, store: cutOffStore });
    await jest.advanceTimersByTimeAsync(4 * minute);
    isCutOff = true;
    await jest.advanceTimersByTimeAsync(2 * minute);
    expect(a.firings).toEqual([]);
    const b = await startTimers({ schedule, ...(storeB && { store: storeB }) });
    await jest.advanceTimersByTimeAsync(4 * minute);
    expect(b.firings).toEqual([
      { at: '2026-11-02T10:06:30.000Z', isPastDue: true },
      { at: '2026-11-02T10:10:00.000Z', isPastDue: false },
    ]);
    await Promise.all([a.listener.stop(), b.listener.stop()]);
  });
});
