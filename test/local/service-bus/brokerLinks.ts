import type { Connection, Container, Delivery, EventContext, Message, Receiver, Sender } from 'rhea';
import rhea from 'rhea';
import { decodeMessage, decodeTransfer } from './amqpMessages.ts';
import { answerManagementRequest } from './managementRequests.ts';
import type { Queue } from './queue.ts';
import { Receivers } from './receivers.ts';
import { echoSettleModes, leaveEncoded, refuseLink } from './rheaInternals.ts';
import { ServiceBusError, toAmqpError } from './serviceBusError.ts';

const SETTLED = 1;
const NO_BYTES = Buffer.alloc(0);
const AUTHORISATION_NODE = '$cbs';
const MANAGEMENT_SUFFIX = /\/\$management$/i;
const DEAD_LETTER_SUFFIX = /\/\$deadletterqueue$/i;
const OUTCOMES = ['accepted', 'released', 'rejected', 'modified'];
// Reported by rhea as errors, and thrown when nobody listens; here they are peers that come and go.
const PEER_ERRORS = ['connection_error', 'session_error', 'sender_error', 'receiver_error', 'protocol_error', 'error'];

/** Whether a token of Microsoft Entra ID lets its bearer in. */
export type AcceptsToken = (token: string) => boolean;

/** Connects AMQP links to queues: senders, receivers, and the request nodes `$cbs` and `<queue>/$management`. */
export class BrokerLinks {
  readonly #queues = new Map<string, Queue<Message>>();
  readonly #receivers = new Map<Queue<Message>, Receivers>();
  readonly #acceptsToken: AcceptsToken | undefined;
  readonly #authorised = new WeakSet<Connection>();

  constructor(queues: readonly Queue<Message>[], acceptsToken?: AcceptsToken) {
    this.#acceptsToken = acceptsToken;
    for (const queue of queues) {
      this.#queues.set(queue.path.toLowerCase(), queue);
      for (const each of [queue, queue.deadLetters]) if (each) this.#receivers.set(each, new Receivers(each));
    }
  }

