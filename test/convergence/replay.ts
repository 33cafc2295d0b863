import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { Action } from './actions.ts';
import type { Scene } from './scene.ts';
import { NotConverged, runSchedule, ScheduleCommand } from './search.ts';
import { newStatistics } from './statistics.ts';

/** The order in which a schedule goes on when it is run again: the same seed, the same order. */
export function schedulerOf(seed: number): fc.Scheduler {
  const [scheduler] = fc.sample(fc.scheduler(), { seed, numRuns: 1 });
  if (!scheduler) throw new Error('fast-check gave no scheduler');
  return scheduler;
}

/** Tries a schedule in up to a hundred orders. The first one that does not converge is printed turn by turn. */
export async function replay(file: string, firstSeed: number): Promise<boolean> {
  const [scene = '', ...actions] = readFileSync(file, 'utf8').trim().split('\n');
  for (let seed = firstSeed; seed < firstSeed + 100; seed++) {
    const scheduler = schedulerOf(seed);
    const commands = actions.map(line => new ScheduleCommand(JSON.parse(line) as Action));
    try {
      await runSchedule(scheduler, JSON.parse(scene) as Scene, commands, newStatistics());
    } catch (error) {
      if (!(error instanceof NotConverged)) throw error;
      console.log(
        scheduler
          .report()
          .map(({ label }) => label)
          .join('\n'),
      );
      console.log(`\nwith seed ${seed}: ${error.message}`);
      return false;
    }
  }
  console.log('converges in a hundred orders');
  return true;
}
