import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { ServiceBusClient, ServiceBusReceivedMessage } from '@azure/service-bus';
import { connectQueue, connectServiceBus } from '../../../shared/service-bus/queues.ts';
import { type ServiceBusBroker, startServiceBusBroker } from '../../local/service-bus/broker.ts';
import { createTestClock } from '../../memory/clock.ts';
import { createMemoryQueue } from '../../memory/queue.ts';
import { describeQueue, type OpenQueue, type TestBody } from '../../ports/queueSuite.ts';

const configFile = join(import.meta.dirname, '../../local/service-bus/Config.json');
const queueName = 'sync-mailbox';
const start = Date.UTC(2026, 10, 22);

describeQueue('a queue in memory', async (): Promise<OpenQueue> => {
  const clock = createTestClock(start);
  const queue = createMemoryQueue<TestBody>(clock);
  return {
    queue,
    now: clock.now(),
    async receive() {
      const received = queue.receive();
      for (const message of received) message.complete();
      return received.map(({ id, body }) => ({ id, body }));
    },
    advance: milliseconds => clock.advance(milliseconds),
    close: async () => {},
  };
});

describeQueue('a Service Bus queue', async (): Promise<OpenQueue> => {
  const clock = createTestClock(start);
  const { broker, client } = await openServiceBus({ now: clock.now });
  return {
    queue: connectQueue(client, queueName),
    now: clock.now(),
    receive: async atLeast =>
      (await receiveAll(broker, client, atLeast)).map(({ messageId, body }) => ({ id: String(messageId), body })),
    advance: milliseconds => clock.advance(milliseconds),
    close: () => closeAll(client, broker),
  };
});

describe('the Service Bus adapter', () => {
  let broker: ServiceBusBroker;
  let client: ServiceBusClient;
  let batchSizes: number[];
  let senders: number;

  beforeEach(async () => {
    ({ broker, client } = await openServiceBus({}));
    batchSizes = [];
    senders = 0;
    const createSender = client.createSender.bind(client);
    client.createSender = (...parameters) => {
      senders += 1;
      const sender = createSender(...parameters);
      const sendMessages = sender.sendMessages.bind(sender);
      sender.sendMessages = (batch, options) => {
        batchSizes.push('count' in batch ? batch.count : 1);
        return sendMessages(batch, options);
      };
      return sender;
    };
  });
  afterEach(() => closeAll(client, broker));

  test('sends JSON, marked as such', async () => {
    await connectQueue<TestBody>(client, queueName).send([{ id: 'a', body: { mailbox: 'ada', position: 3 } }]);
    const [received] = await receiveAll(broker, client, 1);
    expect(received).toMatchObject({ messageId: 'a', contentType: 'application/json', body: { position: 3 } });
  });

  test('sends 1,000 messages in one batch, and 3 MB in as many as 256 KiB make', async () => {
    const queue = connectQueue<TestBody>(client, queueName);
    await queue.send(manyMessages(1000, 'a', '8f0b3c1e-mailbox'));
    expect(batchSizes).toEqual([1000]);
    await queue.send(manyMessages(1000, 'b', 'x'.repeat(3000)));
    expect(batchSizes.slice(1).reduce((sum, size) => sum + size)).toBe(1000);
    expect(batchSizes.slice(1)).toHaveLength(12);
    expect(broker.counts()[queueName]).toMatchObject({ active: 2000 });
  });

  test('puts no more than 4,500 messages into a batch, be they ever so small', async () => {
    const messages = Array.from({ length: 5000 }, (_, index) => ({ id: String(index), body: 0 }));
    await connectQueue<number>(client, queueName).send(messages);
    expect(Math.max(...batchSizes)).toBeLessThan(4500);
    expect(broker.counts()[queueName]).toMatchObject({ active: 5000 });
  });

  test('sends messages of different times apart: the SDK schedules a batch as its first message', async () => {
    const [first, second, third] = manyMessages(3, 'a', 'ada');
    if (!first || !second || !third) throw new Error('Three messages are needed');
    const notBefore = Date.now() + 3_600_000;
    const queue = connectQueue<TestBody>(client, queueName);
    await queue.send([{ ...first, notBefore }, second, { ...third, notBefore }]);
    expect(batchSizes).toEqual([2, 1]);
    expect(broker.counts()[queueName]).toMatchObject({ active: 1, scheduled: 2 });
  });

  test('opens a sender when it first sends, and only one', async () => {
    const queue = connectQueue<TestBody>(client, queueName);
    await queue.send([]);
    expect(senders).toBe(0);
    await Promise.all([1, 2, 3].map(index => queue.send(manyMessages(1, String(index), 'ada'))));
    expect(senders).toBe(1);
    expect(broker.counts()[queueName]).toMatchObject({ active: 3 });
  });

  test('sends again after the connection was lost', async () => {
    const queue = connectQueue<TestBody>(client, queueName);
    await queue.send(manyMessages(1, 'before', 'ada'));
    const { port } = broker;
    await broker.close();
    broker = await startServiceBusBroker({ configFile, port });
    await queue.send(manyMessages(1, 'after', 'ada'));
    expect(await receiveAll(broker, client, 1)).toMatchObject([{ messageId: 'after-0000' }]);
  });

  test('sends although connections are dropped before they are open', async () => {
    const gate = await dropConnections(2, broker.port);
    const connectionString = broker.connectionString.replace(`:${broker.port}`, `:${gate.port}`);
    const throughGate = connectServiceBus({ connectionString });

    try {
      await connectQueue<TestBody>(throughGate, queueName).send(manyMessages(1, 'a', 'ada'));
      expect(gate.dropped()).toBe(2);
      expect(await receiveAll(broker, client, 1)).toMatchObject([{ messageId: 'a-0000' }]);
    } finally {
      await throughGate.close();
      await gate.close();
    }
  });

  test('rejects for a queue that does not exist', async () => {
    const queue = connectQueue<TestBody>(client, 'no-such-queue');
    await expect(queue.send(manyMessages(1, 'a', 'ada'))).rejects.toMatchObject({ code: 'MessagingEntityNotFound' });
  });
});

