import { app, type InvocationContext } from '@azure/functions';
import { type CaptureMessage, captureQueueMessage, parseMessage } from '../shared/engine/fan-out/messages.ts';
import { runCapture } from '../shared/engine/fan-out/runCapture.ts';
import type { RunServices } from '../shared/engine/fan-out/runSync.ts';
import { renewSubscriptions, type SubscriptionServices } from '../shared/engine/subscriptions/renewSubscriptions.ts';
import type { MessageQueue } from '../shared/ports/messageQueue.ts';
import { deliveryCountOf } from './deliveryCount.ts';
import type { LogRun } from './logRun.ts';
import type { LogRenewal } from './renewSubscriptions.ts';

export interface CaptureListServices extends RunServices {
  readonly captureQueue: MessageQueue<CaptureMessage>;
}

/**
 * Captures the lists that a resync or a change notification names, and fans out. What else a webhook must not do
 * itself, since it may not call Graph, comes through the same queue: a look at a list's subscriptions.
 */
export function registerCaptureList(
  services: CaptureListServices,
  subscriptions: SubscriptionServices,
  logs: { readonly logRun: LogRun; readonly logRenewal: LogRenewal },
): void {
  app.serviceBusQueue('captureList', {
    connection: 'ServiceBusConnection',
    queueName: '%CAPTURE_QUEUE%',
    handler: async (body, context) => {
      const message = parseMessage(captureQueueMessage, body);
      if (message.kind === 'captureList') await capture(message, services, context, logs.logRun);
      else logs.logRenewal(await renewSubscriptions(message, subscriptions), context, { allLists: false });
    },
  });
}

async function capture(
  message: CaptureMessage,
  services: CaptureListServices,
  context: InvocationContext,
  logRun: LogRun,
): Promise<void> {
  const run = { id: message.run, cause: message.cause, lists: message.lists.length };
  await logRun(run, context, () => runCapture(message, services, deliveryCountOf(context)));
}
