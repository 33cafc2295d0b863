import { createWorld, minute, type World } from '../world.ts';

let world: World;

beforeEach(() => {
  world = createWorld();
  world.addContacts(2);
  world.addTargets(2);
});

/** How many messages ask for a capture. */
function captures(): number {
  return world.queues.captureQueue.size;
}

test('who asks for the same before the capture begins gets the same run, in whatever order lists are named', async () => {
  const runs = await Promise.all(Array.from({ length: 20 }, () => world.resync()));
  expect(new Set(runs).size).toBe(1);
  expect(captures()).toBe(1);
  expect(await world.runView(runs[0] ?? '')).toMatchObject({ state: 'running', cause: 'resync' });
  await world.drain();
  expect(await world.runView(runs[0] ?? '')).toMatchObject({ state: 'finished', contacts: { created: 4 } });
});

test('who asks for another mailbox or mode gets a run of its own', async () => {
  const [first] = world.addTargets(2);
  const runs = [await world.resync(), await world.resync(first), await world.resync(undefined, 'full')];
  expect(new Set(runs).size).toBe(3);
  expect(captures()).toBe(3);
});

test('who asks after the capture began gets another run, which finds what changed since', async () => {
  const first = await world.resync();
  let second = '';
  world.graph.fail({
    on: { operation: 'readChanges' },
    meanwhile: async () => {
      second = await world.resync();
    },
  });
  await world.drain();
  expect(second).not.toBe(first);
  expect(await world.runView(second)).toMatchObject({ state: 'finished' });
});

test('while the source is busy nothing of the request is captured, and more of the same still join it', async () => {
  world.graph.fail({
    on: { operation: 'readChanges' },
    meanwhile: async () => {
      const first = await world.resync();
      await world.deliver();
      expect(await world.resync()).toBe(first);
      expect(captures()).toBe(1);
    },
  });
  await world.sync();
  expect(world.handlerErrors).toEqual([]);
});

test('a run whose message was lost is made good by who asks next, and given up after a while', async () => {
  const first = await world.resync();
  for (const message of world.queues.captureQueue.receive()) message.complete();
  await world.clock.advance(4 * minute);
  expect(await world.resync()).toBe(first);
  await world.clock.advance(2 * minute);
  const second = await world.resync();
  expect(second).not.toBe(first);
  await world.drain();
  expect(await world.runView(second)).toMatchObject({ state: 'finished', contacts: { created: 4 } });
});
