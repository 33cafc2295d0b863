import { schedulerOf } from '../replay.ts';
import { runSchedule, ScheduleCommand } from '../search.ts';
import { newStatistics } from '../statistics.ts';
import { regressions } from './schedules.ts';

const orders = 8;

test.each(regressions)('$name', async ({ scene, actions }) => {
  for (let seed = 1; seed <= orders; seed++) {
    const commands = actions.map(action => new ScheduleCommand(action));
    await runSchedule(schedulerOf(seed), scene, commands, newStatistics());
  }
});
