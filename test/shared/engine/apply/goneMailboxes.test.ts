import { failure } from '../../../memory/graphFaults.ts';
import { createWorld, hour, type World } from '../world.ts';

const day = 24 * hour;

let world: World;
let target: string;
let other: string;

beforeEach(async () => {
  world = createWorld();
  [target = '', other = ''] = world.addTargets(2);
  world.addContacts(3);
  await world.sync();
});

/** The user leaves the company: out of the group, and out of the directory. */
async function leave(): Promise<void> {
  world.graph.setGroup('all@contoso.com', [other]);
  await world.clock.advance(hour);
  await world.sync();
}

function forget(): Promise<number> {
  return world.app.forgetGoneMailboxes();
}

describe('a mailbox that left and whose user is gone from the directory', () => {
  beforeEach(async () => {
    world.graph.removeUser(target);
    await leave();
  });

  test('is done at once as gone, counted, and noted in the run', async () => {
    const progress = await world.progress(target);
    expect(progress).toMatchObject({ state: 'cleared', goneAt: expect.any(Number), dueAt: 0 });
    expect(progress?.goneAt).toBeGreaterThan(0);
    expect(progress).not.toHaveProperty('problem');
    const notes = [{ list: 'staff', mailbox: target, code: 'MailboxGone' }];
    expect(await world.latestRun()).toMatchObject({ mailboxes: { done: 1 }, problems: [], notes });
    const { statuses } = await world.run();
    expect(statuses).toMatchObject([{ mailboxes: 1, leaving: 0, gone: 1 }]);
    world.takeCalls();
    await world.clock.advance(2 * day);
    await world.sync();
    expect(world.takeCalls(target)).toEqual([]);
  });

  test('keeps its rows for 30 days, and then they are deleted', async () => {
    await world.clock.advance(30 * day - hour);
    expect(await forget()).toBe(0);
    expect(await world.ledger(target)).toHaveLength(3);
    await world.clock.advance(2 * hour);
    expect(await forget()).toBe(1);
    expect(await world.tables.mailboxes.query(target)).toEqual([]);
    expect(await world.progress(target)).toBeUndefined();
    expect(await forget()).toBe(0);
    expect(await world.ledger(other)).toHaveLength(3);
    await world.sync();
    expect(await world.progress(target)).toBeUndefined();
  });
});

test('a user who is restored within 30 days is in line again, with what was there', async () => {
  const kept = world.graph.mailbox(target);
  kept.failure = failure('noMailbox');
  const removed = world.graph.hideUser(target);
  await leave();
  expect(await world.progress(target)).toMatchObject({ state: 'cleared' });
  removed.restore();
  kept.failure = undefined;
  kept.remove(world.targetId(target, 'Contact 1'));
  world.graph.setGroup('all@contoso.com', [target, other]);
  await world.clock.advance(10 * day);
  world.takeCalls();
  await world.sync();
  expect(world.takeCalls(target).map(({ operation }) => operation)).not.toContain('create');
  expect(world.targetNames(target)).toEqual(['Contact 2', 'Contact 3']);
  expect(await world.progress(target)).toMatchObject({ state: 'current', goneAt: 0 });
  await world.clock.advance(30 * day);
  expect(await forget()).toBe(0);
});

test('a mailbox that left and is only switched off for now is waited for', async () => {
  world.graph.mailbox(target).failure = failure('noMailbox');
  await leave();
  expect(await world.progress(target)).toMatchObject({ state: 'skipped', goneAt: 0 });
  world.graph.mailbox(target).failure = undefined;
  await world.clock.advance(hour);
  await world.sync();
  expect(world.targetNames(target)).toBeUndefined();
  expect(await world.progress(target)).toMatchObject({ state: 'cleared', goneAt: 0 });
});

test('a directory that does not answer says nothing', async () => {
  world.graph.removeUser(target);
  world.graph.fail({ on: { operation: 'findUser' }, answer: failure('unavailable') });
  await leave();
  expect(await world.progress(target)).toMatchObject({ state: 'skipped', goneAt: 0 });
});
