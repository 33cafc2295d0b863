import type { OutgoingMessage } from '../ports/messageQueue.ts';

/** https://learn.microsoft.com/azure/service-bus-messaging/service-bus-quotas */
const maxIdLength = 128;

/** A message that would not arrive as it is meant. The text names it by its id, and a value by its name alone. */
export class UnsendableMessage extends Error {
  override readonly name = 'UnsendableMessage';
}

/**
 * Refuses what the SDK (7.9.5) sends as something else without a word: it makes null of a number that is not finite,
 * and 1970 of a time that is none, so that a message which was to wait comes back at once, for ever.
 */
export function checkMessages(messages: readonly OutgoingMessage<unknown>[]): void {
  for (const { id, body, notBefore } of messages) {
    checkId(id);
    if (notBefore !== undefined) checkTime(id, notBefore);
    if (body === undefined) throw new UnsendableMessage(`Message ${id} has no body`);
    checkNumbers(id, 'body', body);
  }
}

function checkId(id: string): void {
  if (id === '') throw new UnsendableMessage('A message has no id');
  if (id.length <= maxIdLength) return;
  throw new UnsendableMessage(`Message ${id} has an id of ${id.length} characters; the limit is ${maxIdLength}`);
}

function checkTime(id: string, notBefore: number): void {
  if (!Number.isNaN(new Date(notBefore).getTime())) return;
  throw new UnsendableMessage(`Message ${id} is to be delivered at a time that is none: ${notBefore}`);
}

function checkNumbers(id: string, name: string, value: unknown): void {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new UnsendableMessage(`Message ${id}: ${name} is not a finite number`);
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) checkNumbers(id, key, item);
}
