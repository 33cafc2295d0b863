import type { ServiceBusClient, ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import type { DeadLetter, DeadLetterQueue } from '../ports/deadLetterQueue.ts';

/** Well below what is worked on within a lock of one minute. */
const lettersAtOnce = 200;
/** Long enough for a queue that has letters; an empty one costs this long each time. */
const waitForFirst = 1000;
/**
 * rhea (3.0.5) holds 2,048 deliveries a receiver, counted from the first that is not settled. Then the SDK gives no more
 * without a word, as if the queue were empty.
 */
const mostOfOneReceiver = 1000;

/** The dead-letter queue of a queue, read with receivers that are open only meanwhile. */
export function connectDeadLetterQueue(client: ServiceBusClient, name: string): DeadLetterQueue {
  return { name, takeAll };

  /**
   * A letter that is left stays locked, so that those behind it come, and is there again when its lock runs out. To
   * release each one instead would keep all of them in memory and raise nothing but their number of deliveries.
   */
  async function takeAll(handle: (letter: DeadLetter) => Promise<'done' | 'leave'>): Promise<void> {
    const receivers: ServiceBusReceiver[] = [];
    const openReceiver = () => {
      const receiver = client.createReceiver(name, { subQueueType: 'deadLetter' });
      receivers.push(receiver);
      return receiver;
    };
    try {
      await takeWith(openReceiver, handle);
    } finally {
      await Promise.all(receivers.map(receiver => receiver.close()));
    }
  }
}

/** Ends where nothing new comes: the queue is through, or the locks of those left have run out on the way. */
async function takeWith(
  openReceiver: () => ServiceBusReceiver,
  handle: (letter: DeadLetter) => Promise<'done' | 'leave'>,
): Promise<void> {
  const left = new Set<string>();
  for (;;) {
    const receiver = openReceiver();
    for (let received = 0; received < mostOfOneReceiver; received += lettersAtOnce) {
      const letters = await receiver.receiveMessages(lettersAtOnce, { maxWaitTimeInMs: waitForFirst });
      const unseen = letters.filter(letter => !left.has(String(letter.sequenceNumber)));
      if (unseen.length === 0) return;
      for (const letter of unseen) {
        if ((await handle(toDeadLetter(letter))) === 'done') await receiver.completeMessage(letter);
        else left.add(String(letter.sequenceNumber));
      }
    }
  }
}

function toDeadLetter({ messageId, body, deadLetterReason }: ServiceBusReceivedMessage): DeadLetter {
  return { messageId: String(messageId ?? ''), body, reason: deadLetterReason ?? 'DeadLettered' };
}
