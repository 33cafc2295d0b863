/** How a receiver takes messages: locked until settled, or gone at once. */
export type ReceiveMode = 'peekLock' | 'receiveAndDelete';

/** What a sender hands over. Times are milliseconds since 1970, `timeToLive` is milliseconds. */
export interface NewMessage<Content> {
  readonly content: Content;
  readonly messageId: string;
  readonly timeToLive?: number | undefined;
  readonly scheduledFor?: number | undefined;
}

/** A message as the queue keeps it. `deliveryCount` counts the deliveries that failed so far. */
export interface QueuedMessage<Content> {
  readonly content: Content;
  readonly sequenceNumber: number;
  readonly enqueuedSequenceNumber: number;
  readonly timeToLive: number;
  readonly scheduledFor?: number | undefined;
  readonly deadLetterSource?: string;
  state: 'active' | 'deferred' | 'scheduled';
  enqueuedAt: number;
  expiresAt: number;
  deliveryCount: number;
  addedProperties: Record<string, unknown>;
}

/** A lock on a delivered message: 16 bytes as hex digits, valid before `until`. */
export interface MessageLock {
  readonly token: string;
  until: number;
}

export interface Delivery<Content> {
  readonly message: QueuedMessage<Content>;
  /** Absent in mode receiveAndDelete. */
  readonly lock?: MessageLock;
}

export type Settlement =
  | { readonly kind: 'complete' }
  | { readonly kind: 'abandon' | 'defer'; readonly properties?: Record<string, unknown> }
  | {
      readonly kind: 'deadLetter';
      readonly reason?: string | undefined;
      readonly description?: string | undefined;
      readonly properties?: Record<string, unknown>;
    };

export interface QueueCounts {
  readonly active: number;
  readonly locked: number;
  readonly deferred: number;
  readonly scheduled: number;
  readonly deadLetter: number;
}

/**
 * `sent` counts what was taken in, scheduled messages included; `duplicates` what duplicate detection dropped.
 * `longestHandling` is in milliseconds, from the delivery of a message to the end of its lock.
 */
export interface QueueStatistics {
  sent: number;
  duplicates: number;
  delivered: number;
  completed: number;
  deadLettered: number;
  longestHandling: number;
}
