import { Queue } from './queue.ts';
import type { QueueProperties } from './queueConfiguration.ts';

const MINUTE = 60_000;

const PROPERTIES: QueueProperties = {
  name: 'orders',
  lockDuration: MINUTE,
  maxDeliveryCount: 2,
  requiresDuplicateDetection: false,
  duplicateDetectionWindow: 10 * MINUTE,
  defaultTimeToLive: 60 * MINUTE,
  deadLetterOnExpiration: true,
};

function createQueue(properties: Partial<QueueProperties> = {}) {
  const clock = { time: 0 };
  let tokens = 0;
  const queue = new Queue<string>(
    { ...PROPERTIES, ...properties },
    { now: () => clock.time, newLockToken: () => `token-${++tokens}` },
  );
  return { queue, clock };
}

test('an abandoned message is delivered again before later ones', () => {
  const { queue } = createQueue();
  for (const content of ['first', 'second']) queue.send({ content, messageId: content });
  queue.receive('peekLock');
  queue.settle('token-1', { kind: 'abandon' });
  expect(queue.receive('peekLock')?.message).toMatchObject({ content: 'first', deliveryCount: 1 });
});

test('a lock ends exactly at its end, and a renewed one later', () => {
  const { queue, clock } = createQueue();
  queue.send({ content: 'a', messageId: 'a' });
  queue.receive('peekLock');
  clock.time = MINUTE - 1;
  expect(queue.renewLock('token-1')).toBe(2 * MINUTE - 1);
  clock.time = 2 * MINUTE - 2;
  expect(queue.receive('peekLock')).toBeUndefined();
  clock.time = 2 * MINUTE - 1;
  expect(() => queue.settle('token-1', { kind: 'complete' })).toThrow('lock');
  expect(queue.receive('peekLock')?.message.deliveryCount).toBe(1);
});

test('expired locks count as deliveries and dead-letter the message in the end', () => {
  const { queue, clock } = createQueue();
  queue.send({ content: 'a', messageId: 'a' });
  for (const time of [0, MINUTE]) {
    clock.time = time;
    expect(queue.receive('peekLock')).toBeDefined();
  }
  clock.time = 2 * MINUTE;
  expect(queue.counts()).toEqual({ active: 0, locked: 0, deferred: 0, scheduled: 0, deadLetter: 1 });
});

test('a message past its time to live goes to the dead letters, or is dropped where the queue says so', () => {
  for (const deadLetterOnExpiration of [true, false]) {
    const { queue, clock } = createQueue({ deadLetterOnExpiration });
    queue.send({ content: 'short', messageId: 'a', timeToLive: MINUTE });
    queue.send({ content: 'long', messageId: 'b', timeToLive: 1000 * MINUTE });
    clock.time = MINUTE;
    expect(queue.counts()).toMatchObject({ active: 1, deadLetter: deadLetterOnExpiration ? 1 : 0 });
    clock.time = 60 * MINUTE;
    expect(queue.counts()).toMatchObject({ active: 0, deadLetter: deadLetterOnExpiration ? 2 : 0 });
  }
});

test('scheduled messages become available in the order of their times', () => {
  const { queue, clock } = createQueue();
  queue.send({ content: 'later', messageId: 'a', scheduledFor: 2 * MINUTE });
  queue.send({ content: 'sooner', messageId: 'b', scheduledFor: MINUTE });
  expect(queue.receive('peekLock')).toBeUndefined();
  clock.time = 2 * MINUTE;
  const contents = [1, 2].map(() => queue.receive('receiveAndDelete')?.message.content);
  expect(contents).toEqual(['sooner', 'later']);
});

test('availability is announced when the clock makes a message available', () => {
  const { queue, clock } = createQueue();
  const announced = jest.fn();
  queue.onAvailable(announced);
  queue.send({ content: 'a', messageId: 'a', scheduledFor: MINUTE });
  queue.advance();
  expect(announced).not.toHaveBeenCalled();
  clock.time = MINUTE;
  queue.advance();
  expect(announced).toHaveBeenCalledTimes(1);
});

test('a repetition does not prolong the window in which an id counts as a duplicate', () => {
  const { queue, clock } = createQueue({ requiresDuplicateDetection: true });
  for (const time of [0, 9 * MINUTE, 10 * MINUTE]) {
    clock.time = time;
    queue.send({ content: String(time), messageId: 'same' });
  }
  expect(queue.statistics()).toMatchObject({ sent: 2, duplicates: 1 });
});

test('an abandoned deferred message stays deferred', () => {
  const { queue } = createQueue();
  const sequenceNumber = queue.send({ content: 'a', messageId: 'a' });
  queue.receive('peekLock');
  queue.settle('token-1', { kind: 'defer' });
  queue.receiveDeferred([sequenceNumber], 'peekLock');
  queue.settle('token-2', { kind: 'abandon' });
  expect(queue.receive('peekLock')).toBeUndefined();
  expect(queue.receiveDeferred([sequenceNumber], 'peekLock')).toHaveLength(1);
});

test('the longest handling lasts from a delivery to the end of its lock, whichever way that comes', () => {
  const { queue, clock } = createQueue();
  queue.send({ content: 'a', messageId: 'a' });
  queue.receive('peekLock');
  clock.time = MINUTE / 2;
  queue.renewLock('token-1');
  clock.time = MINUTE + 1;
  queue.settle('token-1', { kind: 'abandon' });
  queue.receive('peekLock');
  clock.time += 1000;
  queue.settle('token-2', { kind: 'complete' });
  expect(queue.statistics()).toMatchObject({ longestHandling: MINUTE + 1 });
  queue.resetStatistics();
  queue.send({ content: 'b', messageId: 'b' });
  queue.receive('peekLock');
  clock.time += MINUTE;
  queue.advance();
  expect(queue.statistics()).toMatchObject({ longestHandling: MINUTE });
});
