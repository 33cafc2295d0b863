import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import { type ServiceBusBroker, startServiceBusBroker } from '../service-bus/broker.ts';
import { type FunctionsHost, startFunctionsHost } from './index.ts';
import { fixtureApp, fixtureSettings, recordLog, spawnHost, temporaryDirectory, toEvents, until } from './testing.ts';

let broker: ServiceBusBroker;
let client: ServiceBusClient;
let settings: Record<string, string>;
const closers: (() => unknown)[] = [];

beforeEach(async () => {
  broker = await startServiceBusBroker({ configFile: writeConfiguration() });
  client = new ServiceBusClient(broker.connectionString);
  settings = { ...fixtureSettings, FixtureBus: broker.connectionString };
});

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await client.close();
  await broker.close();
});

/** One queue whose locks last for two seconds and which gives a message three chances. */
function writeConfiguration(): string {
  const file = join(temporaryDirectory(), 'Config.json');
  const queue = { Name: 'work', Properties: { LockDuration: 'PT2S', MaxDeliveryCount: 3 } };
  writeFileSync(file, JSON.stringify({ UserConfig: { Namespaces: [{ Name: 'local', Queues: [queue], Topics: [] }] } }));
  return file;
}

async function startHost(overrides: Record<string, string> = {}) {
  const record = recordLog();
  const host: FunctionsHost = await startFunctionsHost({
    appDirectory: fixtureApp,
    settings: { ...settings, ...overrides },
    log: record.log,
  });
  closers.push(host.stop);
  return { host, ...record };
}

function startProcess() {
  const host = spawnHost(fixtureApp, settings);
  closers.push(async () => {
    host.child.kill('SIGKILL');
    await host.exited;
  });
  return host;
}

async function send(...bodies: Record<string, unknown>[]): Promise<void> {
  const sender = client.createSender('work');
  await sender.sendMessages(
    bodies.map(body => ({
      body,
      messageId: `message-${body.id}`,
      contentType: 'application/json',
      applicationProperties: { runId: 'run-1' },
    })),
  );
  await sender.close();
}

/** Messages in the queue or its dead letters, locked or not. */
async function countMessages(): Promise<number> {
  let count = 0;
  for (const options of [{}, { subQueueType: 'deadLetter' } as const]) {
    const receiver = client.createReceiver('work', options);
    count += (await receiver.peekMessages(20)).length;
    await receiver.close();
  }
  return count;
}

test('gives a message and its metadata to the handler, and completes it', async () => {
  const { entries, events } = await startHost();
  await send({ id: 1 });
  await until(
    () => events('finished').length === 1,
    () => entries,
  );
  await until(
    async () => (await countMessages()) === 0,
    () => entries,
  );
  expect(events('started')).toEqual([
    expect.objectContaining({
      message: { id: 1 },
      metadata: expect.objectContaining({
        messageId: 'message-1',
        deliveryCount: 1,
        sequenceNumber: expect.any(Number),
        contentType: 'application/json',
        enqueuedTimeUtc: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        applicationProperties: { runId: 'run-1' },
      }),
    }),
  ]);
});

test('a message whose handler throws comes again, and ends in the dead-letter queue, where a trigger takes it', async () => {
  const { entries, events } = await startHost();
  await send({ id: 2, fails: true });
  await until(
    () => events('deadLettered').length === 1,
    () => entries,
  );
  expect(events('started').map(({ metadata }) => metadata?.deliveryCount)).toEqual([1, 2, 3]);
  expect(events('deadLettered')[0]).toMatchObject({
    message: { id: 2, fails: true },
    metadata: { messageId: 'message-2', deadLetterReason: 'MaxDeliveryCountExceeded' },
  });
  expect(entries.filter(({ message }) => message === 'Failed: refused on purpose')).toHaveLength(3);
  await until(
    async () => (await countMessages()) === 0,
    () => entries,
  );
});

test('runs as many messages at once as maxConcurrentCalls says, which a setting overrides', async () => {
  const { entries, events } = await startHost({
    AzureFunctionsJobHost__extensions__serviceBus__maxConcurrentCalls: '2',
  });
  await send(...Array.from({ length: 8 }, (_, id) => ({ id, milliseconds: 60 })));
  await until(
    () => events('finished').length === 8,
    () => entries,
  );
  expect(Math.max(...events('started').map(({ running }) => running ?? 0))).toBe(2);
});

test('keeps a message locked for as long as its handler runs', async () => {
  const { entries, events } = await startHost();
  await send({ id: 3, milliseconds: 4_500 });
  await until(
    () => events('finished').length === 1,
    () => entries,
  );
  await until(
    async () => (await countMessages()) === 0,
    () => entries,
  );
  expect(events('started')).toHaveLength(1);
});

test('a broker that cannot be reached is waited for', async () => {
  const { port } = broker;
  await broker.close();
  const { entries, events } = await startHost();
  await until(
    () => entries.some(({ level, message }) => level === 'warning' && message.includes('ECONNREFUSED')),
    () => entries,
  );
  broker = await startServiceBusBroker({ configFile: writeConfiguration(), port });
  await send({ id: 4 });
  await until(
    () => events('finished').length === 1,
    () => entries,
  );
});

test('a stop finishes the message that runs and leaves the others to the next host', async () => {
  const host = startProcess();
  await host.ready;
  await send({ id: 5, milliseconds: 800 });
  await until(
    () => toEvents(host.messages, 'started').length === 1,
    () => host.lines,
  );
  host.child.kill('SIGTERM');
  await until(
    () => toEvents(host.messages, 'finished').length === 1,
    () => host.lines,
  );
  expect(await host.exited).toBe(0);
  expect(await countMessages()).toBe(0);
  await send({ id: 6 });
  expect(await countMessages()).toBe(1);
});

test('two hosts share a queue; each message is handled once', async () => {
  const processes = [startProcess(), startProcess()];
  await Promise.all(processes.map(({ ready }) => ready));
  await send(...Array.from({ length: 16 }, (_, id) => ({ id, milliseconds: 100 })));
  const finished = () => processes.map(({ messages }) => toEvents(messages, 'finished'));
  await until(
    () => finished().flat().length >= 16,
    () => processes.flatMap(({ lines }) => lines),
  );
  const ids = finished()
    .flat()
    .map(({ message }) => message?.id ?? -1);
  expect(ids.sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, id) => id));
  expect(finished().every(events => events.length > 0)).toBe(true);
});
