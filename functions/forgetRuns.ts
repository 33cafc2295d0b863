import { app } from '@azure/functions';
import { type ForgetServices, forgetGoneMailboxes } from '../shared/engine/fan-out/forgetGoneMailboxes.ts';
import { forgetRuns } from '../shared/engine/fan-out/forgetRuns.ts';
import type { RunsTable } from '../shared/store/runs.ts';

/** Daily. */
const schedule = '0 20 1 * * *';

/** Deletes the rows of old runs, and of mailboxes whose users are gone. */
export function registerForgetRuns(services: ForgetServices & { readonly runs: RunsTable }): void {
  app.timer('forgetRuns', {
    schedule,
    handler: async (_timer, context) => {
      const runs = await forgetRuns(services.runs, services.clock);
      const mailboxes = await forgetGoneMailboxes(services);
      context.info('Old runs and mailboxes that are gone were deleted', { runs, mailboxes });
    },
  });
}
