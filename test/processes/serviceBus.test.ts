import { openStaff, type Staff } from '../behaviour/staff.ts';
import { type ConnectionProxy, startProxy } from '../world/proxy.ts';
import { type Host, until } from '../world/world.ts';

let staff: Staff;
let proxy: ConnectionProxy;
let connection: Record<string, string>;
let hosts: Host[];

beforeAll(async () => {
  staff = await openStaff({ lockSeconds: 2 });
  const { ServiceBusConnection = '' } = staff.world.settings();
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(ServiceBusConnection)?.[1]);
  proxy = await startProxy(port);
  connection = { ServiceBusConnection: ServiceBusConnection.replace(`:${port}`, `:${proxy.port}`) };
});

beforeEach(() => {
  hosts = [];
});

afterEach(async () => {
  await Promise.all(hosts.map(host => host.kill()));
  await staff?.graph.control('POST', '/latency', { milliseconds: 0 });
});

afterAll(async () => {
  await staff?.stop();
  await proxy?.close();
});

async function startHost(): Promise<Host> {
  const host = await staff.world.startHost(connection);
  hosts.push(host);
  return host;
}

async function waitForWrites(mailbox: string, count: number): Promise<void> {
  await until(async () => ((await staff.counts(mailbox)).writes >= count ? true : undefined));
}

async function messagesToDeliver(): Promise<number> {
  const { queues } = await staff.world.statistics();
  return queues[staff.world.settings().PRIORITY_QUEUE ?? '']?.active ?? 0;
}

async function startRun(host: Host, body: Record<string, unknown> = {}): Promise<string> {
  const answer = await host.call('POST', '/api/resync', body);
  return ((await answer.json()) as { runId: string }).runId;
}

test('a Service Bus that loses the lock of a message in the middle of its work: nothing is doubled', async () => {
  const mailbox = await staff.newMailbox('unlocked');
  const host = await startHost();
  await staff.graph.control('POST', '/latency', { milliseconds: 250 });
  await staff.resetCounts();
  const run = await startRun(host, { mailbox });
  await waitForWrites(mailbox, 8);
  proxy.cut();
  // The broker gives the message up for lost, and the host works on.
  await until(async () => ((await messagesToDeliver()) > 0 ? true : undefined));
  proxy.restore();

  expect(await host.waitForRun(run)).toMatchObject({ contacts: { created: staff.contactCount }, problems: [] });

  await staff.queuesAreEmpty();
  expect((await staff.counts(mailbox)).writes).toBe(staff.contactCount + 1);
  await staff.graph.control('POST', '/latency', { milliseconds: 0 });
  await staff.expectMirror(host, mailbox);
});

test.each([
  ['unreachable', () => proxy.cut()],
  ['silent', () => proxy.hang()],
])(
  'a Service Bus that is %s for a while: what is under way ends, and the rest goes on when it is back',
  async (what, takeAway) => {
    const targets = [await staff.newMailbox(`${what}1`), await staff.newMailbox(`${what}2`)];
    const host = await startHost();
    await staff.graph.control('POST', '/latency', { milliseconds: 30 });
    const run = await startRun(host);
    await waitForWrites(targets[0] ?? '', 4);
    takeAway();
    // Longer than the messages are locked.
    await until(async () => {
      for (const mailbox of targets) if ((await staff.progressOf(mailbox))?.state !== 'current') return undefined;
      return true;
    });
    await staff.graph.control('POST', '/latency', { milliseconds: 0 });
    await staff.changeSource();
    proxy.restore();

    expect(await host.waitForRun(run)).toMatchObject({ mailboxes: { failed: 0 }, problems: [] });

    for (const mailbox of targets) {
      await staff.arrive(host, mailbox);
      await staff.expectMirror(host, mailbox);
    }
  },
);

test('a Service Bus that is unreachable while a run is fanned out: its messages are sent when it is back', async () => {
  await staff.newMailbox('sent');
  const host = await startHost();
  // Every link is open then: one that is cut while it opens is given up by the SDK after a minute only.
  await host.runSchedule();
  const mailbox = await staff.newMailbox('unsent');
  proxy.cut();
  const running = host.runSchedule();
  // The source is read and the group, and what comes next is to send.
  await until(async () => ((await staff.progressOf(mailbox)) ? true : undefined));
  proxy.restore();

  expect(await running).toMatchObject({ mailboxes: { failed: 0, waiting: 0 }, problems: [] });

  await staff.expectMirror(host, mailbox);
});
