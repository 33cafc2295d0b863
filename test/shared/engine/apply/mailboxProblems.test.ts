import type { GraphFailureKind } from '../../../../shared/ports/contactMailbox.ts';
import { failure } from '../../../memory/graphFaults.ts';
import { createWorld, hour, minute, type World } from '../world.ts';

let world: World;
let target: string;
let ids: string[];

beforeEach(() => {
  world = createWorld();
  [target = ''] = world.addTargets(1);
  ids = world.addContacts(30);
});

const poison = { kind: 'refused' as const, code: 'ErrorInvalidRequest', detail: 'personalNotes' };

function poisonContact(number: number, times = 1): void {
  world.graph.fail({ on: { displayName: `Contact ${number}` }, answer: poison, times });
}

function edit(index: number, department: string): void {
  const id = ids[index] ?? '';
  world.source.edit(id, { ...world.source.contact(id).contact, department });
}

describe('a contact that Graph refuses', () => {
  test('is failed with its reason while the others arrive, and is tried again when due', async () => {
    poisonContact(7);
    await world.sync();
    expect(world.targetNames(target)).toHaveLength(29);
    expect(await world.progress(target)).toMatchObject({
      state: 'current',
      position: 30,
      contacts: 29,
      failed: 1,
      dueAt: world.clock.now() + 5 * minute,
      problem: { code: 'ErrorInvalidRequest', detail: expect.stringMatching(/refused .*: personalNotes$/) },
    });
    expect(await world.latestRun()).toMatchObject({
      contacts: { created: 29, failed: 1 },
      problems: [{ list: 'staff' }],
    });
    expect(await world.sync()).toMatchObject({ sent: 0 });
    await world.clock.advance(5 * minute);
    expect(await world.sync()).toMatchObject({ sent: 1 });
    expect(world.targetNames(target)).toHaveLength(30);
    const healed = await world.progress(target);
    expect(healed).toMatchObject({ contacts: 30, failed: 0, dueAt: 0 });
    expect(healed).not.toHaveProperty('problem');
  });

  test('is tried less and less often', async () => {
    poisonContact(7, 99);
    await world.sync();
    const waits: number[] = [];
    for (let round = 0; round < 6; round++) {
      const dueAt = (await world.progress(target))?.dueAt ?? 0;
      waits.push((dueAt - world.clock.now()) / minute);
      await world.clock.advance(dueAt - world.clock.now());
      await world.sync();
    }
    expect(waits.map(Math.round)).toEqual([5, 20, 80, 320, 1280, 1440]);
  });

  test('stays visible while other contacts change', async () => {
    poisonContact(7, 99);
    await world.sync();
    edit(0, 'Engines');
    await world.sync();
    expect(await world.progress(target)).toMatchObject({ failed: 1, problem: { code: 'ErrorInvalidRequest' } });
    await world.resync(target);
    await world.drain();
    expect(await world.progress(target)).toMatchObject({ failed: 1, problem: { code: 'ErrorInvalidRequest' } });
  });

  test('is patched with every field that it still lacks', async () => {
    await world.sync();
    poisonContact(7);
    edit(6, 'Engines');
    await world.sync();
    const id = ids[6] ?? '';
    world.source.edit(id, { ...world.source.contact(id).contact, title: 'Countess' });
    await world.sync();
    expect(world.target(target)?.['Contact 7']).toMatchObject({ department: 'Engines', title: 'Countess' });
    expect(await world.progress(target)).toMatchObject({ failed: 0, dueAt: 0 });
  });

  test('is forgotten when the source removes it', async () => {
    poisonContact(7, 99);
    await world.sync();
    world.source.remove(ids[6] ?? '');
    await world.sync();
    expect(await world.progress(target)).toMatchObject({ failed: 0, dueAt: 0, contacts: 29 });
    expect(await world.ledger(target)).toHaveLength(29);
  });

  test('keeps a clean-up from ending before it is gone', async () => {
    await world.sync();
    world.exclude(target);
    poisonContact(7);
    await world.clock.advance(hour);
    await world.sync();
    expect(await world.progress(target)).not.toMatchObject({ state: 'cleared' });
    await world.clock.advance(hour);
    await world.sync();
    expect(world.targetNames(target)).toBeUndefined();
    expect(await world.progress(target)).toMatchObject({ state: 'cleared' });
  });
});

test('contacts whose long notes are too much for one request arrive in several', async () => {
  const personalNotes = 'x'.repeat(300_000);
  for (const id of ids) world.source.edit(id, { ...world.source.contact(id).contact, personalNotes });
  await world.sync();
  expect(world.targetNames(target)).toHaveLength(30);
  expect(await world.progress(target)).toMatchObject({ state: 'current', failed: 0 });
});

