import { createWorld, hour, listOf, type World } from '../world.ts';

let world: World;
let target: string;
let other: string;

beforeEach(async () => {
  world = createWorld();
  [target = '', other = ''] = world.addTargets(2);
  world.addContacts(2);
});

test('removes what we wrote and the folder, through the priority queue, and nothing in other mailboxes', async () => {
  await world.sync();
  const run = await world.clear(target);
  expect(world.queues.priorityQueue.size).toBe(1);
  expect((await world.runView(run ?? ''))?.state).toBe('running');
  await world.drain();
  expect(await world.runView(run ?? '')).toMatchObject({
    state: 'finished',
    contacts: { created: 0, deleted: 2, failed: 0 },
    mailboxes: { total: 1, done: 1 },
  });
  expect(world.target(target)).toBeUndefined();
  expect(world.targetNames(other)).toEqual(['Contact 1', 'Contact 2']);
  expect(await world.ledger(target)).toEqual([]);
  expect(await world.progress(target)).toMatchObject({ wanted: 'cleared', state: 'cleared', contacts: 0 });
});

test('leaves the user’s own contacts, and then the folder', async () => {
  await world.sync();
  const folder = world.graph.mailbox(target).findFolder(['Company'])?.id ?? '';
  world.graph.mailbox(target).add(folder, { displayName: 'My own' });
  await world.clear(target);
  await world.drain();
  expect(world.targetNames(target)).toEqual(['My own']);
});

test('no later run fills it again, nor one of the whole list, until a resync names it', async () => {
  await world.sync();
  await world.clear(target);
  await world.drain();
  world.addContacts(1, 'New');
  await world.clock.advance(hour);
  await world.sync();
  await world.resync(undefined, 'full');
  await world.drain();
  world.setLists(listOf({ destination: { folder: 'Company', category: 'Company' } }));
  await world.clock.advance(hour);
  await world.sync();
  expect(world.target(target)).toBeUndefined();
  expect(world.targetNames(other)).toHaveLength(3);

  await world.resync(target);
  await world.drain();
  expect(world.targetNames(target)).toHaveLength(3);
  expect(await world.progress(target)).toMatchObject({ wanted: 'target', state: 'current' });
});

test('a message that was lost is made good by the schedule', async () => {
  await world.sync();
  await world.clear(target);
  for (const message of world.queues.priorityQueue.receive()) message.complete();
  await world.clock.advance(2 * hour);
  await world.sync();
  expect(world.target(target)).toBeUndefined();
});

test('again does nothing more', async () => {
  await world.sync();
  await world.clear(target);
  await world.drain();
  world.takeCalls();
  const again = await world.clear(target);
  await world.drain();
  expect((await world.runView(again ?? ''))?.contacts).toMatchObject({ deleted: 0 });
  expect(world.takeCalls(target)).toEqual([]);
});

test('a cleared mailbox that leaves the list and comes back stays cleared', async () => {
  await world.sync();
  await world.clear(target);
  await world.drain();
  for (const members of [[other], [target, other]]) {
    world.graph.setGroup('all@contoso.com', members);
    await world.clock.advance(hour);
    await world.sync();
  }
  expect(world.target(target)).toBeUndefined();
});

test('a mailbox whose account was disabled meanwhile stays cleared when it is enabled again', async () => {
  await world.sync();
  await world.clear(target);
  await world.drain();
  for (const enabled of [false, true]) {
    world.graph.setEnabled(target, enabled);
    await world.clock.advance(hour);
    await world.sync();
  }
  expect(world.target(target)).toBeUndefined();
});

test('what was left in a mailbox by policy can be cleared too', async () => {
  world.setLists(listOf({ whenTargetLeaves: 'leave' }));
  await world.sync();
  world.graph.setGroup('all@contoso.com', [other]);
  await world.clock.advance(hour);
  await world.sync();
  expect(world.targetNames(target)).toHaveLength(2);
  await world.clear(target);
  await world.drain();
  expect(world.target(target)).toBeUndefined();
});

test('a mailbox that the list never had is not known', async () => {
  await world.sync();
  expect(await world.clear('ghost')).toBeUndefined();
  expect(world.syncMessages()).toBe(0);
});
