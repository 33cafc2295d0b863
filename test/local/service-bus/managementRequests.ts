import type { Message } from 'rhea';
import rhea from 'rhea';
import { z } from 'zod';
import { encodeDelivery, encodePeeked, toNewMessage } from './amqpMessages.ts';
import type { Queue } from './queue.ts';
import type { Delivery, Settlement } from './queueMessage.ts';
import { type ErrorCondition, ServiceBusError, toAmqpError } from './serviceBusError.ts';

export interface ManagementResponse {
  readonly statusCode: number;
  readonly statusDescription: string;
  readonly errorCondition?: ErrorCondition;
  readonly body: Record<string, unknown>;
}

const LONG_ARRAY = 0x81;
const TIMESTAMP_ARRAY = 0x83;

const STATUS_CODES: Record<ErrorCondition, number> = {
  'amqp:not-found': 404,
  'amqp:not-allowed': 400,
  'amqp:unauthorized-access': 401,
  'amqp:decode-error': 400,
  'amqp:not-implemented': 501,
  'amqp:internal-error': 500,
  'amqp:link:message-size-exceeded': 403,
  'com.microsoft:message-lock-lost': 410,
  'com.microsoft:message-not-found': 404,
};

const buffer = z.custom<Buffer>(value => Buffer.isBuffer(value), 'expected binary data');
// rhea leaves a long beyond 32 bits as its eight bytes.
const long = z.union([z.number(), buffer.transform(bytes => Number(bytes.readBigInt64BE()))]);
const lockToken = buffer.transform(bytes => bytes.toString('hex'));

const renewLockBody = z.object({ 'lock-tokens': z.array(lockToken) });
const scheduleBody = z.object({ messages: z.array(z.object({ message: buffer })) });
const sequenceNumbersBody = z.object({ 'sequence-numbers': z.array(long) });
const peekBody = z.object({ 'from-sequence-number': long, 'message-count': z.number() });
const receiveDeferredBody = sequenceNumbersBody.extend({ 'receiver-settle-mode': z.number() });
const dispositionBody = z.object({
  'lock-tokens': z.array(lockToken),
  'disposition-status': z.enum(['completed', 'abandoned', 'defered', 'suspended']),
  'deadletter-reason': z.string().nullish(),
  'deadletter-description': z.string().nullish(),
  'properties-to-modify': z.record(z.string(), z.unknown()).nullish(),
});

/**
 * Answers a request to a queue's `$management` node
 * (https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-request-response). Never throws: a refusal
 * is an answer.
 */
export function answerManagementRequest(queue: Queue<Message>, operation: string, body: unknown): ManagementResponse {
  try {
    const result = perform(queue, operation, body);
    return { statusCode: result ? 200 : 204, statusDescription: 'OK', body: result ?? {} };
  } catch (error) {
    const { condition, description } = toAmqpError(error);
    return { statusCode: STATUS_CODES[condition], statusDescription: description, errorCondition: condition, body: {} };
  }
}

function perform(queue: Queue<Message>, operation: string, body: unknown): Record<string, unknown> | undefined {
  switch (operation) {
    case 'com.microsoft:renew-lock':
      return renewLocks(queue, renewLockBody.parse(body)['lock-tokens']);
    case 'com.microsoft:schedule-message':
      return schedule(queue, scheduleBody.parse(body).messages);
    case 'com.microsoft:cancel-scheduled-message':
      return cancelScheduled(queue, sequenceNumbersBody.parse(body)['sequence-numbers']);
    case 'com.microsoft:peek-message':
      return peek(queue, peekBody.parse(body));
    case 'com.microsoft:receive-by-sequence-number':
      return receiveDeferred(queue, receiveDeferredBody.parse(body));
    case 'com.microsoft:update-disposition':
      return updateDisposition(queue, dispositionBody.parse(body));
    default:
      throw new ServiceBusError('amqp:not-implemented', `The operation ${operation} is not supported by this broker.`);
  }
}

function renewLocks(queue: Queue<Message>, tokens: string[]): Record<string, unknown> {
  const expirations = tokens.map(token => new Date(queue.renewLock(token)));
  // Microsoft's client for .NET takes no list for it.
  return { expirations: rhea.types.wrap_array(expirations, TIMESTAMP_ARRAY, undefined) };
}

function schedule(queue: Queue<Message>, messages: { message: Buffer }[]): Record<string, unknown> {
  const decoded = messages.map(({ message }) => toNewMessage(message));
  const sequenceNumbers = decoded.map(message => queue.send(message));
  return { 'sequence-numbers': rhea.types.wrap_array(sequenceNumbers, LONG_ARRAY, undefined) };
}

function cancelScheduled(queue: Queue<Message>, sequenceNumbers: number[]): Record<string, unknown> {
  for (const sequenceNumber of sequenceNumbers) queue.cancelScheduled(sequenceNumber);
  return {};
}

function peek(queue: Queue<Message>, body: z.output<typeof peekBody>): Record<string, unknown> | undefined {
  const messages = queue.peek(body['from-sequence-number'], body['message-count']);
  if (messages.length === 0) return undefined;
  return { messages: messages.map(message => ({ message: encodePeeked(message) })) };
}

function receiveDeferred(queue: Queue<Message>, body: z.output<typeof receiveDeferredBody>): Record<string, unknown> {
  const mode = body['receiver-settle-mode'] === 0 ? 'receiveAndDelete' : 'peekLock';
  return { messages: queue.receiveDeferred(body['sequence-numbers'], mode).map(toManagementMessage) };
}

function toManagementMessage(delivery: Delivery<Message>): Record<string, unknown> {
  const message = encodeDelivery(delivery);
  if (!delivery.lock) return { message };
  return { 'lock-token': rhea.types.wrap_uuid(Buffer.from(delivery.lock.token, 'hex')), message };
}

function updateDisposition(queue: Queue<Message>, body: z.output<typeof dispositionBody>): Record<string, unknown> {
  const settlement = toSettlement(body);
  for (const token of body['lock-tokens']) queue.settle(token, settlement);
  return {};
}

function toSettlement(body: z.output<typeof dispositionBody>): Settlement {
  const properties = body['properties-to-modify'] ?? {};
  switch (body['disposition-status']) {
    case 'completed':
      return { kind: 'complete' };
    case 'abandoned':
      return { kind: 'abandon', properties };
    case 'defered':
      return { kind: 'defer', properties };
    case 'suspended':
      return {
        kind: 'deadLetter',
        reason: body['deadletter-reason'] ?? undefined,
        description: body['deadletter-description'] ?? undefined,
        properties,
      };
  }
}
