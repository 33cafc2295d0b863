import { app, type InvocationContext } from '@azure/functions';
import type { MessageQueue } from '../shared/ports/messageQueue.ts';
import { parseMessage, type SyncMessage, syncMessage } from '../shared/workflows/messages.ts';
import { type SyncServices, syncMailbox } from '../shared/workflows/syncMailbox.ts';
import { deliveryCountOf } from './deliveryCount.ts';

/** Applies what changed to one mailbox. Mailboxes that somebody waits for have a queue of their own. */
export function registerSyncMailbox(
  services: Omit<SyncServices, 'queue'>,
  queues: { readonly sync: MessageQueue<SyncMessage>; readonly priority: MessageQueue<SyncMessage> },
): void {
  const handle = (queue: MessageQueue<SyncMessage>) => async (body: unknown, context: InvocationContext) => {
    const message = parseMessage(syncMessage, body);
    await syncMailbox(message, { ...services, queue }, deliveryCountOf(context));
    context.info('The mailbox was handled', { run: message.run, mailbox: message.mailbox, attempt: message.attempt });
  };
  const connection = 'ServiceBusConnection';
  app.serviceBusQueue('syncMailbox', { connection, queueName: '%SYNC_QUEUE%', handler: handle(queues.sync) });
  app.serviceBusQueue('syncPriorityMailbox', {
    connection,
    queueName: '%PRIORITY_QUEUE%',
    handler: handle(queues.priority),
  });
}
