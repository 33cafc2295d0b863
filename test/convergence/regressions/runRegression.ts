import { schedulerOf } from '../replay.ts';
import { runSchedule, ScheduleCommand } from '../search.ts';
import { newStatistics } from '../statistics.ts';
import type { regressions } from './schedules.ts';

/** `npm test` runs the first of them, `npm run convergence` all. */
export const orders = { first: 3, all: 8 };

/** Runs the schedule in as many orders. @throws NotConverged */
export async function runRegression({ scene, actions }: (typeof regressions)[number], count: number): Promise<void> {
  for (let seed = 1; seed <= count; seed++) {
    const commands = actions.map(action => new ScheduleCommand(action));
    await runSchedule(schedulerOf(seed), scene, commands, newStatistics());
  }
}
