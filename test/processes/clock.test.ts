import { openStaff, type Staff } from '../behaviour/staff.ts';
import { shiftedClock } from '../world/clock.ts';
import { openGraph } from '../world/graphDriver.ts';
import { type Host, until } from '../world/world.ts';

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

async function startHost(jump: number): Promise<Host> {
  const host = await staff.world.startHost({}, shiftedClock(0, jump));
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

// Wrong clocks, and one that jumps forward: test/shared/engine/wrongClocks.test.ts. Here is what SDKs and the host make of it.
test('a clock that jumps back by an hour in the middle of a run changes nothing of its outcome', async () => {
  const mailbox = await staff.newMailbox('jumped');
  const host = await startHost(-hour);
  const run = await startRunUpTo(12, host, mailbox);

  process.kill(host.pid, 'SIGUSR2');

  expect(await host.waitForRun(run)).toMatchObject({ contacts: { created: staff.contactCount }, problems: [] });
  await quicken();
  await staff.expectMirror(host, mailbox);
}, 60_000);

test('a token that ends in the middle of a run is refreshed', async () => {
  const mailbox = await staff.newMailbox('tokens');
  const host = await startHost(1.2 * hour);
  const run = await startRunUpTo(12, host, mailbox);
  // Graph's tokens last an hour, for the host as for the service. The host first: it would take a token for good that Graph
  // refuses, and has the signal when it answers.
  process.kill(host.pid, 'SIGUSR2');
  await host.call('GET', '/api/health');
  await staff.graph.control('POST', '/clock', { advanceSeconds: 1.2 * hour });

  expect(await host.waitForRun(run)).toMatchObject({ contacts: { created: staff.contactCount }, problems: [] });

  await quicken();
  Object.assign(staff.graph, await openGraph(staff.world.graphUrl));
  await staff.expectMirror(host, mailbox);
}, 60_000);
