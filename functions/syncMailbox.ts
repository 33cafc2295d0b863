import { app, type InvocationContext } from '@azure/functions';
import { type SyncServices, syncMailbox } from '../shared/engine/apply/syncMailbox.ts';
import { parseMessage, type SyncMessage, syncMessage } from '../shared/engine/fan-out/messages.ts';
import { noRequests } from '../shared/engine/fan-out/requestCounts.ts';
import type { MessageQueue } from '../shared/ports/messageQueue.ts';
import { deliveryCountOf } from './deliveryCount.ts';
import { costOf, logFigure } from './logFigure.ts';

/** Applies what changed to one mailbox. Mailboxes that somebody waits for have a queue of their own. */
export function registerSyncMailbox(
  services: Omit<SyncServices, 'queue'>,
  queues: { readonly sync: MessageQueue<SyncMessage>; readonly priority: MessageQueue<SyncMessage> },
): void {
  const handle = (queue: MessageQueue<SyncMessage>) => async (body: unknown, context: InvocationContext) => {
    const message = parseMessage(syncMessage, body);
    await handleMessage(message, { ...services, queue }, context);
  };
  const connection = 'ServiceBusConnection';
  app.serviceBusQueue('syncMailbox', { connection, queueName: '%SYNC_QUEUE%', handler: handle(queues.sync) });
  app.serviceBusQueue('syncPriorityMailbox', {
    connection,
    queueName: '%PRIORITY_QUEUE%',
    handler: handle(queues.priority),
  });
}

async function handleMessage(message: SyncMessage, services: SyncServices, context: InvocationContext): Promise<void> {
  const { run, mailbox, attempt } = message;
  const startedAt = performance.now();
  const seconds = () => Math.round(performance.now() - startedAt) / 1000;
  try {
    const { outcome, code, contacts, repaired, graph } = await syncMailbox(message, services, deliveryCountOf(context));
    logFigure(context, 'mailboxHandled', {
      ...{ run, mailbox, attempt, outcome, ...(code === undefined ? {} : { code }) },
      ...contacts,
      repaired: repaired.lost + repaired.doubled + repaired.orphaned + repaired.drifted,
      ...costOf(graph),
      seconds: seconds(),
    });
  } catch (error) {
    const code = error instanceof Error ? error.name : 'Error';
    const nothing = { created: 0, updated: 0, deleted: 0, failed: 0, repaired: 0, ...costOf(noRequests) };
    logFigure(context, 'mailboxHandled', {
      run,
      mailbox,
      attempt,
      outcome: 'error',
      code,
      ...nothing,
      seconds: seconds(),
    });
    throw error;
  }
}
