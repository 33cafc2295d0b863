import { join } from 'node:path';
import {
  ServiceBusClient,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
  type ServiceBusSender,
} from '@azure/service-bus';
import { type ServiceBusBroker, startServiceBusBroker } from './broker.ts';

const QUEUE = 'sync-mailbox';
const MINUTE = 60_000;
const CONFIG_FILE = join(import.meta.dirname, 'Config.json');
const SHORT_WAIT = { maxWaitTimeInMs: 150 };

let time: number;
let broker: ServiceBusBroker;
let client: ServiceBusClient;
let sender: ServiceBusSender;
let receiver: ServiceBusReceiver;

beforeEach(async () => {
  time = Date.now();
  broker = await startBroker();
  client = createClient();
  sender = client.createSender(QUEUE);
  receiver = client.createReceiver(QUEUE);
});

afterEach(async () => {
  await client.close();
  await broker.close();
});

function startBroker(port?: number): Promise<ServiceBusBroker> {
  return startServiceBusBroker({
    ...(port !== undefined && { port }),
    configFile: CONFIG_FILE,
    queueOverrides: { maxDeliveryCount: 3 },
    now: () => time,
  });
}

function createClient(): ServiceBusClient {
  return new ServiceBusClient(broker.connectionString, { retryOptions: { maxRetries: 5, retryDelayInMs: 50 } });
}

async function receiveOne(from = receiver): Promise<ServiceBusReceivedMessage> {
  const [message] = await from.receiveMessages(1, { maxWaitTimeInMs: 5000 });
  if (!message) throw new Error('No message came');
  return message;
}

function receiveNothing(from = receiver): Promise<void> {
  return expect(from.receiveMessages(1, SHORT_WAIT)).resolves.toEqual([]);
}

describe('sending and receiving', () => {
  test('a message arrives with body, id and properties, and is gone once completed', async () => {
    await sender.sendMessages({
      body: { mailbox: 'm1', lists: ['staff'] },
      messageId: 'id-1',
      subject: 'sync',
      contentType: 'application/json',
      correlationId: 'run-1',
      applicationProperties: { attempt: 1, urgent: true },
    });
    const message = await receiveOne();
    expect(message).toMatchObject({
      body: { mailbox: 'm1', lists: ['staff'] },
      messageId: 'id-1',
      subject: 'sync',
      contentType: 'application/json',
      correlationId: 'run-1',
      applicationProperties: { attempt: 1, urgent: true },
      deliveryCount: 0,
      enqueuedTimeUtc: new Date(time),
      lockedUntilUtc: new Date(time + MINUTE),
    });
    expect(broker.counts()[QUEUE]).toMatchObject({ active: 0, locked: 1 });
    await receiver.completeMessage(message);
    expect(broker.counts()[QUEUE]).toMatchObject({ active: 0, locked: 0 });
    expect(broker.statistics()[QUEUE]).toMatchObject({ sent: 1, delivered: 1, completed: 1 });
  });

  test('a message without an id is given one', async () => {
    await sender.sendMessages([{ body: 1 }, { body: 2 }]);
    const messages = await receiver.receiveMessages(2);
    expect(new Set(messages.map(message => String(message.messageId))).size).toBe(2);
  });

  test('a batch arrives whole and in order', async () => {
    const batch = await sender.createMessageBatch();
    expect(batch.maxSizeInBytes).toBe(262_144);
    for (let index = 0; index < 300; index += 1) batch.tryAddMessage({ body: index });
    await sender.sendMessages(batch);
    const received: number[] = [];
    while (received.length < 300) {
      for (const message of await receiver.receiveMessages(100)) {
        received.push(message.body);
        await receiver.completeMessage(message);
      }
    }
    expect(received).toEqual(Array.from({ length: 300 }, (_, index) => index));
  });

  test('mode receiveAndDelete leaves nothing to settle', async () => {
    await sender.sendMessages({ body: 'a' });
    const message = await receiveOne(client.createReceiver(QUEUE, { receiveMode: 'receiveAndDelete' }));
    expect(message.lockToken).toBeUndefined();
    expect(broker.counts()[QUEUE]).toMatchObject({ active: 0, locked: 0 });
  });

  test('two receivers share the messages, each of which arrives once', async () => {
    const other = createClient();
    const bodies: number[][] = [[], []];
    const all = new Promise<void>((resolve, reject) => {
      [client, other].forEach((each, index) => {
        each.createReceiver(QUEUE).subscribe({
          processMessage: async message => {
            bodies[index]?.push(message.body);
            if (bodies.flat().length === 40) resolve();
          },
          processError: async ({ error }) => reject(error),
        });
      });
    });
    await sender.sendMessages(Array.from({ length: 40 }, (_, index) => ({ body: index })));
    await all;
    expect(bodies.flat().sort((left, right) => left - right)).toEqual(Array.from({ length: 40 }, (_, index) => index));
    expect(Math.min(...bodies.map(each => each.length))).toBeGreaterThanOrEqual(5);
    await other.close();
  });

  test('peek shows messages without locking them', async () => {
    await sender.sendMessages([{ body: 'a' }, { body: 'b' }]);
    expect((await receiver.peekMessages(5)).map(({ body }) => body)).toEqual(['a', 'b']);
    expect(await receiver.peekMessages(5)).toEqual([]);
    expect(broker.counts()[QUEUE]).toMatchObject({ active: 2, locked: 0 });
  });
});

