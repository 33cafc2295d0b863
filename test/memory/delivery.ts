import type { App } from '../../shared/app.ts';
import { captureQueueMessage, parseMessage, syncQueueMessage } from '../../shared/engine/messages.ts';
import type { MemoryQueue } from './queue.ts';

/** What a queue's function does with a message. */
export type MessageHandler = (body: unknown, deliveryCount?: number) => Promise<void>;

/** What the functions do with the messages of each queue. */
export function messageHandlers(app: App): Record<'capture' | 'sync' | 'priority', MessageHandler> {
  return { capture, sync: syncFrom('sync'), priority: syncFrom('priority') };

  async function capture(body: unknown, deliveryCount?: number): Promise<void> {
    const message = parseMessage(captureQueueMessage, body);
    if (message.kind === 'captureList') await app.captureLists(message, deliveryCount);
    else await app.renewSubscriptions(message);
  }

  function syncFrom(queue: 'sync' | 'priority'): MessageHandler {
    return async (body, deliveryCount) => {
      const message = parseMessage(syncQueueMessage, body);
      if (message.kind === 'verifyRemoval') await app.verifyMailboxes(message);
      else await app.syncMailbox(message, queue, deliveryCount);
    };
  }
}

export interface Delivery {
  /** Whether no message is ready or being handled. */
  isAtRest(): boolean;
  /** Delivers no more, and resolves when what is being handled has ended. */
  stop(): Promise<void>;
}

const checkMilliseconds = 5;

/** Delivers messages as they fall due, many at once; one whose handler throws is given back. */
export function startDelivery(queues: readonly (readonly [MemoryQueue<unknown>, MessageHandler])[]): Delivery {
  const running = new Set<Promise<void>>();
  const timer = setInterval(deliver, checkMilliseconds);
  return { isAtRest, stop };

  function deliver(): number {
    const received = queues.flatMap(([queue, handle]) => queue.receive().map(message => ({ message, handle })));
    for (const { message, handle } of received) {
      const work = handle(message.body, message.deliveryCount)
        .then(message.complete, message.abandon)
        .finally(() => running.delete(work));
      running.add(work);
    }
    return received.length;
  }

  function isAtRest(): boolean {
    return deliver() === 0 && running.size === 0;
  }

  async function stop(): Promise<void> {
    clearInterval(timer);
    await Promise.all(running);
  }
}
