import { ServiceBusClient, type ServiceBusMessage, type ServiceBusReceivedMessage } from '@azure/service-bus';
import { addContact, contentsOfFolder } from '../world/contactRows.ts';
import { type Host, startWorld, until, type World } from '../world/world.ts';

const list = {
  id: 'staff',
  source: { mailbox: 'directory@contoso.example', folders: ['Staff'] },
  targets: { mailboxes: ['ada@contoso.example'] },
  destination: { folder: 'Company' },
};

let world: World;
let host: Host;
let client: ServiceBusClient;
let directory: string;
let staff: string;
let ada: string;

beforeAll(async () => {
  world = await startWorld({ lists: [list] });
  const { graph } = world;
  directory = await graph.addUser('directory');
  ada = await graph.addUser('ada');
  staff = await graph.addFolder(directory, 'Staff');
  await addContact(graph, directory, staff, { displayName: 'Ann' });
  host = await world.startHost();
  client = new ServiceBusClient(setting('ServiceBusConnection'));
});

afterAll(async () => {
  await client?.close();
  await world?.stop();
});

function setting(name: string): string {
  return world.settings()[name] ?? '';
}

async function send(queue: string, messages: ServiceBusMessage[]): Promise<void> {
  const sender = client.createSender(setting(queue));
  await sender.sendMessages(messages);
  await sender.close();
}

/** The messages in a queue's dead-letter queue, at least that many. */
async function deadLetters(queue: string, count: number): Promise<ServiceBusReceivedMessage[]> {
  // Each peek goes on after the last message that the connection saw, so every look has a connection of its own.
  const connection = new ServiceBusClient(setting('ServiceBusConnection'));
  const receiver = connection.createReceiver(setting(queue), { subQueueType: 'deadLetter' });
  const letters: ServiceBusReceivedMessage[] = [];
  await until(async () => {
    letters.push(...(await receiver.peekMessages(100)));
    return letters.length >= count ? letters : undefined;
  });
  await connection.close();
  return letters;
}

const run = '8204638041081-284e2eb0';
const foreign: ServiceBusMessage[] = [
  { messageId: 'text', body: Buffer.from('Zebulon Quark is no JSON {') },
  { messageId: 'empty', body: Buffer.from('') },
  { messageId: 'null', body: null },
  { messageId: 'array', body: [{ name: 'Zebulon Quark' }] },
  { messageId: 'other', body: { kind: 'order', customer: 'Zebulon Quark' } },
  { messageId: 'half', body: { kind: 'syncMailbox', run, mailbox: 'Zebulon Quark' } },
  {
    messageId: 'types',
    body: {
      kind: 'syncMailbox',
      id: '1',
      run: 'x',
      mailbox: 'm',
      lists: [{ list: 'Zebulon Quark', head: -1 }],
      attempt: 0,
    },
  },
  {
    messageId: 'lists',
    body: {
      kind: 'syncMailbox',
      id: '1',
      run,
      mailbox: 'm',
      lists: Array.from({ length: 4000 }, (_, index) => ({ list: `list-${index}`, head: 1 })),
      attempt: 0,
    },
  },
  {
    messageId: 'list',
    body: { kind: 'captureList', run, cause: 'resync', lists: ['Zebulon Quark'], attempt: 0 },
  },
];

test.each(['SYNC_QUEUE', 'PRIORITY_QUEUE', 'CAPTURE_QUEUE'])(
  'messages in %s that are not ours end in its dead-letter queue, with their reason',
  async queue => {
    await send(queue, foreign);

    const letters = await deadLetters(queue, foreign.length);

    expect(letters.map(({ messageId }) => messageId).sort()).toEqual(foreign.map(({ messageId }) => messageId).sort());
    for (const letter of letters) expect(letter.deadLetterReason).toBe('MaxDeliveryCountExceeded');
    expect(host.errors()).toMatch(/ForeignMessage: The message is not one of ours \(.+\): it will be dead-lettered/);
  },
);

test('messages of lists, runs and mailboxes that are gone are finished and change nothing', async () => {
  const { queues: before } = await world.statistics();
  const gone = { kind: 'syncMailbox', run, lists: [{ list: 'gone', head: 7 }], attempt: 0 };
  await send('SYNC_QUEUE', [
    { messageId: 'gone-list', body: { ...gone, id: 'gone-list', mailbox: ada } },
    { messageId: 'gone-mailbox', body: { ...gone, id: 'gone-mailbox', mailbox: 'ghost' } },
  ]);
  await send('CAPTURE_QUEUE', [
    { messageId: 'gone-capture', body: { kind: 'captureList', run, cause: 'resync', lists: ['gone'], attempt: 0 } },
  ]);

  for (const [name, count] of [
    ['SYNC_QUEUE', 2],
    ['CAPTURE_QUEUE', 1],
  ] as const) {
    const queue = setting(name);
    await until(async () => {
      const { queues } = await world.statistics();
      return (queues[queue]?.completed ?? 0) >= (before[queue]?.completed ?? 0) + count ? true : undefined;
    });
  }
  expect(await contentsOfFolder(world.graph, ada, 'Company')).toBeUndefined();
});

test('the queues go on: a run after all that arrives', async () => {
  expect((await host.runSchedule()).contacts).toMatchObject({ created: 1, failed: 0 });
  await addContact(world.graph, directory, staff, { displayName: 'Ben' });
  expect((await host.resync({ mailbox: ada })).contacts).toMatchObject({ created: 1, failed: 0 });
  expect(await contentsOfFolder(world.graph, ada, 'Company')).toHaveLength(2);
});

test('foreign dead letters stay for the admin, and one line a round says how many lie in which queue', async () => {
  await host.call('POST', '/admin/functions/deadLetters', {});

  const counted = /Messages that are not ours lie in dead-letter queues: remove them \{[^}]*\}/g;
  const [line, ...more] = await until(async () => host.errors().match(counted) ?? undefined);
  expect(more).toEqual([]);
  for (const queue of ['SYNC_QUEUE', 'PRIORITY_QUEUE', 'CAPTURE_QUEUE']) {
    expect(line).toContain(`'${setting(queue)}': ${foreign.length}`);
  }
  expect(await deadLetters('SYNC_QUEUE', foreign.length)).toHaveLength(foreign.length);
  const runs = await (await host.call('GET', '/api/runs')).text();
  for (const text of [host.errors(), runs]) expect(text).not.toMatch(/Zebulon|Quark/);
});
