import { captureMessage, parseMessage } from '../../../shared/engine/messages.ts';
import { createWorld, listOf, type World } from './world.ts';

const staff = listOf();
const partners = listOf({
  id: 'partners',
  source: { mailbox: 'directory@contoso.com', folders: ['Partners'] },
  destination: { folder: 'Partners', category: null },
});
let world: World;
let targets: string[];

beforeEach(() => {
  world = createWorld(staff, partners);
  const folder = world.source.addFolder('Partners');
  world.addContacts(3);
  world.addContacts(1, 'Partner', folder);
  targets = world.addTargets(2);
});

async function stateOf(list: string): Promise<string | undefined> {
  return (await world.app.readList(list))?.state;
}

/** How many contacts each target has in the folder. */
function counts(folder = 'Company'): number[] {
  return targets.map(id => world.targetNames(id, folder)?.length ?? 0);
}

test('of a halted list nothing is read and nothing is written, and the others go on', async () => {
  await world.app.halt('staff');
  const { problems, statuses } = await world.sync();

  expect(counts()).toEqual([0, 0]);
  expect(counts('Partners')).toEqual([1, 1]);
  expect(problems).toMatchObject([{ list: 'staff', code: 'Halted' }]);
  expect(statuses.map(({ list, state }) => [list, state])).toEqual([
    ['staff', 'halted'],
    ['partners', 'ok'],
  ]);
  expect(await stateOf('staff')).toBe('halted');
  expect((await world.app.readList('staff'))?.head).toBe(0);
});

test('a release lets a list go on at once, also where its mailboxes had their messages already', async () => {
  await world.run();
  await world.app.halt('staff');
  await world.drain();
  expect(counts()).toEqual([0, 0]);
  expect(counts('Partners')).toEqual([1, 1]);
  expect((await world.app.readList('staff'))?.mailboxes).toMatchObject({ waiting: 2 });

  await world.clock.advance(1000);
  expect(await world.app.release('staff')).toEqual({ run: expect.any(String) });
  await world.drain();
  expect(counts()).toEqual([3, 3]);
  expect(await stateOf('staff')).toBe('ok');
});

test('a halted mailbox costs no message however long it waits', async () => {
  await world.run();
  await world.app.halt('staff');
  await world.drain();
  for (let hours = 0; hours < 3; hours++) {
    await world.clock.advance(3_600_000);
    expect((await world.run()).sent).toBe(0);
  }
});

test('a handler that is at work begins no other batch, and the release brings the rest without a double', async () => {
  world.addContacts(97, 'More');
  await world.run();
  const work = world.deliver();
  while (!world.graph.calls.some(({ operation }) => operation === 'create')) {
    await new Promise(resolve => setImmediate(resolve));
  }
  await world.app.halt('staff');
  await work;
  const written = counts();
  expect(written.every(count => count < 100)).toBe(true);
  await world.drain();
  expect(counts()).toEqual(written);

  await world.clock.advance(1000);
  await world.app.release('staff');
  await world.drain();
  expect(counts()).toEqual([100, 100]);
});

test('another process sees a halt within seconds', async () => {
  await world.run();
  const other = world.openApp();
  await other.readLists();
  await world.app.halt('staff');
  await world.clock.advance(5000);
  for (const { body, complete } of world.queues.syncQueue.receive()) {
    await world.drive(other.syncMailbox(body, 'sync'));
    complete();
  }
  expect(counts()).toEqual([0, 0]);
});

test('what another process halted a moment ago is released, and not said to run', async () => {
  const other = world.openApp();
  await other.readLists();
  await world.app.halt('staff');
  expect(await other.release('staff')).toEqual({ run: expect.any(String) });
});

test('everything stands still, the clean-up of a list that is gone from the settings as well, until everything is released', async () => {
  await world.sync();
  world.setLists(staff);
  await world.app.halt(undefined);
  world.takeCalls();
  await world.sync();
  expect(counts('Partners')).toEqual([1, 1]);
  expect(world.takeCalls()).toEqual([]);
  expect(await world.app.release('staff')).toBe('allHalted');

  await world.app.release(undefined);
  await world.sync();
  expect(counts('Partners')).toEqual([0, 0]);
});

test('what was halted by itself stays so when everything is released', async () => {
  await world.app.halt('partners');
  await world.app.halt(undefined);
  await world.app.release(undefined);
  await world.sync();
  expect(counts()).toEqual([3, 3]);
  expect(counts('Partners')).toEqual([0, 0]);
  expect(await world.app.release(undefined)).toBe('notHalted');
});

test('a source that changed while its list was halted is read once it is released', async () => {
  await world.sync();
  await world.app.halt('staff');
  world.addContacts(2, 'Later');
  await world.sync();
  expect(counts()).toEqual([3, 3]);
  await world.app.release('staff');
  const [message] = world.queues.captureQueue.receive();
  expect(parseMessage(captureMessage, message?.body)).toMatchObject({ lists: ['staff'], cause: 'resync' });
  message?.complete();
  await world.sync();
  expect(counts()).toEqual([5, 5]);
});
