import { join } from 'node:path';
import type { ServiceBusClient } from '@azure/service-bus';
import type { DeadLetter } from '../../../shared/ports/deadLetterQueue.ts';
import { connectDeadLetterQueue } from '../../../shared/service-bus/deadLetterQueue.ts';
import { connectQueue, connectServiceBus } from '../../../shared/service-bus/queues.ts';
import { type ServiceBusBroker, startServiceBusBroker } from '../../local/service-bus/broker.ts';
import { createTestClock, type TestClock } from '../../memory/clock.ts';

const configFile = join(import.meta.dirname, '../../local/service-bus/Config.json');
const queueName = 'sync-mailbox';

let clock: TestClock;
let broker: ServiceBusBroker;
let client: ServiceBusClient;

beforeEach(async () => {
  clock = createTestClock(Date.UTC(2026, 10, 22));
  broker = await startServiceBusBroker({ configFile, queueOverrides: { maxDeliveryCount: 1 }, now: clock.now });
  client = connectServiceBus({ connectionString: broker.connectionString });
});

afterEach(async () => {
  await client.close();
  await broker.close();
});

async function bury(count: number, prefix = 'letter'): Promise<void> {
  const ids = Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
  await connectQueue(client, queueName).send(ids.map(id => ({ id, body: { mailbox: id } })));
  const receiver = client.createReceiver(queueName);
  for (let buried = 0; buried < count; ) {
    const messages = await receiver.receiveMessages(Math.min(count - buried, 250), { maxWaitTimeInMs: 2000 });
    await Promise.all(messages.map(message => receiver.abandonMessage(message)));
    buried += messages.length;
  }
  await receiver.close();
}

function deadLetters(): number | undefined {
  return broker.counts()[queueName]?.deadLetter;
}

/** Takes all and resolves with those that were given, in their order. */
async function takeAll(answer: (letter: DeadLetter) => 'done' | 'leave'): Promise<DeadLetter[]> {
  const given: DeadLetter[] = [];
  await connectDeadLetterQueue(client, queueName).takeAll(async letter => {
    given.push(letter);
    return answer(letter);
  });
  return given;
}

test('an empty dead-letter queue gives nothing', async () => {
  expect(await takeAll(() => 'done')).toEqual([]);
});

test('each letter is given once with its id, body and reason, and those that are done are gone', async () => {
  await bury(3);

  const given = await takeAll(() => 'done');

  expect(given).toEqual(
    [0, 1, 2].map(index => ({
      messageId: `letter-${index}`,
      body: { mailbox: `letter-${index}` },
      reason: 'MaxDeliveryCountExceeded',
    })),
  );
  expect(deadLetters()).toBe(0);
});

test('more letters than are received at once are all given', async () => {
  await bury(120);

  const given = await takeAll(() => 'done');

  expect(new Set(given.map(({ messageId }) => messageId)).size).toBe(120);
  expect(given).toHaveLength(120);
  expect(deadLetters()).toBe(0);
});

test('letters that are left are given once a round, hold up no other and come again once their locks have run out', async () => {
  await bury(60);
  const isForeign = ({ messageId }: DeadLetter) => messageId.endsWith('7');

  const given = await takeAll(letter => (isForeign(letter) ? 'leave' : 'done'));

  expect(given).toHaveLength(60);
  expect(deadLetters()).toBe(6);
  await clock.advance(120_000);
  const again = await takeAll(() => 'leave');
  expect(again.map(({ messageId }) => messageId)).toEqual(given.filter(isForeign).map(({ messageId }) => messageId));
  expect(deadLetters()).toBe(6);
});

test('ours are found behind more letters that are not than a receiver can hold', async () => {
  await bury(2_100, 'stranger');
  await bury(2, 'ours');

  const given = await takeAll(({ messageId }) => (messageId.startsWith('ours') ? 'done' : 'leave'));

  expect(given).toHaveLength(2_102);
  expect(deadLetters()).toBe(2_100);
});

test('a letter whose handling fails is kept, and so are those after it', async () => {
  await bury(3);

  const taking = takeAll(({ messageId }) => {
    if (messageId === 'letter-1') throw new Error('storage is out of reach');
    return 'done';
  });

  await expect(taking).rejects.toThrow('storage is out of reach');
  expect(deadLetters()).toBe(2);
});

test('a letter whose handling failed comes again as soon as its lock has expired', async () => {
  await bury(2);
  const failing = takeAll(() => {
    throw new Error('storage is out of reach');
  });
  await expect(failing).rejects.toThrow();
  await clock.advance(120_000);

  expect(await takeAll(() => 'done')).toHaveLength(2);

  expect(deadLetters()).toBe(0);
});

test('a message that was dead-lettered without a reason has one', async () => {
  await connectQueue(client, queueName).send([{ id: 'bare', body: 1 }]);
  const receiver = client.createReceiver(queueName);
  const [message] = await receiver.receiveMessages(1);
  if (message) await receiver.deadLetterMessage(message);
  await receiver.close();

  expect(await takeAll(() => 'done')).toEqual([{ messageId: 'bare', body: 1, reason: 'DeadLettered' }]);
});
