import type { SyncMessage } from '../../../../shared/engine/messages.ts';
import { crash, failure } from '../../../memory/graphFaults.ts';
import { createWorld, listOf, minute, timing, type World } from '../world.ts';

const handlerMilliseconds = timing.handlerSeconds * 1000;
/** A write: five batches of 20 are written in a handler's time. */
const writeMilliseconds = 2500;
const batchMilliseconds = 20 * writeMilliseconds;

let world: World;
let target: string;
let sent: { id: string; body: SyncMessage }[];
let handlers: number[];

function begin(next: World): void {
  world = next;
  [target = ''] = world.addTargets(1);
  sent = [];
  for (const queue of [world.queues.syncQueue, world.queues.priorityQueue]) {
    const { send } = queue;
    jest.spyOn(queue, 'send').mockImplementation(async messages => {
      sent.push(...messages);
      await send(messages);
    });
  }
  watchHandlers();
}

/** How long each handler lasted, in milliseconds. */
function watchHandlers(): void {
  handlers = [];
  const { syncMailbox } = world.app;
  jest.spyOn(world.app, 'syncMailbox').mockImplementation(async (...delivery) => {
    const began = world.clock.now();
    try {
      return await syncMailbox(...delivery);
    } finally {
      handlers.push(world.clock.now() - began);
    }
  });
}

function slowDown(operation: string, milliseconds: number, times = Infinity): void {
  world.graph.fail({ on: { operation, mailbox: target }, times, meanwhile: () => world.clock.advance(milliseconds) });
}

function created(): string[] {
  const calls = world.takeCalls(target).filter(({ operation }) => operation === 'create');
  return calls.map(({ displayName = '' }) => displayName);
}

describe('a fill that takes longer than a handler may', () => {
  beforeEach(async () => {
    begin(createWorld());
    world.addContacts(203);
    slowDown('create', writeMilliseconds);
  });

  test('is handed over to a new message at once, again and again, and writes every contact once', async () => {
    const start = world.clock.now();
    await world.sync();
    expect(Object.keys(world.target(target) ?? {})).toHaveLength(203);
    expect(created()).toHaveLength(203);
    expect(handlers).toHaveLength(3);
    expect(Math.max(...handlers)).toBeLessThanOrEqual(handlerMilliseconds + batchMilliseconds);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(3);
    expect(world.clock.now() - start).toBeLessThan(203 * writeMilliseconds + minute);
    expect(world.handlerErrors).toEqual([]);
    expect(await world.progress(target)).toMatchObject({ state: 'current', contacts: 203 });
    expect((await world.latestRun())?.contacts).toEqual({ created: 203, updated: 0, deleted: 0, failed: 0 });
  });

  test('lists no folder on the way', async () => {
    await world.sync();
    expect(world.takeCalls(target).filter(({ operation }) => operation === 'listStamped')).toEqual([]);
  });

  test('is no problem of the mailbox, which is shown as being worked on', async () => {
    await world.run();
    const seen: unknown[] = [];
    jest.spyOn(world.queues.syncQueue, 'send').mockImplementationOnce(async () => {
      seen.push(await world.progress(target), await world.app.readMailbox(target), await world.latestRun());
    });
    await world.deliver();
    const [progress, mailbox, run] = seen;
    expect(progress).toMatchObject({ state: 'behind', contacts: 100, dueAt: 0 });
    expect(JSON.stringify(mailbox)).toContain('"syncing"');
    expect(run).toMatchObject({ problems: [] });
  });

  test('goes on by the old message where the new one could not be sent, and doubles nothing', async () => {
    await world.run();
    const full = new Error('the queue is full');
    jest.spyOn(world.queues.syncQueue, 'send').mockRejectedValueOnce(full);
    await world.drain();
    expect(world.handlerErrors).toEqual([full]);
    expect(created()).toHaveLength(203);
    expect(Object.keys(world.target(target) ?? {})).toHaveLength(203);
  });

  test('doubles nothing where the handler dies in the batch before', async () => {
    world = createWorld();
    begin(world);
    world.addContacts(203);
    world.graph.fail({ on: { displayName: 'Contact 100' }, committed: true, meanwhile: crash });
    slowDown('create', writeMilliseconds);
    await world.sync();
    expect(world.handlerErrors).toHaveLength(1);
    expect(Object.keys(world.target(target) ?? {})).toHaveLength(203);
  });

  test('doubles nothing where the outcome of a write is not known then', async () => {
    begin(createWorld());
    world.addContacts(203);
    const noAnswer = { kind: 'unknown', code: 'ETIMEDOUT' } as const;
    world.graph.fail({ on: { displayName: 'Contact 100' }, committed: true, answer: noAnswer });
    slowDown('create', writeMilliseconds);
    await world.sync();
    expect(world.handlerErrors).toEqual([]);
    expect(Object.keys(world.target(target) ?? {})).toHaveLength(203);
  });

  test('of a mailbox that leaves is taken back over several handlers, too', async () => {
    await world.sync();
    slowDown('delete', writeMilliseconds);
    world.exclude(target);
    watchHandlers();
    await world.sync();
    expect(world.target(target)).toBeUndefined();
    expect(handlers.length).toBeGreaterThan(1);
    expect(Math.max(...handlers)).toBeLessThanOrEqual(handlerMilliseconds + batchMilliseconds);
  });
});

