import { setTimeout as wait } from 'node:timers/promises';
import type { TokenCredential } from '@azure/identity';
import {
  RetryMode,
  ServiceBusClient,
  type ServiceBusClientOptions,
  type ServiceBusMessage,
  type ServiceBusMessageBatch,
  type ServiceBusSender,
} from '@azure/service-bus';
import type { MessageQueue, OutgoingMessage } from '../ports/messageQueue.ts';
import { checkMessages, UnsendableMessage } from './messages.ts';

/** A connection string where there is no identity (locally), a namespace and a credential in the cloud. */
export type ServiceBusConnection =
  | { readonly connectionString: string }
  | { readonly fullyQualifiedNamespace: string; readonly credential: TokenCredential };

/**
 * The Standard tier's largest message, envelope included; Premium takes larger messages. Of the smallest messages
 * some 3,900 fit, below the 4,500 a batch that the service takes and the SDK does not know (azure-service-bus #397).
 */
const maxBatchBytes = 256 * 1024;

/** Tries after 2, 4, 8 and 16 seconds: the SDK's own 30 would have whoever asked for a resync wait after one lost link. */
const clientOptions: ServiceBusClientOptions = {
  retryOptions: { maxRetries: 4, retryDelayInMs: 2_000, mode: RetryMode.Exponential, timeoutInMs: 20_000 },
};

/** Milliseconds before what a dropped connection stopped is tried again, twice as long each time. */
const firstWait = 500;
const longestWait = 16_000;

/** The client of a namespace, which every queue shares; connects on the first request. */
export function connectServiceBus(connection: ServiceBusConnection): ServiceBusClient {
  if ('connectionString' in connection) return new ServiceBusClient(connection.connectionString, clientOptions);
  return new ServiceBusClient(connection.fullyQualifiedNamespace, connection.credential, clientOptions);
}

/**
 * A queue to send JSON messages to. `send` rejects with `UnsendableMessage` before it sends anything when a message is
 * too big for the service, or would not arrive as it is meant; when it rejects later, some of the messages may have been sent: a repeat under the same ids is dropped
 * by duplicate detection.
 */
export function connectQueue<Body>(client: ServiceBusClient, name: string): MessageQueue<Body> {
  let sender: ServiceBusSender | undefined;

  function openSender(): ServiceBusSender {
    sender ??= client.createSender(name);
    return sender;
  }

  async function send(messages: readonly OutgoingMessage<Body>[]): Promise<void> {
    checkMessages(messages);
    if (messages.length === 0) return;
    const openedSender = openSender();
    const batches: ServiceBusMessageBatch[] = [];
    for (const group of groupByTime(messages)) batches.push(...(await packBatches(openedSender, group)));
    for (const batch of batches) await overDroppedConnections(() => openedSender.sendMessages(batch));
  }

  return { send };
}

/**
 * The SDK gives up at once where a connection is dropped: of the errors that rhea makes of it (ECONNRESET, EPIPE, "Failed
 * to connect", "Unknown error encountered.") it knows none as one that passes. To send again is safe: an id is taken
 * only once.
 */
async function overDroppedConnections<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let pause = firstWait; ; pause *= 2) {
    try {
      return await work();
    } catch (error) {
      if (pause > longestWait || !isDroppedConnection(error)) throw error;
      await wait(pause);
    }
  }
}

/** What the SDK has no name for; the others it has repeated itself where that helps. */
function isDroppedConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === 'Error' || ('code' in error && error.code === 'GeneralError');
}

/**
 * One group a delivery time: the SDK writes the first message's schedule on the batch's envelope as well, so a batch
 * holds messages of one time only.
 */
function groupByTime<Body>(messages: readonly OutgoingMessage<Body>[]): Iterable<OutgoingMessage<Body>[]> {
  return Map.groupBy(messages, message => message.notBefore).values();
}

async function packBatches<Body>(
  sender: ServiceBusSender,
  messages: readonly OutgoingMessage<Body>[],
): Promise<ServiceBusMessageBatch[]> {
  const openBatch = () => overDroppedConnections(() => sender.createMessageBatch({ maxSizeInBytes: maxBatchBytes }));
  let batch = await openBatch();
  const batches = [batch];
  for (const message of messages) {
    const outgoing = toServiceBusMessage(message);
    if (batch.tryAddMessage(outgoing)) continue;
    batch = await openBatch();
    if (!batch.tryAddMessage(outgoing)) throw new UnsendableMessage(`Message ${message.id} is too big to send`);
    batches.push(batch);
  }
  return batches.filter(({ count }) => count > 0);
}

function toServiceBusMessage<Body>({ id, body, notBefore }: OutgoingMessage<Body>): ServiceBusMessage {
  return {
    messageId: id,
    body,
    contentType: 'application/json',
    ...(notBefore !== undefined && { scheduledEnqueueTimeUtc: new Date(notBefore) }),
  };
}
