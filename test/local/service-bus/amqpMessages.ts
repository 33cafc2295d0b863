import { randomUUID } from 'node:crypto';
import type { Message } from 'rhea';
import rhea from 'rhea';
import type { Delivery, MessageLock, NewMessage, QueuedMessage } from './queueMessage.ts';
import { ServiceBusError } from './serviceBusError.ts';

/** The limit of the Standard tier for one message and for a batch. */
export const MAX_MESSAGE_BYTES = 262_144;

const MESSAGE_STATES = { active: 0, deferred: 1, scheduled: 2 };

/** A message as the queue takes it. Throws when it is larger than the service takes. */
export function toNewMessage(message: Message): NewMessage<Message> {
  requireSize(rhea.message.encode(message).length);
  return describe(message);
}

/** The same for an encoded message, as management requests and batches carry them. */
export function decodeMessage(encoded: Buffer): NewMessage<Message> {
  requireSize(encoded.length);
  return describe(decode(encoded));
}

/** Splits the SDK's batch: one AMQP message whose data sections are encoded messages. */
export function decodeBatch(encoded: Buffer): NewMessage<Message>[] {
  requireSize(encoded.length);
  const { content } = decode(encoded).body as { content: Buffer | Buffer[] };
  return [content].flat().map(item => describe(decode(item)));
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

function decode(encoded: Buffer): Message {
  return rhea.message.decode(encoded) as unknown as Message;
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
