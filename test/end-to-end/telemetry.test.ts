import { ServiceBusClient } from '@azure/service-bus';
import type { RunView } from '../../shared/api/runs.ts';
import { type Figure, type FigureName, figures } from '../../shared/telemetry/figures.ts';
import { shiftedClock } from '../world/clock.ts';
import { addContact, patchContact } from '../world/contactRows.ts';
import { type Host, startWorld, until, type World } from '../world/world.ts';

const hour = 3600;
const source = { mailbox: 'directory@contoso.example', folders: ['Staff'] };
const targets = { groups: ['everyone@contoso.example'] };
const lists = [
  { id: 'staff', source, targets, destination: { folder: 'Staff list' } },
  { id: 'refused', source, targets, destination: { folder: 'a/b' } },
];
/** What must be in no log: of the contacts, and of the people who have the mailboxes. */
const personal = ['Ann Almond', 'almond', '555-0123', 'Bea Birch', 'ada@', 'bob@', 'Staff list'];

let world: World;
let host: Host;
let directory: string;
let ada: string;
let ann: string;

beforeAll(async () => {
  world = await startWorld({ lists, maxDeliveryCount: 1, lockSeconds: 5 });
  const { graph } = world;
  directory = await graph.addUser('directory');
  ada = await graph.addUser('ada');
  const bob = await graph.addUser('bob');
  await graph.addGroup('everyone', [ada, bob]);
  const folder = await graph.addFolder(directory, 'Staff');
  const phone = { mobilePhone: '+43 555-0123', emailAddresses: [{ name: 'Ann', address: 'almond@example.com' }] };
  ann = await addContact(graph, directory, folder, { displayName: 'Ann Almond', ...phone });
  await addContact(graph, directory, folder, { displayName: 'Bea Birch' });
  host = await world.startHost({}, shiftedClock(0, 2 * hour));
});

afterEach(async () => {
  await world.graph.control('DELETE', '/faults');
  await world.graph.control('POST', `/mailboxes/${ada}/state`, { state: 'ok' });
});

afterAll(() => world?.stop());

/** The figures of one kind that were logged so far. Each is one line that holds nothing else, and fits its schema. */
function logged<Name extends FigureName>(name: Name): Figure<Name>[] {
  const lines = host.errors().split('\n');
  const messages = lines.flatMap(line => /^\[information\] \w+: (\{"figure":.*)$/.exec(line)?.[1] ?? []);
  const parsed = messages.map(message => JSON.parse(message) as { figure: FigureName });
  return parsed
    .filter(({ figure }) => figure === name)
    .map(({ figure: _, ...fields }) => figures[name].parse(fields) as Figure<Name>);
}

/** What was logged of a mailbox in a run that is over, once it is there: a message is logged after the run shows it. */
function handledIn(run: RunView, mailbox: string): Promise<Figure<'mailboxHandled'>[]> {
  return until(async () => {
    const found = logged('mailboxHandled').filter(figure => figure.run === run.id && figure.mailbox === mailbox);
    return found.some(({ outcome }) => outcome === 'done' || outcome === 'waiting') ? found : undefined;
  });
}

test('a run, its lists and its mailboxes are figures, and a refused list is among them', async () => {
  const run = await host.runSchedule();

  expect(logged('runFannedOut')).toMatchObject([
    { run: run.id, cause: 'schedule', lists: 1, mailboxes: 2, problems: 0 },
  ]);
  expect(logged('listStatus')).toMatchObject([
    {
      run: run.id,
      list: 'staff',
      state: 'ok',
      head: 2,
      contacts: 2,
      mailboxes: 2,
      behind: 2,
      oldestUnappliedSeconds: 0,
    },
    { run: run.id, list: 'refused', state: 'refused', mailboxes: 0 },
  ]);
  const handled = await until(async () =>
    logged('mailboxHandled').length === 2 ? logged('mailboxHandled') : undefined,
  );
  expect(handled).toMatchObject(
    Array(2).fill({ run: run.id, attempt: 0, outcome: 'done', created: 2, failed: 0, throttled: 0 }),
  );
  const requests = [...logged('runFannedOut'), ...handled].reduce((sum, { graphRequests }) => sum + graphRequests, 0);
  expect(requests).toBe(run.graph.requests);
});

test('throttling is counted: of the source by the run, of a mailbox by its message', async () => {
  await patchContact(world.graph, directory, ann, { jobTitle: 'Pilot' });
  const fault = { status: 429, code: 'ApplicationThrottled', retryAfter: 1 };
  await world.graph.control('POST', '/faults', { match: { path: '/contacts/delta', times: 1 }, fault });
  await world.graph.control('POST', '/faults', { match: { method: 'PATCH', mailbox: ada, times: 2 }, fault });

  const run = await host.runSchedule();

  expect(logged('runFannedOut').at(-1)).toMatchObject({ run: run.id, throttled: 1 });
  const ofAda = await handledIn(run, ada);
  expect(ofAda.reduce((sum, { throttled }) => sum + throttled, 0)).toBe(2);
  const { days } = (await (await host.call('GET', '/api/days')).json()) as { days: { throttled: number }[] };
  expect(days.reduce((sum, { throttled }) => sum + throttled, 0)).toBe(2);
});

test('a mailbox that is left behind shows by the age of what it has not got, and by its code', async () => {
  await world.graph.control('POST', `/mailboxes/${ada}/state`, { state: 'moving' });
  await patchContact(world.graph, directory, ann, { jobTitle: 'Captain' });
  const run = await host.runSchedule();
  expect(await handledIn(run, ada)).toMatchObject([
    { outcome: 'waiting', code: 'ErrorMailboxMoveInProgress', updated: 0 },
  ]);

  process.kill(host.pid, 'SIGUSR2');
  await host.runSchedule();

  const status = logged('listStatus')
    .filter(({ list }) => list === 'staff')
    .at(-1);
  expect(status).toMatchObject({ current: 1, waiting: 1, failingPercent: 0 });
  expect(status?.oldestUnappliedSeconds).toBeGreaterThanOrEqual(2 * hour);
  expect(status?.oldestUnappliedSeconds).toBeLessThan(2 * hour + 300);
});

test('dead letters are counted once they are found', async () => {
  const { ServiceBusConnection = '', SYNC_QUEUE = '' } = world.settings();
  const client = new ServiceBusClient(ServiceBusConnection);
  await client.createSender(SYNC_QUEUE).sendMessages({ messageId: 'foreign', body: { kind: 'another' } });
  await client.close();
  await until(async () => ((await world.statistics()).queues[SYNC_QUEUE]?.deadLettered === 1 ? true : undefined));

  await host.call('POST', '/admin/functions/deadLetters', {});

  const found = await until(async () => (logged('deadLetters').length > 0 ? logged('deadLetters') : undefined));
  expect(found).toEqual([{ mailboxes: 0, captures: 0, foreign: 1 }]);
});

test('a test of the connection is a figure, and a resync is a run', async () => {
  await host.call('GET', '/api/lists/staff/connection-test');
  expect(logged('connectionTest')).toMatchObject([{ list: 'staff', failed: 0 }]);
  const run = await host.resync({}, 'staff');
  expect(logged('runFannedOut').at(-1)).toMatchObject({ run: run.id, cause: 'resync', lists: 1 });
});

test('no log of all this holds anything of a contact or the address of a mailbox', () => {
  const log = host.errors();
  expect(log).toContain('"figure":"mailboxHandled"');
  for (const text of personal) expect(log).not.toContain(text);
});
