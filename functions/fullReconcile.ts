import { app as functions } from '@azure/functions';
import type { App } from '../shared/app.ts';

/**
 * Asks every now and then for each mailbox to be compared with its lists as a whole, and repaired. The schedule is
 * given as it is: a `%NAME%` that is not set would keep the function from being indexed, and this setting has a default.
 */
export function registerFullReconcile(app: App, schedule: string): void {
  functions.timer('fullReconcile', {
    schedule,
    handler: async (_timer, context) => {
      const mailboxes = await app.askForFullReconcile();
      context.info('Full reconciles were asked for', { mailboxes });
    },
  });
}