describe('throttling', () => {
  test('inside a batch is waited for, and only those writes are sent again', async () => {
    world.graph.fail({ on: { operation: 'create' }, answer: { kind: 'throttled', retryAfter: 10_000 }, times: 3 });
    const before = world.clock.now();
    await world.sync();
    expect(world.targetNames(target)).toHaveLength(30);
    expect(world.clock.now() - before).toBeGreaterThanOrEqual(10_000);
    expect(world.takeCalls(target).filter(({ operation }) => operation === 'create')).toHaveLength(33);
  });

  test('longer than the longest wait becomes a scheduled message; what is done stays done', async () => {
    const throttled = { kind: 'throttled' as const, retryAfter: 5 * minute };
    world.graph.fail({ on: { displayName: 'Contact 5' }, answer: throttled });
    await world.run();
    await world.deliver();
    expect(await world.progress(target)).toMatchObject({ state: 'waiting', problem: { code: 'throttled' } });
    expect(await world.latestRun()).toMatchObject({ mailboxes: { waiting: 1 }, contacts: { created: 19 } });
    expect(world.targetNames(target)).toHaveLength(19);
    expect(await world.run()).toMatchObject({ sent: 0 });
    await world.drain();
    expect(world.targetNames(target)).toHaveLength(30);
    expect(world.takeCalls(target).filter(({ operation }) => operation === 'create')).toHaveLength(31);
    const runs = await world.latestRun();
    expect(runs?.state).toBe('finished');
    expect(await world.progress(target)).toMatchObject({ state: 'current', position: 30, dueAt: 0 });
  });

  test('longer than a message is scheduled is left to a later run', async () => {
    world.graph.fail({ on: { operation: 'create' }, answer: { kind: 'throttled', retryAfter: hour } });
    await world.run();
    await world.deliver();
    expect(world.syncMessages()).toBe(0);
    await world.clock.advance(hour);
    await world.sync();
    expect(world.targetNames(target)).toHaveLength(30);
  });

  test('without end comes to rest between its tries', async () => {
    world.graph.fail({ on: { operation: 'create' }, answer: { kind: 'notTried' }, times: 1000 });
    await world.run();
    await world.deliver();
    const calls = world.takeCalls(target).length;
    expect(calls).toBeLessThan(200);
    expect((await world.progress(target))?.dueAt).toBeGreaterThan(world.clock.now());
    world.graph.stopFailing();
    await world.drain();
    expect(world.targetNames(target)).toHaveLength(30);
  });
});

describe('a mailbox that cannot be written', () => {
  test.each<[GraphFailureKind, string, number]>([
    ['noMailbox', 'skipped', 15 * minute],
    ['accessDenied', 'failed', hour],
    ['overQuota', 'failed', hour],
    ['refused', 'failed', hour],
  ])('%s is shown as %s and tried again later', async (kind, state, wait) => {
    world.graph.mailbox(target).failure = failure(kind);
    await world.sync();
    const now = world.clock.now();
    expect(await world.progress(target)).toMatchObject({
      state,
      dueAt: now + wait,
      problem: { code: failure(kind).code },
    });
    world.graph.mailbox(target).failure = undefined;
    await world.clock.advance(wait - 2000);
    expect(await world.sync()).toMatchObject({ sent: 0 });
    await world.clock.advance(1000);
    await world.sync();
    expect(world.targetNames(target)).toHaveLength(30);
  });

  test('because there is none yet is tried less and less often, and starts anew once it had one', async () => {
    const box = world.graph.mailbox(target);
    const waits: number[] = [];
    const fail = async () => {
      box.failure = failure('noMailbox');
      await world.sync();
      const dueAt = (await world.progress(target))?.dueAt ?? 0;
      waits.push(Math.round((dueAt - world.clock.now()) / minute));
      await world.clock.advance(dueAt - world.clock.now());
    };
    for (let round = 0; round < 5; round++) await fail();
    expect(waits).toEqual([15, 60, 240, 1440, 1440]);
    box.failure = undefined;
    await world.sync();
    expect(world.targetNames(target)).toHaveLength(30);
    edit(0, 'Engines');
    await fail();
    expect(waits.at(-1)).toBe(15);
  });

  test.each<GraphFailureKind>(['noMailbox', 'accessDenied'])(
    'because of %s is tried at once when somebody asks for the list',
    async kind => {
      world.graph.mailbox(target).failure = failure(kind);
      await world.sync();
      world.graph.mailbox(target).failure = undefined;
      expect(await world.sync()).toMatchObject({ sent: 0 });
      await world.resync();
      await world.drain();
      expect(world.targetNames(target)).toHaveLength(30);
    },
  );

  test.each<GraphFailureKind>(['mailboxMoving', 'throttled', 'unavailable'])('%s is waited for', async kind => {
    world.graph.mailbox(target).failure = failure(kind);
    await world.run();
    await world.deliver();
    expect(await world.progress(target)).toMatchObject({ state: 'waiting' });
    world.graph.mailbox(target).failure = undefined;
    await world.drain();
    expect(world.targetNames(target)).toHaveLength(30);
  });

  test('in the middle keeps what was done', async () => {
    world.graph.fail({ on: { displayName: 'Contact 25' }, answer: failure('overQuota') });
    await world.sync();
    expect(await world.progress(target)).toMatchObject({ state: 'failed', contacts: 29 });
    await world.clock.advance(hour);
    await world.sync();
    expect(world.targetNames(target)).toHaveLength(30);
    expect(world.takeCalls(target).filter(({ operation }) => operation === 'create')).toHaveLength(31);
  });

  test('does not delete what a user without a mailbox would have', async () => {
    await world.sync();
    world.graph.mailbox(target).failure = failure('noMailbox');
    edit(0, 'Engines');
    await world.sync();
    expect(await world.progress(target)).toMatchObject({ state: 'skipped', wanted: 'target' });
    world.graph.mailbox(target).failure = undefined;
    await world.clock.advance(24 * hour);
    await world.sync();
    expect(world.target(target)?.['Contact 1']?.department).toBe('Engines');
  });
});
