import { app as functions, type InvocationContext } from '@azure/functions';
import type { App } from '../shared/app.ts';
import { parseMessage, type SyncMessage, syncQueueMessage, type VerifyMessage } from '../shared/engine/messages.ts';
import { noRequests } from '../shared/engine/requestCounts.ts';
import { deliveryCountOf } from './deliveryCount.ts';
import { costOf, logFigure } from './logFigure.ts';

/** Applies what changed to one mailbox. Mailboxes that somebody waits for have a queue of their own. */
export function registerSyncMailbox(app: App): void {
  const connection = 'ServiceBusConnection';
  functions.serviceBusQueue('syncMailbox', {
    connection,
    queueName: '%SYNC_QUEUE%',
    handler: (body, context) => handleMessage(body, 'sync', app, context),
  });
  functions.serviceBusQueue('syncPriorityMailbox', {
    connection,
    queueName: '%PRIORITY_QUEUE%',
    handler: (body, context) => handleMessage(body, 'priority', app, context),
  });
}

async function handleMessage(
  body: unknown,
  queue: 'sync' | 'priority',
  app: App,
  context: InvocationContext,
): Promise<void> {
  const message = parseMessage(syncQueueMessage, body);
  if (message.kind === 'verifyRemoval') return verify(message, app, context);
  return sync(message, queue, app, context);
}

async function verify(message: VerifyMessage, app: App, context: InvocationContext): Promise<void> {
  const { run, list } = message;
  context.info('Mailboxes were looked into for a proof', { run, list, ...(await app.verifyMailboxes(message)) });
}

async function sync(
  message: SyncMessage,
  queue: 'sync' | 'priority',
  app: App,
  context: InvocationContext,
): Promise<void> {
  const { run, mailbox, attempt } = message;
  const startedAt = performance.now();
  const seconds = () => Math.round(performance.now() - startedAt) / 1000;
  try {
    const handled = await app.syncMailbox(message, queue, deliveryCountOf(context));
    const { outcome, code, contacts, repaired, graph } = handled;
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
