import { shiftedClock } from '../world/clock.ts';
import { openGraph } from '../world/graphDriver.ts';
import { type Host, until } from '../world/world.ts';
import { openStaff, type Staff } from './staff.ts';

const hour = 3600;

let staff: Staff;
let hosts: Host[];

beforeAll(async () => {
  staff = await openStaff({ lockSeconds: 2 });
});

beforeEach(() => {
  hosts = [];
});

afterEach(async () => {
  await Promise.all(hosts.map(host => host.kill()));
  await staff?.graph.control('POST', '/latency', { milliseconds: 0 });
});
afterAll(() => staff?.stop());

async function startHost(clockAhead = 0, jump = 0): Promise<Host> {
  const host = await staff.world.startHost({}, shiftedClock(clockAhead, jump));
  hosts.push(host);
  return host;
}

async function startRunUpTo(writes: number, host: Host, mailbox: string): Promise<string> {
  await staff.graph.control('POST', '/latency', { milliseconds: 100 });
  await staff.resetCounts();
  const answer = await host.call('POST', '/api/resync', { mailbox });
  await until(async () => ((await staff.counts(mailbox)).writes >= writes ? true : undefined));
  return ((await answer.json()) as { runId: string }).runId;
}

async function quicken(): Promise<void> {
  await staff.graph.control('POST', '/latency', { milliseconds: 0 });
}

test.each([
  ['ahead', hour],
  ['behind', -hour],
])(
  'a host whose clock is an hour %s does its work, and another goes on after it',
  async (name, seconds) => {
    const mailbox = await staff.newMailbox(name);
    const wrong = await startHost(seconds);
    await staff.arrive(wrong, mailbox);
    await wrong.kill();
    await staff.changeSource();
    const right = await startHost();

    await staff.arrive(right, mailbox);

    await staff.expectMirror(right, mailbox);
  },
  60_000,
);

test('a lease that a clock an hour ahead took for its dead owner is not waited for', async () => {
  const mailbox = await staff.newMailbox('leased');
  const wrong = await startHost(hour);
  await startRunUpTo(12, wrong, mailbox);
  await wrong.kill();
  await quicken();
  const right = await startHost();

  await staff.arrive(right, mailbox);

  await staff.expectMirror(right, mailbox);
}, 60_000);

test.each([
  ['forward', hour],
  ['back', -hour],
])(
  'a clock that jumps %s by an hour in the middle of a run changes nothing of its outcome',
  async (name, jump) => {
    const mailbox = await staff.newMailbox(`jumped-${name}`);
    const host = await startHost(0, jump);
    const run = await startRunUpTo(12, host, mailbox);

    process.kill(host.pid, 'SIGUSR2');

    expect(await host.waitForRun(run)).toMatchObject({ contacts: { created: staff.contactCount }, problems: [] });
    await quicken();
    await staff.expectMirror(host, mailbox);
  },
  60_000,
);

test('a token that ends in the middle of a run is refreshed', async () => {
  const mailbox = await staff.newMailbox('tokens');
  const host = await startHost(0, 1.2 * hour);
  const run = await startRunUpTo(12, host, mailbox);
  // Graph's tokens last an hour, for the host as for the service.
  await staff.graph.control('POST', '/clock', { advanceSeconds: 1.2 * hour });
  process.kill(host.pid, 'SIGUSR2');

  expect(await host.waitForRun(run)).toMatchObject({ contacts: { created: staff.contactCount }, problems: [] });

  await quicken();
  Object.assign(staff.graph, await openGraph(staff.world.graphUrl));
  await staff.expectMirror(host, mailbox);
}, 60_000);
