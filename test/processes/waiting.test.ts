import { createWorld, minute, type World } from '../shared/engine/world.ts';

/** Waits of minutes and hours, in process and with a clock that the test moves on. */
let world: World;
let target: string;

beforeEach(() => {
  world = createWorld();
  [target = ''] = world.addTargets(1);
  world.addContacts(30);
});

describe('messages that cannot be sent for longer than the sends are tried', () => {
  test('end the run with the reason, and the next run sends them', async () => {
    const { syncQueue } = world.queues;
    const send = syncQueue.send;
    syncQueue.send = () => Promise.reject(new Error('the Service Bus is out of reach'));

    await expect(world.run()).rejects.toThrow('1 list of the run');

    const unsent = await world.latestRun();
    expect(unsent?.problems).toMatchObject([{ list: 'staff', code: 'MessagesNotSent' }]);
    syncQueue.send = send;
    expect(await world.sync()).toMatchObject({ sent: 1 });
    expect(world.targetNames(target)).toHaveLength(30);
    // The mailbox has arrived, by another run's message.
    expect(await world.runView(unsent?.id ?? '')).toMatchObject({ state: 'finished', mailboxes: { done: 1 } });
  });
});

describe('503 to creates with a Retry-After of minutes', () => {
  test('is waited for in full, visible as waiting, and nothing is doubled', async () => {
    const answer = { kind: 'unknown' as const, code: 'ErrorServerBusy', retryAfter: 10 * minute };
    world.graph.fail({ on: { displayName: 'Contact 5' }, answer, committed: true });
    await world.run();
    await world.deliver();
    const next = world.clock.now() + 10 * minute;
    expect(await world.progress(target)).toMatchObject({ state: 'waiting', dueAt: next });
    world.takeCalls(target);

    await world.clock.advance(9 * minute);
    await world.deliver();
    expect(world.takeCalls(target)).toEqual([]);
    await world.drain();

    expect(world.targetNames(target)).toHaveLength(30);
    expect(await world.progress(target)).toMatchObject({ state: 'current', dueAt: 0 });
  });
});
