import type { ServiceBusClient, ServiceBusReceivedMessage } from '@azure/service-bus';
import type { DeadLetter, DeadLetterQueue } from '../ports/deadLetterQueue.ts';

const messagesAtOnce = 50;
/** Long enough for a queue that has messages; an empty one costs this long each time. */
const waitForFirst = 1000;

/** The dead-letter queue of a queue, read with a receiver that is open only meanwhile. */
export function connectDeadLetterQueue(client: ServiceBusClient, name: string): DeadLetterQueue {
  return { takeAll };

  async function takeAll(handle: (letter: DeadLetter) => Promise<'done' | 'leave'>): Promise<void> {
    const receiver = client.createReceiver(name, { subQueueType: 'deadLetter' });
    // A letter that is left must not come again in the same round: it stays locked until the round is over.
    const left: ServiceBusReceivedMessage[] = [];
    try {
      for (;;) {
        const letters = await receiver.receiveMessages(messagesAtOnce, { maxWaitTimeInMs: waitForFirst });
        if (letters.length === 0) break;
        for (const letter of letters) {
          if ((await handle(toDeadLetter(letter))) === 'done') await receiver.completeMessage(letter);
          else left.push(letter);
        }
      }
      for (const letter of left) await receiver.abandonMessage(letter);
    } finally {
      await receiver.close();
    }
  }
}

function toDeadLetter({ messageId, body, deadLetterReason }: ServiceBusReceivedMessage): DeadLetter {
  return { messageId: String(messageId ?? ''), body, reason: deadLetterReason ?? 'DeadLettered' };
}
