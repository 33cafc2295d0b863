import type { Clock } from '../../shared/ports/clock.ts';
import type { MessageQueue, OutgoingMessage } from '../../shared/ports/messageQueue.ts';
import { checkMessages, UnsendableMessage } from '../../shared/service-bus/messages.ts';

export interface MemoryQueueOptions {
  /** Milliseconds for which an id that was sent is not taken again. */
  readonly duplicateWindow?: number;
  /** Milliseconds for which a received message is nobody else's. */
  readonly lockDuration?: number;
  readonly maxDeliveryCount?: number;
  /** UTF-8 bytes of a body. */
  readonly maxMessageBytes?: number;
}

export interface ReceivedMessage<Body> {
  readonly id: string;
  readonly body: Body;
  /** 1 at the first delivery. */
  readonly deliveryCount: number;
  /** Takes the message off the queue. Throws when its lock has expired. */
  complete(): void;
  /** Gives the message back at once; after `maxDeliveryCount` deliveries it is a dead letter. Throws like `complete`. */
  abandon(): void;
}

export interface MemoryQueue<Body> extends MessageQueue<Body> {
  /** Locks and returns the messages that are due, oldest first, at most `limit` of them. */
  receive(limit?: number): ReceivedMessage<Body>[];
  readonly deadLetters: readonly { readonly id: string; readonly body: Body }[];
  /** Messages that are neither completed nor dead: due, scheduled or locked. */
  readonly size: number;
  /** Epoch milliseconds at which the next message that cannot be received now can be; undefined when there is none. */
  readonly nextDueAt: number | undefined;
}

interface StoredMessage {
  readonly id: string;
  readonly json: string;
  availableAt: number;
  deliveryCount: number;
}

/** A Service Bus queue in memory: peek-lock, schedule, duplicate detection, dead letters. */
export function createMemoryQueue<Body>(clock: Clock, options: MemoryQueueOptions = {}): MemoryQueue<Body> {
  const { duplicateWindow = 600_000, lockDuration = 60_000, maxDeliveryCount = 10 } = options;
  const { maxMessageBytes = 256 * 1024 } = options;
  const messages = new Set<StoredMessage>();
  const deadLetters: { id: string; body: Body }[] = [];
  const sentAt = new Map<string, number>();

  async function send(outgoing: readonly OutgoingMessage<Body>[]): Promise<void> {
    checkMessages(outgoing);
    const bodies = outgoing.map(({ id, body }) => toJson(id, body));
    outgoing.forEach(({ id, notBefore = clock.now() }, index) => {
      const sent = sentAt.get(id);
      if (sent !== undefined && clock.now() - sent < duplicateWindow) return;
      sentAt.set(id, clock.now());
      messages.add({ id, json: bodies[index] ?? '', availableAt: notBefore, deliveryCount: 0 });
    });
  }

  function toJson(id: string, body: Body): string {
    const json = JSON.stringify(body);
    if (Buffer.byteLength(json) > maxMessageBytes) throw new UnsendableMessage(`Message ${id} is too big to send`);
    return json;
  }

  function receive(limit = Number.POSITIVE_INFINITY): ReceivedMessage<Body>[] {
    const received: ReceivedMessage<Body>[] = [];
    for (const message of messages) {
      if (received.length >= limit) break;
      if (message.availableAt > clock.now()) continue;
      if (message.deliveryCount >= maxDeliveryCount) bury(message);
      else received.push(lock(message));
    }
    return received;
  }

  function lock(message: StoredMessage): ReceivedMessage<Body> {
    const lockedUntil = clock.now() + lockDuration;
    message.availableAt = lockedUntil;
    message.deliveryCount += 1;
    const deliveryCount = message.deliveryCount;

    function settle(): void {
      const isMine = messages.has(message) && message.deliveryCount === deliveryCount;
      if (!isMine || message.availableAt !== lockedUntil || clock.now() >= lockedUntil) {
        throw new Error(`The lock of message ${message.id} has expired, or the message is settled`);
      }
    }

    return {
      id: message.id,
      body: JSON.parse(message.json),
      deliveryCount,
      complete() {
        settle();
        messages.delete(message);
      },
      abandon() {
        settle();
        message.availableAt = clock.now();
        if (deliveryCount >= maxDeliveryCount) bury(message);
      },
    };
  }

  function bury(message: StoredMessage): void {
    messages.delete(message);
    deadLetters.push({ id: message.id, body: JSON.parse(message.json) });
  }

  return {
    send,
    receive,
    deadLetters,
    get size() {
      return messages.size;
    },
    get nextDueAt() {
      const later = [...messages].map(({ availableAt }) => availableAt).filter(time => time > clock.now());
      return later.length > 0 ? Math.min(...later) : undefined;
    },
  };
}
