import { app } from '@azure/functions';
import type { Clock } from '../shared/ports/clock.ts';
import type { RunsTable } from '../shared/state/runs.ts';
import { forgetRuns } from '../shared/workflows/run/forgetRuns.ts';

/** Daily. */
const schedule = '0 20 1 * * *';

/** Deletes the rows of old runs. */
export function registerForgetRuns(services: { readonly runs: RunsTable; readonly clock: Clock }): void {
  app.timer('forgetRuns', {
    schedule,
    handler: async (_timer, context) => {
      const runs = await forgetRuns(services.runs, services.clock);
      context.info('Old runs were deleted', { runs });
    },
  });
}
