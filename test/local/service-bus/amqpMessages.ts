import { randomUUID } from 'node:crypto';
import type { Message } from 'rhea';
import rhea from 'rhea';
import { typedApplicationProperties } from './applicationProperties.ts';
import type { Delivery, MessageLock, NewMessage, QueuedMessage } from './queueMessage.ts';
import { ServiceBusError } from './serviceBusError.ts';

/** The limit of the Standard tier for one message and for a batch. */
export const MAX_MESSAGE_BYTES = 262_144;

/** Of the Basic and the Standard tier; no document names it (azure-service-bus #397). */
const MAX_BATCH_MESSAGES = 4_500;

const BATCH_FORMAT = 0x80013700;
const MESSAGE_STATES = { active: 0, deferred: 1, scheduled: 2 };

/**
 * The messages of a transfer: one, or those of a batch, which is an AMQP message whose data sections are encoded
 * messages. None when there is no data in it. Throws when the service would not take them.
 */
export function decodeTransfer(encoded: Buffer, format: number | undefined): NewMessage<Message>[] {
  requireSize(encoded.length);
  if (encoded.length === 0) return [];
  return format === BATCH_FORMAT ? decodeBatch(encoded) : [toNewMessage(encoded)];
}

/** A message as the queue takes it. Throws when the service would not take it. */
export function toNewMessage(encoded: Buffer): NewMessage<Message> {
  requireSize(encoded.length);
  const message = decodeMessage(encoded);
  if (message.application_properties) message.application_properties = typedApplicationProperties(encoded);
  return describe(message);
}

/** Throws when the bytes are no AMQP message. */
export function decodeMessage(encoded: Buffer): Message {
  try {
    return rhea.message.decode(encoded) as unknown as Message;
  } catch {
    throw new ServiceBusError('amqp:decode-error', 'The received bytes are not an AMQP message.');
  }
}

/** The bytes of a delivered message, with what the service adds to it. */
export function encodeDelivery({ message, lock }: Delivery<Message>): Buffer {
  const annotations = {
    ...message.content.message_annotations,
    'x-opt-sequence-number': rhea.types.wrap_long(message.sequenceNumber),
    'x-opt-enqueue-sequence-number': rhea.types.wrap_long(message.enqueuedSequenceNumber),
    'x-opt-enqueued-time': new Date(message.enqueuedAt),
    'x-opt-message-state': rhea.types.wrap_int(MESSAGE_STATES[message.state]),
    ...(lock && { 'x-opt-locked-until': new Date(lock.until) }),
    ...(message.scheduledFor !== undefined && { 'x-opt-scheduled-enqueue-time': new Date(message.scheduledFor) }),
    ...(message.deadLetterSource !== undefined && { 'x-opt-deadletter-source': message.deadLetterSource }),
  };
  return rhea.message.encode({
    ...message.content,
    delivery_count: message.deliveryCount,
    message_annotations: annotations,
    application_properties: { ...message.content.application_properties, ...message.addedProperties },
  });
}

export function encodePeeked(message: QueuedMessage<Message>): Buffer {
  return encodeDelivery({ message });
}

/**
 * A delivery's tag: the SDK reads the lock token from it as a .NET Guid, whose first three groups are little-endian.
 */
export function toDeliveryTag(lock: MessageLock): Buffer {
  return swapGuidGroups(Buffer.from(lock.token, 'hex'));
}

export function toLockToken(deliveryTag: Buffer | string): string {
  return swapGuidGroups(Buffer.from(deliveryTag)).toString('hex');
}

function swapGuidGroups(guid: Buffer): Buffer {
  guid.subarray(0, 4).swap32();
  guid.subarray(4, 8).swap16();
  return guid;
}

function decodeBatch(encoded: Buffer): NewMessage<Message>[] {
  const messages = dataSections(decodeMessage(encoded)).map(toNewMessage);
  if (messages.length <= MAX_BATCH_MESSAGES) return messages;
  throw new ServiceBusError(
    'amqp:internal-error',
    'The service was unable to process the request; please retry the operation.',
  );
}

function dataSections({ body }: Message): Buffer[] {
  return [body?.content].flat().filter(content => Buffer.isBuffer(content));
}

function describe(message: Message): NewMessage<Message> {
  // The service gives a message without id one; without it the SDK's lock renewer throws.
  message.message_id ??= randomUUID();
  const scheduled: unknown = message.message_annotations?.['x-opt-scheduled-enqueue-time'];
  return {
    content: message,
    messageId: Buffer.isBuffer(message.message_id) ? message.message_id.toString('hex') : String(message.message_id),
    timeToLive: message.ttl,
    scheduledFor: scheduled instanceof Date || typeof scheduled === 'number' ? Number(scheduled) : undefined,
  };
}

function requireSize(bytes: number): void {
  if (bytes <= MAX_MESSAGE_BYTES) return;
  throw new ServiceBusError(
    'amqp:link:message-size-exceeded',
    `The received message has ${bytes} bytes; the limit is ${MAX_MESSAGE_BYTES}.`,
  );
}
