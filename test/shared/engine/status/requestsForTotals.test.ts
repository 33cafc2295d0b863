import { captureMessage, parseMessage } from '../../../../shared/engine/messages.ts';
import { createWorld, listOf, minute, type World } from '../world.ts';

const staff = listOf();
let world: World;

beforeEach(() => {
  world = createWorld(staff);
});

async function countReads(work: () => Promise<unknown>): Promise<number> {
  const { sources, progress, runs } = world.tables;
  const spies = [sources, progress, runs].flatMap(table =>
    (['get', 'query', 'pick', 'queryAcross'] as const).map(method => jest.spyOn(table, method)),
  );
  await work();
  const reads = spies.reduce((sum, { mock }) => sum + mock.calls.length, 0);
  for (const spy of spies) spy.mockRestore();
  return reads;
}

/** What somebody waits for, before everything else. */
async function deliverAhead(): Promise<void> {
  const { captureQueue, priorityQueue } = world.queues;
  for (const message of captureQueue.receive()) {
    await world.drive(world.app.captureLists(parseMessage(captureMessage, message.body)));
    message.complete();
  }
  for (const message of priorityQueue.receive()) {
    await world.drive(world.app.syncMailbox(message.body, 'priority'));
    message.complete();
  }
}

/** A run to many mailboxes, and what it shows at once. */
async function runToMany() {
  world.addContacts(1);
  const targets = world.addTargets(120);
  await world.run();
  const [running] = await world.app.readLatestRuns(1);
  return { id: running?.id ?? '', running, targets };
}

test('how a run and a list with many mailboxes stand takes no reading of their rows', async () => {
  const { app } = world;
  const { id, running } = await runToMany();
  expect(running).toMatchObject({ state: 'running', mailboxes: { total: 120, done: 0 } });
  await world.drain();
  expect(await countReads(() => app.readRun(id))).toBe(2);
  expect(await app.readRun(id)).toMatchObject({
    state: 'finished',
    mailboxes: { total: 120, done: 120 },
    contacts: { created: 120 },
  });
  expect(await countReads(() => app.readRun(id))).toBe(1);
  expect(await countReads(() => app.readLatestRuns(20))).toBe(1);

  await app.readLists();
  expect(await countReads(() => app.readLists())).toBe(3);
  expect((await app.readLists())[0]?.mailboxes).toMatchObject({ current: 120, behind: 0 });
});

test('a run of which no mailbox has told anything yet is shown from its totals', async () => {
  const { app } = world;
  const { id } = await runToMany();

  expect(await countReads(() => app.readRun(id))).toBe(2);
  expect(await countReads(() => app.readLatestRuns(20))).toBe(2);
});

test('a run that is silent is looked into once a minute, however often somebody asks', async () => {
  const { app } = world;
  const { id, targets } = await runToMany();
  const [first = ''] = targets;
  // Somebody else brings one of them there, and the message of the run comes later.
  await world.resync(first);
  await deliverAhead();
  await world.clock.advance(2 * minute);

  expect(await app.readRun(id)).toMatchObject({ state: 'running', mailboxes: { total: 120, done: 1 } });
  expect(await countReads(() => app.readRun(id))).toBe(2);
  expect(await app.readRun(id)).toMatchObject({ state: 'running', mailboxes: { total: 120, done: 1 } });
  await world.drain();
  expect(await app.readRun(id)).toMatchObject({ state: 'finished', mailboxes: { total: 120, done: 120 } });
});

test('a list that vanished is known by its totals', async () => {
  world.addContacts(1);
  world.addTargets(120);
  await world.sync();
  world.setLists(listOf({ id: 'other', targets: { mailboxes: ['target1@contoso.com'] } }));
  const { app } = world;
  await app.readLists();
  const spy = jest.spyOn(world.tables.progress, 'query');

  expect((await app.readLists()).map(({ id }) => id)).toEqual(['other', 'staff']);

  const rows = await Promise.all(spy.mock.results.map(({ value }) => value));
  expect(Math.max(...rows.map(read => read.length))).toBeLessThan(120);
  spy.mockRestore();
});
