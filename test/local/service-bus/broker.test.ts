import { once } from 'node:events';
import { join } from 'node:path';
import {
  ServiceBusClient,
  type ServiceBusMessage,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
  type ServiceBusSender,
} from '@azure/service-bus';
import rhea, { type Connection } from 'rhea';
import { type ServiceBusBroker, startServiceBusBroker } from './broker.ts';
import { type EncodedValue, leaveEncoded, readApplicationProperties } from './rheaInternals.ts';

const QUEUE = 'sync-mailbox';
const MINUTE = 60_000;
const CONFIG_FILE = join(import.meta.dirname, 'Config.json');
const SHORT_WAIT = { maxWaitTimeInMs: 150 };
const NO_BYTES = Buffer.alloc(0);
const STANDARD_FORMAT = 0;
const BATCH_FORMAT = 0x80013700;

let time: number;
let broker: ServiceBusBroker;
let client: ServiceBusClient;
let sender: ServiceBusSender;
let receiver: ServiceBusReceiver;
const rawConnections: Connection[] = [];

beforeEach(async () => {
  time = Date.now();
  broker = await startBroker();
  client = createClient();
  sender = client.createSender(QUEUE);
  receiver = client.createReceiver(QUEUE);
});

afterEach(async () => {
  for (const connection of rawConnections.splice(0)) {
    connection.close();
    await once(connection, 'connection_close');
  }
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

describe('what the service refuses', () => {
  test.each<[string, (sender: ServiceBusSender) => Promise<void>]>([
    ['of no messages', each => each.sendMessages([])],
    ['of an empty batch', async each => each.sendMessages(await each.createMessageBatch())],
  ])('a sending %s, for good, and the sender goes on over a new link', async (_name, send) => {
    await expect(send(sender)).rejects.toMatchObject({
      code: 'GeneralError',
      retryable: false,
      message: expect.stringMatching(/^InvalidOperationError: The link .* force detached .* no data in it/),
    });
    await sender.sendMessages({ body: 'next' });
    expect(await receiveOne()).toMatchObject({ body: 'next' });
  });

  test.each([
    ['no byte', NO_BYTES, STANDARD_FORMAT, 'amqp:not-allowed'],
    ['no byte as a batch', NO_BYTES, BATCH_FORMAT, 'amqp:not-allowed'],
    ['bytes that are no message', Buffer.from([1, 2, 3]), STANDARD_FORMAT, 'amqp:decode-error'],
    ['bytes that are no message as a batch', Buffer.from([1, 2, 3]), BATCH_FORMAT, 'amqp:decode-error'],
    ['a batch of what is no message', encode(dataSections([Buffer.from([1])])), BATCH_FORMAT, 'amqp:decode-error'],
    ['a batch whose body is a text', encode('text'), BATCH_FORMAT, 'amqp:not-allowed'],
  ])('%s, on a connection that stays', async (_name, bytes, format, condition) => {
    const raw = openRawClient();
    expect(await raw.send(bytes, format)).toMatchObject({ condition });
    expect(await raw.send(encode(dataSections(['a'])), STANDARD_FORMAT)).toBeUndefined();
    expect(broker.statistics()[QUEUE]).toMatchObject({ sent: 1 });
  });

  test('a batch of more than 4,500 messages, however small', async () => {
    const batch = dataSections(Array.from({ length: 4_501 }, () => encode(dataSections(['']))));
    expect(await openRawClient().send(encode(batch), BATCH_FORMAT)).toMatchObject({
      condition: 'amqp:internal-error',
      description: expect.stringContaining('unable to process the request'),
    });
    expect(broker.statistics()[QUEUE]).toMatchObject({ sent: 0 });
  });

  test.each([
    ['an object', { nested: 1 }],
    ['a list', [1, 2]],
    ['bytes', Buffer.from('x')],
  ])('%s as an application property, whichever way it is sent', async (_name, value) => {
    const message = { body: 1, applicationProperties: { plain: 'x', value } } as unknown as ServiceBusMessage;
    const refused = { code: 'MessageSizeExceeded', message: expect.stringContaining('unsupported type') };
    await expect(sender.sendMessages(message)).rejects.toMatchObject(refused);
    await expect(sender.sendMessages([{ body: 0 }, message])).rejects.toMatchObject(refused);
    await expect(sender.scheduleMessages(message, new Date(time + MINUTE))).rejects.toThrow('unsupported type');
    expect(broker.statistics()[QUEUE]).toMatchObject({ sent: 0 });
  });

  test('application properties of the other types arrive as they were sent', async () => {
    const { wrap_described, wrap_long, wrap_uuid, wrap_timestamp } = rhea.types;
    const properties = {
      guid: wrap_uuid(Buffer.alloc(16, 7)),
      long: wrap_long(Buffer.from('7fffffffffffffff', 'hex')),
      uri: wrap_described('https://contoso.example', 'com.microsoft:uri'),
      time: wrap_timestamp(time),
      nothing: null,
    };
    const raw = openRawClient();
    const message = encode(dataSections(['x']), properties);
    expect(await raw.send(message, STANDARD_FORMAT)).toBeUndefined();
    const arrived = [...readApplicationProperties(await raw.receive())].map(encodedAlike);
    expect(arrived).toEqual([...readApplicationProperties(message)].map(encodedAlike));
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

interface RawClient {
  /** Sends bytes as they are; resolves to the error with which they are refused. */
  send(bytes: Buffer, format: number): Promise<{ condition: string; description: string } | undefined>;
  /** The bytes of the next message. */
  receive(): Promise<Buffer>;
}

/** A client that sends what the SDK does not. */
function openRawClient(): RawClient {
  const container = rhea.create_container();
  const connection = container.connect({ host: '127.0.0.1', port: broker.port, username: 'any', reconnect: false });
  container.on('session_open', ({ session }) => leaveEncoded(session));
  // Told of by the delivery itself, and thrown when nobody listens.
  container.on('sender_error', () => {});
  rawConnections.push(connection);
  return {
    send: (bytes, format) =>
      new Promise((resolve, reject) => {
        const link = connection.open_sender(QUEUE);
        link.once('sendable', () => link.send(bytes, undefined, format));
        link.once('accepted', () => resolve(undefined));
        link.once('rejected', ({ delivery }) => resolve(delivery?.remote_state?.error));
        container.once('disconnected', () => reject(new Error('The connection was dropped')));
      }),
    receive: () =>
      new Promise(resolve => {
        connection.open_receiver(QUEUE).once('message', ({ message }) => resolve(message as unknown as Buffer));
      }),
  };
}

function encode(body: unknown, properties?: object): Buffer {
  return rhea.message.encode({ body, ...(properties && { application_properties: properties }) });
}

function dataSections(contents: (string | Buffer)[]): unknown {
  return rhea.message.data_sections(contents.map(content => Buffer.from(content)));
}

function encodedAlike([name, { type, value, descriptor }]: [string, EncodedValue]) {
  return { name, type: type.typecode, value, descriptor: descriptor?.value };
}