describe('a contact that Graph fails at, where one attempt takes longer than a handler may', () => {
  test('is told of all the same', async () => {
    begin(createWorld());
    world.addContacts(1);
    const serverError = { status: 500, code: 'ErrorItemSave' };
    const meanwhile = () => world.clock.advance(handlerMilliseconds);
    world.graph.fail({ on: { operation: 'create', mailbox: target }, times: Infinity, answer: serverError, meanwhile });
    await world.sync();
    expect(await world.progress(target)).toMatchObject({ problem: { code: 'ErrorItemSave' } });
  });
});

describe('a contact that is refused beside one that Graph fails at, where preparation takes longer than a handler may', () => {
  test('does not keep the other from being told of: being refused again is nothing new', async () => {
    begin(createWorld());
    world.addContacts(2);
    const fail = (displayName: string, answer: { status: number; code: string }) =>
      world.graph.fail({ on: { operation: 'create', mailbox: target, displayName }, times: Infinity, answer });
    fail('Contact 1', { status: 400, code: 'ErrorInvalidRecipients' });
    fail('Contact 2', { status: 500, code: 'ErrorItemSave' });
    for (const operation of ['findFolder', 'createFolder', 'getFolder']) slowDown(operation, handlerMilliseconds);
    await world.sync();
    expect(await world.progress(target)).toMatchObject({ state: 'current', failed: 2 });
  });
});

describe('a contact that is gone when new settings patch it, where preparation takes longer than a handler may', () => {
  test('is found to be deleted by the user, and not patched by one handler after the other', async () => {
    begin(createWorld());
    world.addContacts(1);
    await world.sync();
    world.graph.mailbox(target).contacts.delete(world.targetId(target, 'Contact 1'));
    world.setLists(listOf({ mapping: { jobTitle: 'department' } }));
    slowDown('getFolder', handlerMilliseconds);
    await world.sync();
    expect(world.targetNames(target)).toEqual([]);
    expect(await world.progress(target)).toMatchObject({ state: 'current' });
  });
});

describe('what a listing after a crash finds', () => {
  beforeEach(async () => {
    begin(createWorld());
    const [first = ''] = world.addContacts(203);
    await world.sync();
    world.source.edit(first, { displayName: 'Contact 1', department: 'Engines' });
    world.graph.fail({ on: { operation: 'patch' }, committed: true, meanwhile: crash });
    await world.run();
    await world.deliver();
    const contacts = [...world.graph.mailbox(target).contacts.values()].filter(({ stamp }) => stamp);
    for (const { id } of contacts.slice(10)) world.graph.mailbox(target).remove(id);
  });

  test('is mended to its end over several handlers', async () => {
    slowDown('create', writeMilliseconds);
    await world.drain();
    expect(Object.keys(world.target(target) ?? {})).toHaveLength(203);
  });

  test('is mended to its end where Graph asks to wait half-way', async () => {
    world.graph.fail({ on: { displayName: 'Contact 50' }, answer: failure('throttled', 600) });
    await world.drain();
    expect(Object.keys(world.target(target) ?? {})).toHaveLength(203);
  });
});

describe('a full reconcile whose listing takes longer than a handler may', () => {
  test('writes a batch in each handler, and comes to its end', async () => {
    begin(createWorld());
    world.addContacts(45);
    await world.sync();
    for (const { id } of [...world.graph.mailbox(target).contacts.values()]) world.graph.mailbox(target).remove(id);
    world.setLists(listOf({ userEdits: 'revert' }));
    watchHandlers();
    slowDown('listStamped', handlerMilliseconds);
    await world.resync(target, 'full');
    await world.drain();
    expect(Object.keys(world.target(target) ?? {})).toHaveLength(45);
    expect(world.handlerErrors).toEqual([]);
  });
});

describe('the lists that a handler has no time for', () => {
  const second = { id: 'board', destination: { folder: 'Board', category: null } };

  test('have the new message for themselves, with all that was asked of them', async () => {
    begin(createWorld(listOf(), listOf(second)));
    world.addContacts(90);
    slowDown('create', 3000, 81);
    await world.sync();
    sent.splice(0);
    world.takeCalls();
    await world.resync(target, 'full');
    slowDown('listStamped', handlerMilliseconds);
    await world.drain();
    const lists = sent.map(({ body }) => body.lists.map(({ list, full }) => [list, full]));
    expect(lists.map(({ length }) => length)).toEqual([2, 1]);
    expect(lists[1]).toEqual([lists[0]?.[1]]);
    expect(world.takeCalls(target).filter(({ operation }) => operation === 'listStamped')).toHaveLength(2);
    for (const id of ['staff', 'board']) expect(await world.progress(target, id)).toMatchObject({ state: 'current' });
  });
});
