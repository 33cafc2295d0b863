import { app } from '@azure/functions';
import { type RunServices, runSync } from '../shared/engine/fan-out/runSync.ts';
import type { RefusedList } from '../shared/settings/settings.ts';
import { newRunId } from '../shared/store/runs.ts';
import type { LogRun } from './logRun.ts';

export interface ScheduleSyncServices extends RunServices {
  readonly newId: () => string;
  readonly refusedLists: readonly RefusedList[];
}

/** Captures every list's source on schedule and sends a message to each mailbox that is behind. */
export function registerScheduleSync(services: ScheduleSyncServices, logRun: LogRun): void {
  app.timer('scheduleSync', {
    schedule: '%SYNC_SCHEDULE%',
    handler: async (_timer, context) => {
      const { lists, refusedLists } = services;
      const id = newRunId(services.clock.now(), services.newId());
      const run = { id, cause: 'schedule' as const, lists: lists.length, refusedLists };
      await logRun(run, context, () => runSync({ id, cause: 'schedule', lists }, services));
    },
  });
}
