import { app } from '@azure/functions';
import type { MessageQueue } from '../shared/ports/messageQueue.ts';
import { type CaptureMessage, captureMessage, parseMessage } from '../shared/workflows/messages.ts';
import { runCapture } from '../shared/workflows/runCapture.ts';
import type { RunServices } from '../shared/workflows/runSync.ts';
import { deliveryCountOf } from './deliveryCount.ts';

/** Captures the lists that a resync or a change notification names, and fans out. */
export function registerCaptureList(
  services: RunServices & { readonly captureQueue: MessageQueue<CaptureMessage> },
): void {
  app.serviceBusQueue('captureList', {
    connection: 'ServiceBusConnection',
    queueName: '%CAPTURE_QUEUE%',
    handler: async (body, context) => {
      const message = parseMessage(captureMessage, body);
      const outcome = await runCapture(message, services, deliveryCountOf(context));
      for (const problem of outcome.problems) context.warn('A list has a problem', { run: message.run, ...problem });
      context.info('The run was fanned out', { run: message.run, mailboxes: outcome.sent });
    },
  });
}
