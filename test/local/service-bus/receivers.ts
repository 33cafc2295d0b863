import type { Delivery as AmqpDelivery, Connection, Message, Sender, Session } from 'rhea';
import { encodeDelivery, toDeliveryTag, toLockToken } from './amqpMessages.ts';
import type { Queue } from './queue.ts';
import type { ReceiveMode, Settlement } from './queueMessage.ts';
import { availableCredit, confirmSettlement } from './rheaInternals.ts';
import { toAmqpError } from './serviceBusError.ts';

interface ReceiverLink {
  /** "Sender" from the broker's side: the link on which the client receives. */
  readonly link: Sender;
  readonly mode: ReceiveMode;
}

const NO_TAG = Buffer.alloc(0);
const STANDARD_FORMAT = 0;

/** The clients that receive from one queue; those with credit take turns. */
export class Receivers {
  readonly #queue: Queue<Message>;
  readonly #waiting = new Map<Sender, ReceiverLink>();
  #delivering = false;

  constructor(queue: Queue<Message>) {
    this.#queue = queue;
    queue.onAvailable(() => this.deliver());
  }

  add(link: Sender, mode: ReceiveMode): void {
    this.#waiting.set(link, { link, mode });
  }

  /** Forgets a link. What it had locked stays locked until the lock expires, as in the service. */
  remove(link: Sender): void {
    this.#waiting.delete(link);
  }

  removeAllOf(owner: Connection | Session): void {
    for (const link of this.#waiting.keys()) {
      if (link.connection === owner || link.session === owner) this.#waiting.delete(link);
    }
  }

  /** Sends what the queue has to whoever has credit. */
  deliver(): void {
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      while (this.#deliverOne());
    } finally {
      this.#delivering = false;
    }
  }

  /** Applies how a client settled a delivery, and answers. */
  settle(outcome: string, delivery: AmqpDelivery): void {
    try {
      this.#queue.settle(toLockToken(delivery.tag), toSettlement(outcome, delivery));
      confirmSettlement(delivery);
    } catch (error) {
      confirmSettlement(delivery, toAmqpError(error));
    }
  }

  #deliverOne(): boolean {
    for (const receiver of this.#waiting.values()) {
      if (availableCredit(receiver.link) <= 0) continue;
      const delivery = this.#queue.receive(receiver.mode);
      if (!delivery) return false;
      const tag = delivery.lock ? toDeliveryTag(delivery.lock) : NO_TAG;
      receiver.link.send(encodeDelivery(delivery), tag, STANDARD_FORMAT);
      this.#waiting.delete(receiver.link);
      this.#waiting.set(receiver.link, receiver);
      return true;
    }
    return false;
  }
}

/**
 * The SDK's complete, abandon, defer and dead-letter are the AMQP outcomes accepted, modified, modified (undeliverable
 * here) and rejected.
 */
function toSettlement(outcome: string, delivery: AmqpDelivery): Settlement {
  const state = delivery.remote_state;
  if (outcome === 'accepted') return { kind: 'complete' };
  if (outcome === 'rejected') {
    const { DeadLetterReason, DeadLetterErrorDescription, ...properties } = state?.error?.info ?? {};
    return { kind: 'deadLetter', reason: DeadLetterReason, description: DeadLetterErrorDescription, properties };
  }
  const kind = state?.undeliverable_here ? 'defer' : 'abandon';
  return { kind, properties: state?.message_annotations ?? {} };
}
