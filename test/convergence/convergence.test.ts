import { searchBlock } from './searchSchedules.ts';
import { newStatistics } from './statistics.ts';

// A sample: npm run convergence searches as long as it is told, in CI a hundred schedules wherever the engine changed.
const blocks = [1, 2].map(seed => ({ seed, count: 6 }));

test.each(blocks)('$count random schedules from seed $seed converge', async ({ seed, count }) => {
  const statistics = newStatistics();
  const violation = await searchBlock(seed, count, statistics);
  expect(violation && `${violation.message}\n${violation.schedule}`).toBeUndefined();
  expect(statistics).toMatchObject({ schedules: count, violations: 0 });
  expect(statistics.contactsCompared).toBeGreaterThan(count);
  expect(statistics.crashes).toBeGreaterThan(0);
  expect(Object.keys(statistics.faults).length).toBeGreaterThan(10);
});
