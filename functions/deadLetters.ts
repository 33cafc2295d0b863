import { app as functions } from '@azure/functions';
import type { App } from '../shared/app.ts';
import { logFigure } from './logFigure.ts';

/**
 * Looks through the dead-letter queues. A timer rather than a trigger: a message that cannot be handled would come to a
 * trigger again and again, since a dead-letter queue has no delivery count that ends it.
 */
export function registerDeadLetters(app: App): void {
  functions.timer('deadLetters', {
    schedule: '%SYNC_SCHEDULE%',
    handler: async (_timer, context) => {
      const { mailboxes, captures, foreign } = await app.takeUpDeadLetters();
      const foreignCount = Object.values(foreign).reduce((sum, count) => sum + count, 0);
      if (mailboxes + captures + foreignCount > 0) {
        logFigure(context, 'deadLetters', { mailboxes, captures, foreign: foreignCount });
      }
      if (mailboxes + captures > 0) context.warn('Messages were given up', { mailboxes, captures });
      if (foreignCount > 0) context.warn('Messages that are not ours lie in dead-letter queues: remove them', foreign);
    },
  });
}
