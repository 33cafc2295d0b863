import { type Storage, startStorage } from '../storage/index.ts';
import { fixtureApp, fixtureSettings, type HostProcess, spawnHost, toEvents, until } from './testing.ts';
import { leaseMilliseconds, openTableTimerStore } from './timerStore.ts';

let storage: Storage;
let now = Date.parse('2026-11-02T10:00:00Z');

beforeAll(async () => {
  storage = await startStorage();
});

afterAll(() => storage.close());

function openStore(hostId: string, owner: string) {
  return openTableTimerStore({
    storage: { connectionString: storage.connectionString },
    hostId,
    owner,
    now: () => now,
  });
}

test('one host holds the lease until it ends or is released', async () => {
  const a = openStore('lease', 'a');
  const b = openStore('lease', 'b');
  expect(await a.takeLease()).toBe(now + leaseMilliseconds);
  expect(await b.takeLease()).toBeUndefined();
  now += leaseMilliseconds - 1;
  expect(await b.takeLease()).toBeUndefined();
  expect(await a.takeLease()).toBe(now + leaseMilliseconds);
  now += leaseMilliseconds;
  expect(await b.takeLease()).toBe(now + leaseMilliseconds);
  expect(await a.takeLease()).toBeUndefined();
  await a.releaseLease();
  expect(await a.takeLease()).toBeUndefined();
  await b.releaseLease();
  expect(await a.takeLease()).toBe(now + leaseMilliseconds);
});

test('of hosts that ask at the same time one gets the lease', async () => {
  const stores = Array.from({ length: 6 }, (_, index) => openStore('race', `host-${index}`));
  const first = await Promise.all(stores.map(store => store.takeLease()));
  expect(first.filter(until => until !== undefined)).toHaveLength(1);
  now += leaseMilliseconds;
  const second = await Promise.all(stores.map(store => store.takeLease()));
  expect(second.filter(until => until !== undefined)).toHaveLength(1);
});

test('apps do not share a lease', async () => {
  expect(await openStore('app-1', 'a').takeLease()).toBeDefined();
  expect(await openStore('app-2', 'b').takeLease()).toBeDefined();
});

test('a status is what the next host reads', async () => {
  expect(await openStore('status', 'a').readStatus('sync')).toBeUndefined();
  const status = { last: '2026-11-02T10:00:00.000Z', next: '2026-11-02T10:05:00.000Z', lastUpdated: 'now' };
  await openStore('status', 'a').writeStatus('sync', { ...status, last: 'before' });
  await openStore('status', 'a').writeStatus('sync', status);
  expect(await openStore('status', 'b').readStatus('sync')).toEqual(status);
});

test('a timer fires in one of two host processes, and in the other once that has stopped', async () => {
  const settings = {
    ...fixtureSettings,
    AzureWebJobsStorage: storage.connectionString,
    TICK_SCHEDULE: '* * * * * *',
  };
  const hosts = [spawnHost(fixtureApp, settings), spawnHost(fixtureApp, settings)] as const;
  const ticks = (host: HostProcess) => toEvents(host.messages, 'tick').length;
  try {
    await Promise.all(hosts.map(({ ready }) => ready));
    const [first, second] = (await firstToTick(hosts)) === hosts[0] ? hosts : [hosts[1], hosts[0]];
    await until(
      () => ticks(first) >= 4,
      () => first.lines,
    );
    expect(ticks(second)).toBe(0);
    first.child.kill('SIGTERM');
    expect(await first.exited).toBe(0);
    await until(
      () => ticks(second) >= 1,
      () => second.lines,
    );
  } finally {
    for (const { child, exited } of hosts) {
      child.kill('SIGKILL');
      await exited;
    }
  }

  async function firstToTick(candidates: readonly HostProcess[]): Promise<HostProcess | undefined> {
    await until(
      () => candidates.some(host => ticks(host) > 0),
      () => candidates.flatMap(({ lines }) => lines),
    );
    return candidates.find(host => ticks(host) > 0);
  }
});
