import fc from 'fast-check';
import { commands, scenes } from '../convergence/schedules.ts';
import { NotConverged, runSchedule } from '../convergence/search.ts';
import { blocksOf } from '../convergence/searchSchedules.ts';
import { newStatistics } from '../convergence/statistics.ts';

// More schedules than `convergence.test.ts` has, one after the other until one does not converge; which one is all that is
// asked here, so it is not made smaller. Its JSON is printed then. Argument: how many schedules at most.
const firstSeed = 1;
const schedules = Number(process.argv[2]);

const property = fc.asyncProperty(fc.scheduler(), scenes, commands, (scheduler, scene, chosen) =>
  runSchedule(scheduler, scene, chosen, newStatistics()),
);
let before = 0;
for (const { seed, count } of blocksOf(firstSeed, schedules)) {
  const { failed, errorInstance, numRuns } = await fc.check(property, { seed, numRuns: count, endOnFailure: true });
  if (failed) {
    const codes =
      errorInstance instanceof NotConverged
        ? errorInstance.violations.map(({ code }) => code)
        : [String(errorInstance)];
    const violation = `seed ${seed}, schedule ${numRuns}: ${[...new Set(codes)].join(' ')}`;
    console.log(JSON.stringify({ violation, schedules: before + numRuns }));
    break;
  }
  before += count;
}