  attachTo(container: Container): void {
    for (const event of ['connection_close', 'disconnected']) {
      container.on(event, ({ connection }: EventContext) => this.#removeAllOf(connection));
    }
    container.on('session_open', ({ session }: EventContext) => session && leaveEncoded(session));
    container.on('session_close', ({ session }: EventContext) => session && this.#removeAllOf(session));
    container.on('receiver_open', ({ receiver }: EventContext) => receiver && this.#acceptSender(receiver));
    container.on('sender_open', ({ sender }: EventContext) => sender && this.#acceptReceiver(sender));
    container.on('sender_close', ({ sender }: EventContext) => sender && this.#receiversOf(sender)?.remove(sender));
    container.on('sendable', ({ sender }: EventContext) => sender && this.#receiversOf(sender)?.deliver());
    container.on('sender_draining', ({ sender }: EventContext) => sender && this.#drain(sender));
    container.on('message', (context: EventContext) => this.#takeMessage(context));
    for (const outcome of OUTCOMES) {
      container.on(outcome, ({ sender, delivery }: EventContext) => {
        if (sender && delivery) this.#receiversOf(sender)?.settle(outcome, delivery);
      });
    }
    for (const event of PEER_ERRORS) container.on(event, () => {});
  }

  /** A client opened a link to send on, to a queue or a request node. */
  #acceptSender(link: Receiver): void {
    try {
      this.#requireToken(link.connection, link.target?.address);
      this.#sendTarget(link.target?.address);
      link.set_target(link.target);
      link.set_source(link.source);
    } catch (error) {
      refuseLink(link, toAmqpError(error));
    }
  }

  /** A client opened a link to receive on, from a queue or for the answers of a request node. */
  #acceptReceiver(link: Sender): void {
    try {
      const { address } = link.source;
      this.#requireToken(link.connection, address);
      if (!isRequestNode(address)) {
        const queue = this.#findQueue(address);
        this.#receivers.get(queue)?.add(link, link.snd_settle_mode === SETTLED ? 'receiveAndDelete' : 'peekLock');
        // Credit that came together with the attach.
        setImmediate(() => this.#receivers.get(queue)?.deliver());
      }
      echoSettleModes(link);
      link.set_source({ address });
      link.set_target(link.target);
    } catch (error) {
      refuseLink(link, toAmqpError(error));
    }
  }

  /** Every node but the one that takes tokens is closed to a connection that gave none. */
  #requireToken(connection: Connection, address: string | undefined): void {
    if (!this.#acceptsToken || address === AUTHORISATION_NODE || this.#authorised.has(connection)) return;
    throw new ServiceBusError(
      'amqp:unauthorized-access',
      'Unauthorized access: the connection has put no valid token.',
    );
  }

  /** `put-token` of https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-protocol-guide */
  #takeToken(connection: Connection, { body, application_properties: properties }: Message): boolean {
    if (!this.#acceptsToken) return true;
    const accepted = properties?.type === 'jwt' && this.#acceptsToken(String(body));
    if (accepted) this.#authorised.add(connection);
    return accepted;
  }

  #takeMessage({ receiver, delivery, message }: EventContext): void {
    if (!receiver || !delivery) return;
    const { address = '' } = receiver.target;
    // rhea has nothing for a transfer without a byte.
    const encoded = (message as unknown as Buffer | undefined) ?? NO_BYTES;
    try {
      if (isRequestNode(address)) this.#takeRequest(receiver, delivery, decodeMessage(encoded));
      else this.#takeMessages(receiver, delivery, encoded);
    } catch (error) {
      delivery.reject(toAmqpError(error));
    }
  }

  #takeRequest(receiver: Receiver, delivery: Delivery, request: Message): void {
    delivery.accept();
    // Clients expect the request's disposition before its answer.
    setImmediate(() => this.#answer(receiver, receiver.target.address, request));
  }

  #takeMessages(receiver: Receiver, delivery: Delivery, encoded: Buffer): void {
    const queue = this.#findQueue(receiver.target.address);
    const messages = decodeTransfer(encoded, delivery.format);
    if (messages.length === 0) {
      detachPublisher(receiver, delivery);
      return;
    }
    for (const each of messages) queue.send(each);
    delivery.accept();
  }

  #answer(receiver: Receiver, address: string, request: Message): void {
    const link = receiver.session.find_sender(
      (each: Sender) => each.is_open() && each.source?.address === address && repliesTo(each, request.reply_to),
    );
    if (!link) return;
    const { body, ...properties } = this.#respond(address, request, receiver.connection);
    const { message_id: id, reply_to: replyTo } = request;
    link.send({
      ...(id !== undefined && { correlation_id: id }),
      ...(replyTo !== undefined && { to: replyTo }),
      application_properties: properties,
      body,
    });
  }

  #respond(address: string, request: Message, connection: Connection): { body: unknown; [property: string]: unknown } {
    // AMQP int, not the unsigned int that rhea makes of a number: clients insist.
    if (address === AUTHORISATION_NODE) {
      const [code, text] = this.#takeToken(connection, request) ? [202, 'Accepted'] : [401, 'Unauthorized'];
      return { 'status-code': rhea.types.wrap_int(code), 'status-description': text, body: undefined };
    }
    const queue = this.#findQueue(address.replace(MANAGEMENT_SUFFIX, ''));
    const operation = String(request.application_properties?.operation);
    const { errorCondition, ...response } = answerManagementRequest(queue, operation, request.body);
    return {
      ...response,
      statusCode: rhea.types.wrap_int(response.statusCode),
      // A symbol, not a text: the client for .NET insists.
      ...(errorCondition && { errorCondition: rhea.types.wrap_symbol(errorCondition) }),
    };
  }

  #drain(link: Sender): void {
    this.#receiversOf(link)?.deliver();
    link.set_drained(true);
  }

  #sendTarget(address: string | undefined): void {
    if (address === undefined) throw new ServiceBusError('amqp:not-implemented', 'Transactions are not supported.');
    if (address === AUTHORISATION_NODE) return;
    const queue = this.#findQueue(address.replace(MANAGEMENT_SUFFIX, ''));
    if (queue.deadLetters || MANAGEMENT_SUFFIX.test(address)) return;
    throw new ServiceBusError('amqp:not-allowed', `Nothing can be sent to the dead-letter queue ${queue.path}.`);
  }

  #findQueue(address: string): Queue<Message> {
    // The .NET client names whole URIs.
    const path = address.replace(/^amqps?:\/\/[^/]+/i, '').replace(/^\//, '');
    const queue = this.#queues.get(path.replace(DEAD_LETTER_SUFFIX, '').toLowerCase());
    const found = DEAD_LETTER_SUFFIX.test(path) ? queue?.deadLetters : queue;
    if (found) return found;
    throw new ServiceBusError('amqp:not-found', `The messaging entity '${address}' could not be found.`);
  }

  #receiversOf(link: Sender): Receivers | undefined {
    const address = link.source?.address;
    if (!address || isRequestNode(address)) return undefined;
    try {
      return this.#receivers.get(this.#findQueue(address));
    } catch {
      return undefined;
    }
  }

  #removeAllOf(owner: Connection | NonNullable<EventContext['session']>): void {
    for (const receivers of this.#receivers.values()) receivers.removeAllOf(owner);
  }
}

function isRequestNode(address: string): boolean {
  return address === AUTHORISATION_NODE || MANAGEMENT_SUFFIX.test(address);
}

/**
 * How the service answers who sends it nothing. The clients see the error, which says that the link is detached, on the
 * message itself (azure-sdk-for-js #20578): it is rejected first.
 */
function detachPublisher(link: Receiver, delivery: Delivery): void {
  const error = {
    condition: 'amqp:not-allowed',
    description: `The link '${link.name}' is force detached by the broker because publisher(link) received a batch message with no data in it. Detach origin: Publisher.`,
  };
  delivery.reject(error);
  link.close(error);
}

/** Several clients' answers may share a session: the link's target names its own, unless it has none. */
function repliesTo(link: Sender, replyTo: string | undefined): boolean {
  return !replyTo || !link.target?.address || link.target.address === replyTo;
}
