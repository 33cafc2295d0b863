import { createTestClock } from './clock.ts';
import { createMemoryQueue, type MemoryQueue, type ReceivedMessage } from './queue.ts';

const clock = createTestClock(0);

async function queueOf(...ids: string[]): Promise<MemoryQueue<string>> {
  const queue = createMemoryQueue<string>(clock, { lockDuration: 60_000, maxDeliveryCount: 3 });
  await queue.send(ids.map(id => ({ id, body: `body of ${id}` })));
  return queue;
}

function receiveOne(queue: MemoryQueue<string>): ReceivedMessage<string> {
  const [message] = queue.receive(1);
  if (!message) throw new Error('Nothing can be received');
  return message;
}

test('a received message is locked until it is abandoned', async () => {
  const queue = await queueOf('a', 'b');
  const first = receiveOne(queue);
  expect(queue.receive().map(({ id }) => id)).toEqual(['b']);
  expect(queue.receive()).toEqual([]);
  first.abandon();
  expect(receiveOne(queue)).toMatchObject({ id: 'a', body: 'body of a', deliveryCount: 2 });
});

test('a completed message is gone, and cannot be settled again', async () => {
  const queue = await queueOf('a');
  const message = receiveOne(queue);
  message.complete();
  expect(queue.size).toBe(0);
  expect(() => message.complete()).toThrow(/lock/);
});

test('a lock that expired gives the message to the next, and its old owner cannot settle it', async () => {
  const queue = await queueOf('a');
  const stalled = receiveOne(queue);
  expect(queue.nextDueAt).toBe(clock.now() + 60_000);
  await clock.advance(60_000);
  const next = receiveOne(queue);
  expect(next.deliveryCount).toBe(2);
  expect(() => stalled.complete()).toThrow(/lock/);
  expect(() => stalled.abandon()).toThrow(/lock/);
  next.complete();
  expect(queue.size).toBe(0);
});

test('a message that was abandoned too often, or whose lock expired too often, is a dead letter', async () => {
  const queue = await queueOf('a');
  for (let delivery = 1; delivery <= 3; delivery++) receiveOne(queue).abandon();
  expect(queue.receive()).toEqual([]);
  expect(queue.deadLetters).toEqual([{ id: 'a', body: 'body of a' }]);
  await queue.send([{ id: 'b', body: 'body of b' }]);
  for (let delivery = 1; delivery <= 3; delivery++) {
    receiveOne(queue);
    await clock.advance(60_000);
  }
  expect(queue.receive()).toEqual([]);
  expect(queue.deadLetters.map(({ id }) => id)).toEqual(['a', 'b']);
});
