import { app } from '@azure/functions';
import { newRunId } from '../shared/state/runs.ts';
import { type RunServices, runSync } from '../shared/workflows/runSync.ts';

/** Captures every list's source on schedule and sends a message to each mailbox that is behind. */
export function registerScheduleSync(services: RunServices & { readonly newId: () => string }): void {
  app.timer('scheduleSync', {
    schedule: '%SYNC_SCHEDULE%',
    handler: async (_timer, context) => {
      const id = newRunId(services.clock.now(), services.newId());
      const outcome = await runSync({ id, cause: 'schedule', lists: services.lists }, services);
      for (const problem of outcome.problems) context.warn('A list has a problem', { run: id, ...problem });
      context.info('The run was fanned out', { run: id, mailboxes: outcome.sent });
    },
  });
}
