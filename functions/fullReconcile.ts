import { app } from '@azure/functions';
import { askForFullReconcile } from '../shared/engine/fan-out/fullReconcile.ts';
import type { Clock } from '../shared/ports/clock.ts';
import type { ContactList } from '../shared/settings/contactList.ts';
import type { ProgressTable } from '../shared/store/progress.ts';

/**
 * Asks every now and then for each mailbox to be compared with its lists as a whole, and repaired. The schedule is
 * given as it is: a `%NAME%` that is not set would keep the function from being indexed, and this setting has a default.
 */
export function registerFullReconcile(
  services: {
    readonly lists: readonly ContactList[];
    readonly progress: ProgressTable;
    readonly clock: Clock;
  },
  schedule: string,
): void {
  app.timer('fullReconcile', {
    schedule,
    handler: async (_timer, context) => {
      const mailboxes = await askForFullReconcile(services.lists, services.progress, services.clock);
      context.info('Full reconciles were asked for', { mailboxes });
    },
  });
}
