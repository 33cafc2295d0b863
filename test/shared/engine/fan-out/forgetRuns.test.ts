import { forgetRuns } from '../../../../shared/engine/fan-out/forgetRuns.ts';
import { openRuns } from '../../../../shared/store/runs.ts';
import { createWorld, hour } from '../world.ts';

test('runs are deleted after five weeks, however many there are, and not before', async () => {
  const world = createWorld();
  world.addContacts(1);
  world.addTargets(1);
  const runs = openRuns(world.tables.runs);
  for (let run = 0; run < 60; run++) await world.sync();
  await world.clock.advance(34 * 24 * hour);
  expect(await forgetRuns(runs, world.clock)).toBe(0);
  await world.sync();
  await world.clock.advance(2 * 24 * hour);

  expect(await forgetRuns(runs, world.clock)).toBe(60);

  expect(await runs.readLatest(100)).toHaveLength(1);
});
