import { ServiceBusClient } from '@azure/service-bus';
import { openStaff, type Staff } from '../behaviour/staff.ts';
import { startTablesProxy, type TablesProxy } from '../world/tablesProxy.ts';
import { type Host, until } from '../world/world.ts';

const hour = 3_600_000;
const givenUp = 'MaxDeliveryCountExceeded';

let staff: Staff;
let host: Host;
let tables: TablesProxy;
let client: ServiceBusClient;
let mailbox: string;
let mailboxes = 0;

beforeAll(async () => {
  staff = await openStaff({
    lockSeconds: 3,
    maxDeliveryCount: 3,
    settings: { LEASE_SECONDS: '2', GRAPH_TIMEOUT_SECONDS: '1', GRAPH_GRACE_SECONDS: '0.5' },
  });
  const { TABLES_CONNECTION = '', ServiceBusConnection = '' } = staff.world.settings();
  const port = Number(/TableEndpoint=http:\/\/127\.0\.0\.1:(\d+)/.exec(TABLES_CONNECTION)?.[1]);
  tables = await startTablesProxy(port);
  client = new ServiceBusClient(ServiceBusConnection);
  host = await staff.world.startHost({ TABLES_CONNECTION: TABLES_CONNECTION.replace(`:${port}`, `:${tables.port}`) });
});

beforeEach(async () => {
  mailbox = await staff.newMailbox(`doomed${++mailboxes}`);
});

afterEach(() => tables?.restore());
afterAll(async () => {
  await client?.close();
  await staff?.stop();
  await tables?.close();
});

async function deadLetterCount(queue: string): Promise<number> {
  const receiver = client.createReceiver(staff.world.settings()[queue] ?? '', { subQueueType: 'deadLetter' });
  const letters = await receiver.peekMessages(100);
  await receiver.close();
  return letters.length;
}

async function waitForDeadLetters(queue: string, count: number): Promise<void> {
  await until(async () => ((await deadLetterCount(queue)) >= count ? true : undefined));
}

async function startRun(body: Record<string, unknown>): Promise<string> {
  const answer = await host.call('POST', '/api/resync', body);
  return ((await answer.json()) as { runId: string }).runId;
}

async function takeUp(): Promise<void> {
  await host.call('POST', '/admin/functions/deadLetters', {});
}

/** The mailbox's rows in the table of mailboxes: in the path of a single write, in the body of a transaction. */
function writesToMailbox(row: string): RegExp {
  return new RegExp(`(PUT|MERGE|PATCH|POST) .*Mailboxes.*${mailbox}.*${row}`, 's');
}

/** Failed with the reason, in the run and in the mailbox's own state, and to be tried again in an hour. */
async function expectGivenUp(run: string): Promise<void> {
  const view = await host.waitForRun(run);
  expect(view).toMatchObject({ state: 'finished', mailboxes: { total: 1, failed: 1 } });
  expect(view.problems).toMatchObject([{ mailbox, code: givenUp, detail: expect.stringMatching(/given up/) }]);
  const progress = await staff.progressOf(mailbox);
  expect(progress).toMatchObject({ state: 'failed', problem: { code: givenUp } });
  const left = (progress?.dueAt ?? 0) - Date.now();
  expect(left).toBeLessThanOrEqual(hour);
  expect(left).toBeGreaterThan(0.9 * hour);
}

describe('a message that keeps failing ends in the dead-letter queue and is brought back to the mailbox’s state', () => {
  test.each([
    ['before anything is done', 'lease'],
    ['in the middle of its work, while its own lease stands', 'contact:staff'],
  ])(
    '%s',
    async (_, row) => {
      tables.fail(writesToMailbox(row), 'refuse');

      const run = await startRun({ mailbox });
      await waitForDeadLetters('PRIORITY_QUEUE', 1);
      expect((await (await host.call('GET', `/api/runs/${run}`)).json()) as object).toMatchObject({ state: 'running' });
      await takeUp();

      await expectGivenUp(run);
      expect(await deadLetterCount('PRIORITY_QUEUE')).toBe(0);
      await staff.resetCounts();
      await host.runSchedule();
      // Before its time it is left alone.
      expect((await staff.counts(mailbox)).requests).toBe(0);

      tables.restore();
      await staff.arrive(host, mailbox);
      await staff.expectMirror(host, mailbox);
      expect(await staff.progressOf(mailbox)).toMatchObject({ state: 'current', dueAt: 0 });
    },
    120_000,
  );

  test('for many mailboxes of a scheduled run, while the others arrive', async () => {
    const others = [await staff.newMailbox('fine1'), await staff.newMailbox('fine2')];
    await staff.changeSource();
    tables.fail(writesToMailbox('lease'), 'refuse');

    const starting = host.runSchedule();
    await waitForDeadLetters('SYNC_QUEUE', 1);
    await takeUp();
    const run = await starting;

    expect(run.mailboxes.failed).toBe(1);
    expect(run.problems).toMatchObject([{ mailbox, code: givenUp }]);
    for (const other of others) await staff.expectMirror(host, other);
    tables.restore();
    await staff.arrive(host, mailbox);
    await staff.expectMirror(host, mailbox);
  }, 120_000);
});

test('a message that is overtaken by another is no failure of the mailbox', async () => {
  tables.fail(writesToMailbox('lease'), 'refuse');
  const run = await startRun({ mailbox });
  await waitForDeadLetters('PRIORITY_QUEUE', 1);
  tables.restore();
  await staff.arrive(host, mailbox);

  await takeUp();

  await until(async () => ((await deadLetterCount('PRIORITY_QUEUE')) === 0 ? true : undefined));
  expect(await host.waitForRun(run)).toMatchObject({ mailboxes: { done: 1, failed: 0 }, problems: [] });
  expect(await staff.progressOf(mailbox)).toMatchObject({ state: 'current', dueAt: 0 });
  await staff.expectMirror(host, mailbox);
});

test('a full reconcile that keeps failing is failed, though the mailbox is up to date', async () => {
  await staff.arrive(host, mailbox);
  tables.fail(writesToMailbox('lease'), 'refuse');

  const run = await startRun({ mailbox, mode: 'full' });
  await waitForDeadLetters('PRIORITY_QUEUE', 1);
  await takeUp();

  await expectGivenUp(run);
  tables.restore();
  await host.resync({ mailbox, mode: 'full' });
  await staff.expectMirror(host, mailbox);
});

test('a capture that keeps failing ends in the dead-letter queue, and its run with the reason', async () => {
  const { id: run } = await staff.arrive(host, mailbox);
  await staff.changeSource();
  tables.fail(/POST .*Sources.*change:/s, 'refuse');
  // The fifth and last try: those before it took longer and longer to come.
  const body = { kind: 'captureList', run, cause: 'resync', lists: ['staff'], mailbox, attempt: 0, failures: 4 };
  const sender = client.createSender(staff.world.settings().CAPTURE_QUEUE ?? '');
  await sender.sendMessages({ body, messageId: 'fifth' });
  await sender.close();

  await waitForDeadLetters('CAPTURE_QUEUE', 1);
  await takeUp();

  const view = await until(async () => {
    const current = await host.waitForRun(run);
    return current.problems.some(({ code }) => code === givenUp) ? current : undefined;
  });
  expect(view.problems.at(-1)).toEqual({ code: givenUp, detail: expect.stringMatching(/capture .* given up/) });
  expect(await deadLetterCount('CAPTURE_QUEUE')).toBe(0);
  tables.restore();
  await staff.arrive(host, mailbox);
  await staff.expectMirror(host, mailbox);
});
