import { createWorld, listOf } from '../world.ts';

const staff = listOf();
const world = createWorld(staff);

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

test('how a run and a list with many mailboxes stand takes no reading of their rows', async () => {
  world.addContacts(1);
  world.addTargets(120);
  const { app } = world;
  await world.run();
  const [running] = await app.readLatestRuns(1);
  const id = running?.id ?? '';
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

  expect(await countReads(() => app.readLists())).toBe(4);
  expect((await app.readLists())[0]?.mailboxes).toMatchObject({ current: 120, behind: 0 });
});
