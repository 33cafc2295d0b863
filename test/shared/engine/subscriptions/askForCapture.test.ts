import fc from 'fast-check';
import { createCaptureAsker, pauseBetweenCaptures } from '../../../../shared/engine/subscriptions/askForCapture.ts';
import { shareCalls } from '../../../../shared/engine/subscriptions/shareCalls.ts';
import { openListPartition } from '../../../../shared/store/listPartition.ts';
import { createWorld, type World } from '../world.ts';

let world: World;

beforeEach(() => {
  world = createWorld();
});

/** As one host has it. */
function asker(changes: Partial<Parameters<typeof createCaptureAsker>[0]> = {}) {
  let ids = 0;
  return createCaptureAsker({
    clock: world.clock,
    newId: () => `${(ids++).toString(16).padStart(8, '0')}`,
    openListPartition: world.openListPartition,
    captureQueue: world.queues.captureQueue,
    ...changes,
  });
}

function readings(): number {
  return world.graph.calls.filter(({ operation }) => operation === 'readChanges').length;
}

describe('asking for a capture', () => {
  test('the first is delivered at once, as a run of a notification', async () => {
    await world.capture();
    await world.clock.advance(60_000);
    await asker()('staff');
    const [message] = world.queues.captureQueue.receive();
    expect(message?.body).toMatchObject({ kind: 'captureList', cause: 'notification', lists: ['staff'], attempt: 0 });
  });

  test('many hosts that ask many times before a capture starts send one message', async () => {
    const hosts = [asker(), asker(), asker()];
    await Promise.all(hosts.flatMap(ask => Array.from({ length: 100 }, () => ask('staff'))));
    for (const ask of hosts) await ask('staff');
    expect(world.queues.captureQueue.size).toBe(1);
  });

  test('who asks after a capture started is served by another, when the pause is over', async () => {
    const ask = asker();
    await ask('staff');
    await world.deliver();
    expect(readings()).toBe(1);
    await ask('staff');
    await world.deliver();
    expect(readings()).toBe(1);
    await world.clock.advance(pauseBetweenCaptures);
    await world.deliver();
    expect(readings()).toBe(2);
  });

  test('a clock that is far behind makes nobody wait longer than the pause', async () => {
    await asker()('staff');
    await world.deliver();
    const { clock } = world;
    await asker({ clock: { ...clock, now: () => clock.now() - 3_600_000 } })('staff');
    expect(world.queues.captureQueue.nextDueAt ?? 0).toBeLessThanOrEqual(clock.now() + pauseBetweenCaptures);
  });

  test('what the queue refuses is rejected, and the next call tries again', async () => {
    let refusals = 1;
    const { captureQueue } = world.queues;
    const ask = asker({
      captureQueue: {
        send: async messages => (refusals-- > 0 ? Promise.reject(new Error('no')) : captureQueue.send(messages)),
      },
    });
    await expect(ask('staff')).rejects.toThrow('no');
    await ask('staff');
    expect(captureQueue.size).toBe(1);
  });

  test('whatever the order in which two hosts read, send and capture, a reading starts after every call', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async scheduler => {
        world = createWorld();
        const { captureQueue } = world.queues;
        const listSource = (listId: string) => {
          const partition = openListPartition(world.tables.sources, listId);
          const readCheckpoint = scheduler.scheduleFunction(partition.readCheckpoint);
          return { ...partition, readCheckpoint };
        };
        const send = scheduler.scheduleFunction(captureQueue.send);
        const hosts = [1, 2].map(() => asker({ openListPartition: listSource, captureQueue: { send } }));
        const readingsBefore: number[] = [];
        const { task } = scheduler.scheduleSequence(
          Array.from({ length: 12 }, (_, index) => ({
            label: index % 3 === 2 ? 'deliver' : 'ask',
            builder: async () => {
              if (index % 3 === 2) {
                await world.clock.advance(pauseBetweenCaptures);
                await world.deliver();
              } else {
                readingsBefore.push(readings());
                void hosts[index % 2]?.('staff');
              }
            },
          })),
        );
        await scheduler.waitFor(task);
        await scheduler.waitIdle();
        await world.drain();
        expect(readings()).toBeGreaterThan(Math.max(...readingsBefore));
        expect(world.queues.captureQueue.size).toBe(0);
      }),
      { numRuns: 50 },
    );
  });
});

describe('shared calls', () => {
  test('calls during a round share the next, also after one that failed; keys are apart', async () => {
    const rounds: string[] = [];
    const ends: ((error?: Error) => void)[] = [];
    const call = shareCalls(key => {
      rounds.push(key);
      return new Promise((resolve, reject) => ends.push(error => (error ? reject(error) : resolve())));
    });
    const first = call('a');
    const others = [call('a'), call('a'), call('b')];
    expect(rounds).toEqual(['a', 'b']);
    ends[0]?.(new Error('failed'));
    await expect(first).rejects.toThrow('failed');
    await new Promise(resolve => setImmediate(resolve));
    expect(rounds).toEqual(['a', 'b', 'a']);
    for (const end of ends) end();
    await Promise.all(others);
    expect(rounds).toHaveLength(3);
  });
});
