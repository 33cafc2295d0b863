import { readLists } from '../../../../shared/engine/status/readLists.ts';
import { readLatestRuns, readRun } from '../../../../shared/engine/status/readRun.ts';
import { openProgress } from '../../../../shared/store/progress.ts';
import { openRuns } from '../../../../shared/store/runs.ts';
import { statusServices } from '../status.ts';
import { createWorld, hour, listOf } from '../world.ts';

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
  const services = statusServices(world, { lists: [staff] });
  const reader = {
    ...services,
    runs: openRuns(world.tables.runs),
    progress: openProgress(world.tables.progress),
    configuredLists: [staff],
    messagePatience: hour,
  };
  await world.run();
  const [running] = await readLatestRuns(1, reader);
  const id = running?.id ?? '';
  expect(running).toMatchObject({ state: 'running', mailboxes: { total: 120, done: 0 } });
  await world.drain();
  expect(await countReads(() => readRun(id, reader))).toBe(2);
  expect(await readRun(id, reader)).toMatchObject({
    state: 'finished',
    mailboxes: { total: 120, done: 120 },
    contacts: { created: 120 },
  });
  expect(await countReads(() => readRun(id, reader))).toBe(1);
  expect(await countReads(() => readLatestRuns(20, reader))).toBe(1);

  const rows = jest.spyOn(reader.progress, 'readAll');
  expect(await countReads(() => readLists(reader))).toBe(4);
  expect((await readLists(reader))[0]?.mailboxes).toMatchObject({ current: 120, behind: 0 });
  expect(rows).not.toHaveBeenCalled();
});