async function openServiceBus(options: { now?: () => number }) {
  const broker = await startServiceBusBroker({ configFile, ...options });
  return { broker, client: connectServiceBus({ connectionString: broker.connectionString }) };
}

/** A port before another: the first connections are taken and dropped. */
async function dropConnections(count: number, targetPort: number) {
  let dropped = 0;
  const server = createServer(incoming => {
    if (dropped < count) {
      dropped += 1;
      incoming.destroy();
      return;
    }
    const outgoing = connect(targetPort, '127.0.0.1');
    pipeline(incoming, outgoing, incoming, () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    dropped: () => dropped,
    close: () => new Promise(resolve => server.close(resolve)),
  };
}

async function closeAll(client: ServiceBusClient, broker: ServiceBusBroker): Promise<void> {
  await client.close();
  await broker.close();
}

/** Takes what can be received as soon as it is at least that much; fewer messages after five seconds are returned as they are. */
async function receiveAll(
  broker: ServiceBusBroker,
  client: ServiceBusClient,
  atLeast: number,
): Promise<ServiceBusReceivedMessage[]> {
  const active = () => broker.counts()[queueName]?.active ?? 0;
  const deadline = Date.now() + 5000;
  while (active() < atLeast && Date.now() < deadline) await wait(10);
  const received: ServiceBusReceivedMessage[] = [];
  const receiver = client.createReceiver(queueName, { receiveMode: 'receiveAndDelete' });
  // Asked for more than there is, the SDK waits for it as long as it may.
  for (let left = active(); left > 0; left = active()) {
    received.push(...(await receiver.receiveMessages(left, { maxWaitTimeInMs: 5000 })));
  }
  await receiver.close();
  return received;
}

function manyMessages(count: number, prefix: string, mailbox: string) {
  return Array.from({ length: count }, (_, index) => ({
    id: `${prefix}-${String(index).padStart(4, '0')}`,
    body: { mailbox },
  }));
}