describe('settling', () => {
  test('an abandoned message comes back with a higher delivery count and the changed properties', async () => {
    await sender.sendMessages({ body: 'a' });
    await receiver.abandonMessage(await receiveOne(), { reason: 'busy' });
    expect(await receiveOne()).toMatchObject({ deliveryCount: 1, applicationProperties: { reason: 'busy' } });
  });

  test('after the last allowed delivery a message is dead-lettered with the reason', async () => {
    await sender.sendMessages({ body: 'poison', messageId: 'p' });
    for (let attempt = 0; attempt < 3; attempt += 1) await receiver.abandonMessage(await receiveOne());
    await receiveNothing();
    expect(broker.counts()[QUEUE]).toMatchObject({ active: 0, deadLetter: 1 });
    const deadLetters = client.createReceiver(QUEUE, { subQueueType: 'deadLetter' });
    const message = await receiveOne(deadLetters);
    expect(message).toMatchObject({
      body: 'poison',
      messageId: 'p',
      deadLetterReason: 'MaxDeliveryCountExceeded',
      deadLetterSource: QUEUE,
    });
    await deadLetters.completeMessage(message);
    expect(broker.counts()[QUEUE]).toMatchObject({ deadLetter: 0 });
  });

  test('a message can be dead-lettered on purpose, and received under the address of the dead-letter queue', async () => {
    await sender.sendMessages({ body: 'bad' });
    await receiver.deadLetterMessage(await receiveOne(), {
      deadLetterReason: 'Unreadable',
      deadLetterErrorDescription: 'no mailbox',
      extra: 1,
    });
    expect(await receiveOne(client.createReceiver(`${QUEUE}/$deadletterqueue`))).toMatchObject({
      body: 'bad',
      deadLetterReason: 'Unreadable',
      deadLetterErrorDescription: 'no mailbox',
      applicationProperties: { extra: 1 },
    });
    expect(broker.statistics()[QUEUE]).toMatchObject({ deadLettered: 1, completed: 0 });
  });

  test('a deferred message is received by its sequence number', async () => {
    await sender.sendMessages({ body: 'later' });
    const message = await receiveOne();
    if (!message.sequenceNumber) throw new Error('no sequence number');
    await receiver.deferMessage(message);
    await receiveNothing();
    const [deferred] = await receiver.receiveDeferredMessages(message.sequenceNumber);
    if (!deferred) throw new Error('not deferred');
    expect(deferred.body).toBe('later');
    await receiver.completeMessage(deferred);
    await expect(receiver.receiveDeferredMessages(message.sequenceNumber)).rejects.toMatchObject({
      code: 'MessageNotFound',
    });
  });
});

describe('locks', () => {
  test('a message whose lock expired is delivered again, and its old lock is refused', async () => {
    await sender.sendMessages({ body: 'a' });
    const first = await receiveOne();
    time += MINUTE;
    expect(await receiveOne()).toMatchObject({ body: 'a', deliveryCount: 1 });
    await expect(receiver.completeMessage(first)).rejects.toMatchObject({ code: 'MessageLockLost' });
    await expect(receiver.renewMessageLock(first)).rejects.toMatchObject({ code: 'MessageLockLost' });
  });

  test('a renewed lock lasts a lock duration from then on', async () => {
    await sender.sendMessages({ body: 'a' });
    const message = await receiveOne();
    time += MINUTE - 1000;
    await expect(receiver.renewMessageLock(message)).resolves.toEqual(new Date(time + MINUTE));
    time += MINUTE - 1000;
    await receiver.completeMessage(message);
    expect(broker.statistics()[QUEUE]).toMatchObject({ delivered: 1, completed: 1 });
  });

  test('a receiver that goes away keeps its locks until they expire', async () => {
    await sender.sendMessages({ body: 'a' });
    const other = createClient();
    await receiveOne(other.createReceiver(QUEUE));
    await other.close();
    await receiveNothing();
    time += MINUTE;
    expect(await receiveOne()).toMatchObject({ deliveryCount: 1 });
  });
});

