import { app as functions } from '@azure/functions';
import type { App } from '../shared/app.ts';
import { captureQueueMessage, parseMessage } from '../shared/engine/messages.ts';
import { deliveryCountOf } from './deliveryCount.ts';
import type { LogRun } from './logRun.ts';
import type { LogRenewal } from './renewSubscriptions.ts';

/**
 * Captures the lists that a resync or a change notification names, and fans out. What else a webhook must not do
 * itself, since it may not call Graph, comes through the same queue: a look at a list's subscriptions.
 */
export function registerCaptureList(
  app: App,
  { logRun, logRenewal }: { readonly logRun: LogRun; readonly logRenewal: LogRenewal },
): void {
  functions.serviceBusQueue('captureList', {
    connection: 'ServiceBusConnection',
    queueName: '%CAPTURE_QUEUE%',
    handler: async (body, context) => {
      const message = parseMessage(captureQueueMessage, body);
      if (message.kind === 'captureList') {
        await logRun(context, () => app.captureLists(message, deliveryCountOf(context)));
      } else {
        logRenewal(await app.renewSubscriptions(message), context, { allLists: false });
      }
    },
  });
}