describe('scheduling and duplicates', () => {
  test('a scheduled message comes at its time', async () => {
    await sender.scheduleMessages({ body: 'a' }, new Date(time + 5 * MINUTE));
    await sender.sendMessages({ body: 'b', scheduledEnqueueTimeUtc: new Date(time + 6 * MINUTE) });
    expect(broker.counts()[QUEUE]).toMatchObject({ active: 0, scheduled: 2 });
    time += 5 * MINUTE - 1;
    await receiveNothing();
    time += 1;
    expect(await receiveOne()).toMatchObject({ body: 'a', enqueuedTimeUtc: new Date(time) });
    time += MINUTE;
    expect((await receiver.receiveMessages(2)).map(({ body }) => body)).toContain('b');
  });

  test('a waiting receiver gets a scheduled message when the clock reaches it', async () => {
    await sender.scheduleMessages({ body: 'a' }, new Date(time + MINUTE));
    const waiting = receiveOne();
    time += MINUTE;
    expect(await waiting).toMatchObject({ body: 'a' });
  });

  test('a cancelled message never comes, and cannot be cancelled again', async () => {
    const [first, second] = await sender.scheduleMessages([{ body: 'a' }, { body: 'b' }], new Date(time + MINUTE));
    if (!first || !second) throw new Error('not scheduled');
    await sender.cancelScheduledMessages(first);
    await expect(sender.cancelScheduledMessages(first)).rejects.toMatchObject({ code: 'MessageNotFound' });
    time += MINUTE;
    expect((await receiver.receiveMessages(2, SHORT_WAIT)).map(({ body }) => body)).toEqual(['b']);
  });

  test('a repeated id is dropped within the window, whichever way it is sent, and taken after it', async () => {
    await sender.sendMessages({ body: 1, messageId: 'same' });
    time += 10 * MINUTE - 1;
    await sender.sendMessages({ body: 2, messageId: 'same' });
    await sender.scheduleMessages({ body: 3, messageId: 'same' }, new Date(time + MINUTE));
    expect(broker.counts()[QUEUE]).toMatchObject({ active: 1, scheduled: 0 });
    expect(broker.statistics()[QUEUE]).toMatchObject({ sent: 1, duplicates: 2 });
    time += 1;
    await sender.sendMessages({ body: 4, messageId: 'same' });
    expect((await receiver.receiveMessages(5, SHORT_WAIT)).map(({ body }) => body)).toEqual([1, 4]);
  });
});

describe('refusals and restarts', () => {
  test('a message above the limit of the Standard tier is refused', async () => {
    await expect(sender.sendMessages({ body: Buffer.alloc(262_144) })).rejects.toMatchObject({
      code: 'MessageSizeExceeded',
    });
    await expect(sender.scheduleMessages({ body: Buffer.alloc(262_144) }, new Date(time + MINUTE))).rejects.toThrow(
      '262144',
    );
    expect(broker.statistics()[QUEUE]).toMatchObject({ sent: 0 });
  });

  test('an unknown queue is refused to senders and receivers', async () => {
    const refused = { code: 'MessagingEntityNotFound' };
    await expect(client.createSender('nowhere').sendMessages({ body: 1 })).rejects.toMatchObject(refused);
    await expect(client.createReceiver('nowhere').receiveMessages(1)).rejects.toMatchObject(refused);
  });

  test('nothing can be sent to a dead-letter queue', async () => {
    const deadLetterSender = client.createSender(`${QUEUE}/$deadletterqueue`);
    await expect(deadLetterSender.sendMessages({ body: 1 })).rejects.toThrow('dead-letter queue');
  });

  test('clients carry on after the broker was restarted on its port', async () => {
    const bodies: string[] = [];
    receiver.subscribe({
      processMessage: async ({ body }) => {
        bodies.push(body);
      },
      processError: async () => {},
    });
    await sender.sendMessages({ body: 'before' });
    await until(() => bodies.length === 1);
    await broker.close();
    broker = await startBroker(broker.port);
    await sender.sendMessages({ body: 'after' });
    await until(() => bodies.length === 2);
    expect(bodies).toEqual(['before', 'after']);
  });

  test('a port in use is an error that says so', async () => {
    await expect(startBroker(broker.port)).rejects.toMatchObject({ code: 'EADDRINUSE', port: broker.port });
  });
});

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('The condition was not met within 10 s');
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}
