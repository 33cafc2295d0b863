import { randomBytes } from 'node:crypto';
import { DuplicateHistory } from './duplicateHistory.ts';
import type { QueueProperties } from './queueConfiguration.ts';
import type {
  Delivery,
  MessageLock,
  NewMessage,
  QueueCounts,
  QueuedMessage,
  QueueStatistics,
  ReceiveMode,
  Settlement,
} from './queueMessage.ts';
import { ServiceBusError } from './serviceBusError.ts';

interface LockedMessage<Content> {
  readonly message: QueuedMessage<Content>;
  readonly lock: MessageLock;
  readonly lockedAt: number;
  readonly wasDeferred: boolean;
}

export interface QueueEnvironment {
  readonly now: () => number;
  readonly newLockToken?: () => string;
}

const LOCK_LOST =
  'The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.';

/**
 * A Service Bus queue without its transport: what happens to a message between send and settlement.
 * Nothing runs by itself: every call applies first what is due by the clock, and `advance` does only that.
 */
export class Queue<Content> {
  readonly path: string;
  readonly properties: QueueProperties;
  /** The dead-letter sub-queue; absent on a dead-letter queue itself. */
  readonly deadLetters: Queue<Content> | undefined;
  readonly #now: () => number;
  readonly #newLockToken: () => string;
  readonly #duplicates: DuplicateHistory;
  readonly #locked = new Map<string, LockedMessage<Content>>();
  readonly #deferred = new Map<number, QueuedMessage<Content>>();
  readonly #scheduled = new Map<number, QueuedMessage<Content>>();
  #active: QueuedMessage<Content>[] = [];
  #lastSequenceNumber = 0;
  #dueAt = Number.POSITIVE_INFINITY;
  #whenAvailable: () => void = () => {};
  #statistics = noStatistics();

  constructor(properties: QueueProperties, environment: QueueEnvironment, deadLetterQueueOf?: string) {
    this.properties = properties;
    this.path = deadLetterQueueOf ? `${deadLetterQueueOf}/$DeadLetterQueue` : properties.name;
    this.#now = environment.now;
    this.#newLockToken = environment.newLockToken ?? (() => randomBytes(16).toString('hex'));
    this.#duplicates = new DuplicateHistory(properties.duplicateDetectionWindow);
    this.deadLetters = deadLetterQueueOf ? undefined : new Queue(properties, environment, properties.name);
  }

  /** `listener` is called whenever a message may have become available to receivers. */
  onAvailable(listener: () => void): void {
    this.#whenAvailable = listener;
  }

  /** Takes a message in and returns its sequence number. A duplicate is accepted and dropped, as the service does. */
  send(message: NewMessage<Content>): number {
    const now = this.#now();
    const sequenceNumber = this.#nextSequenceNumber();
    if (this.properties.requiresDuplicateDetection && !this.#duplicates.note(message.messageId, now)) {
      this.#statistics.duplicates += 1;
      return sequenceNumber;
    }
    this.#statistics.sent += 1;
    const queued: QueuedMessage<Content> = {
      content: message.content,
      sequenceNumber,
      enqueuedSequenceNumber: sequenceNumber,
      timeToLive: Math.min(message.timeToLive ?? Number.POSITIVE_INFINITY, this.properties.defaultTimeToLive),
      scheduledFor: message.scheduledFor,
      state: 'scheduled',
      enqueuedAt: now,
      expiresAt: Number.POSITIVE_INFINITY,
      deliveryCount: 0,
      addedProperties: {},
    };
    if (message.scheduledFor !== undefined && message.scheduledFor > now) {
      this.#scheduled.set(sequenceNumber, queued);
      this.#wakeBy(message.scheduledFor);
      return sequenceNumber;
    }
    this.#activate(queued);
    this.#whenAvailable();
    return sequenceNumber;
  }

  cancelScheduled(sequenceNumber: number): void {
    this.advance();
    if (this.#scheduled.delete(sequenceNumber)) return;
    throw new ServiceBusError('com.microsoft:message-not-found', `No scheduled message ${sequenceNumber} was found.`);
  }

  /** The next message, locked in mode peekLock and gone in mode receiveAndDelete; undefined if there is none. */
  receive(mode: ReceiveMode): Delivery<Content> | undefined {
    this.advance();
    const message = this.#active.shift();
    return message && this.#deliver(message, mode, false);
  }

  /** Deferred messages by sequence number: all of them, or an error and none. */
  receiveDeferred(sequenceNumbers: readonly number[], mode: ReceiveMode): Delivery<Content>[] {
    this.advance();
    const messages = sequenceNumbers.map(sequenceNumber => {
      const message = this.#deferred.get(sequenceNumber);
      if (message) return message;
      throw new ServiceBusError(
        'com.microsoft:message-not-found',
        `No deferred message ${sequenceNumber} was found; it may be locked.`,
      );
    });
    return messages.map(message => {
      this.#deferred.delete(message.sequenceNumber);
      return this.#deliver(message, mode, true);
    });
  }

  /** Ends a lock. Throws `message-lock-lost` when the lock has expired or never was. */
  settle(token: string, settlement: Settlement): void {
    const locked = this.#lockedBy(token);
    this.#unlock(locked);
    switch (settlement.kind) {
      case 'complete':
        this.#statistics.completed += 1;
        return;
      case 'abandon':
        Object.assign(locked.message.addedProperties, settlement.properties);
        this.#giveBack(locked);
        break;
      case 'defer':
        Object.assign(locked.message.addedProperties, settlement.properties);
        this.#defer(locked.message);
        return;
      case 'deadLetter':
        Object.assign(locked.message.addedProperties, settlement.properties);
        this.#deadLetter(locked.message, settlement.reason, settlement.description);
        break;
    }
    this.#whenAvailable();
  }

  /** Prolongs a lock by the queue's lock duration and returns its new end. */
  renewLock(token: string): number {
    const { lock } = this.#lockedBy(token);
    lock.until = this.#now() + this.properties.lockDuration;
    return lock.until;
  }

  /** Messages in any state from a sequence number on, without locking them. */
  peek(fromSequenceNumber: number, count: number): QueuedMessage<Content>[] {
    this.advance();
    const locked = [...this.#locked.values()].map(({ message }) => message);
    return [...this.#active, ...locked, ...this.#deferred.values(), ...this.#scheduled.values()]
      .filter(message => message.sequenceNumber >= fromSequenceNumber)
      .sort((left, right) => left.sequenceNumber - right.sequenceNumber)
      .slice(0, count);
  }

  /** Applies what is due by now: scheduled messages, expired locks, messages past their time to live. */
  advance(): void {
    this.deadLetters?.advance();
    const now = this.#now();
    if (now < this.#dueAt) return;
    this.#dueAt = Number.POSITIVE_INFINITY;
    this.#activateScheduled(now);
    this.#expireLocks(now);
    this.#expireActive(now);
    this.#whenAvailable();
  }

  counts(): QueueCounts {
    this.advance();
    const deadLetters = this.deadLetters?.counts();
    return {
      active: this.#active.length,
      locked: this.#locked.size,
      deferred: this.#deferred.size,
      scheduled: this.#scheduled.size,
      deadLetter: deadLetters ? deadLetters.active + deadLetters.locked + deadLetters.deferred : 0,
    };
  }

  statistics(): Readonly<QueueStatistics> {
    return { ...this.#statistics };
  }

  resetStatistics(): void {
    this.#statistics = noStatistics();
  }

  #deliver(message: QueuedMessage<Content>, mode: ReceiveMode, wasDeferred: boolean): Delivery<Content> {
    this.#statistics.delivered += 1;
    if (mode === 'receiveAndDelete') {
      this.#statistics.completed += 1;
      return { message };
    }
    const lockedAt = this.#now();
    const lock: MessageLock = { token: this.#newLockToken(), until: lockedAt + this.properties.lockDuration };
    this.#locked.set(lock.token, { message, lock, lockedAt, wasDeferred });
    this.#wakeBy(lock.until);
    return { message, lock };
  }

  #lockedBy(token: string): LockedMessage<Content> {
    this.advance();
    const locked = this.#locked.get(token);
    if (!locked) throw new ServiceBusError('com.microsoft:message-lock-lost', LOCK_LOST);
    return locked;
  }

  #unlock({ lock, lockedAt }: LockedMessage<Content>): void {
    this.#locked.delete(lock.token);
    this.#statistics.longestHandling = Math.max(this.#statistics.longestHandling, this.#now() - lockedAt);
  }

  #giveBack({ message, wasDeferred }: LockedMessage<Content>): void {
    message.deliveryCount += 1;
    if (wasDeferred) {
      this.#defer(message);
      return;
    }
    if (!this.deadLetters || message.deliveryCount < this.properties.maxDeliveryCount) {
      this.#requeue(message);
      return;
    }
    const description = `Message could not be consumed after ${message.deliveryCount} delivery attempts.`;
    this.#deadLetter(message, 'MaxDeliveryCountExceeded', description);
  }

  #defer(message: QueuedMessage<Content>): void {
    message.state = 'deferred';
    this.#deferred.set(message.sequenceNumber, message);
  }

  #deadLetter(message: QueuedMessage<Content>, reason?: string, description?: string): void {
    if (!this.deadLetters) {
      this.#requeue(message);
      return;
    }
    this.#statistics.deadLettered += 1;
    this.deadLetters.#takeDeadLetter({
      ...message,
      deadLetterSource: this.path,
      addedProperties: {
        ...message.addedProperties,
        ...(reason !== undefined && { DeadLetterReason: reason }),
        ...(description !== undefined && { DeadLetterErrorDescription: description }),
      },
    });
  }

  #takeDeadLetter(message: QueuedMessage<Content>): void {
    this.#statistics.sent += 1;
    this.#active.push({
      ...message,
      sequenceNumber: this.#nextSequenceNumber(),
      state: 'active',
      expiresAt: Number.POSITIVE_INFINITY,
    });
    this.#whenAvailable();
  }

  #activate(message: QueuedMessage<Content>): void {
    message.state = 'active';
    message.enqueuedAt = this.#now();
    message.expiresAt = message.enqueuedAt + message.timeToLive;
    this.#wakeBy(message.expiresAt);
    this.#active.push(message);
  }

  /** Back to its place in the order of sequence numbers, as an abandoned message is the next to be delivered. */
  #requeue(message: QueuedMessage<Content>): void {
    message.state = 'active';
    this.#wakeBy(message.expiresAt);
    const index = this.#active.findIndex(other => other.sequenceNumber > message.sequenceNumber);
    this.#active.splice(index === -1 ? this.#active.length : index, 0, message);
  }

  #activateScheduled(now: number): void {
    const due = [...this.#scheduled.values()]
      .filter(({ scheduledFor = 0 }) => scheduledFor <= now)
      .sort((left, right) => (left.scheduledFor ?? 0) - (right.scheduledFor ?? 0));
    for (const message of due) {
      this.#scheduled.delete(message.sequenceNumber);
      this.#activate(message);
    }
    for (const { scheduledFor = 0 } of this.#scheduled.values()) this.#wakeBy(scheduledFor);
  }

  #expireLocks(now: number): void {
    for (const locked of this.#locked.values()) {
      if (locked.lock.until > now) {
        this.#wakeBy(locked.lock.until);
        continue;
      }
      this.#unlock(locked);
      this.#giveBack(locked);
    }
  }

  #expireActive(now: number): void {
    const expired = this.#active.filter(message => message.expiresAt <= now);
    if (expired.length > 0) this.#active = this.#active.filter(message => message.expiresAt > now);
    for (const message of this.#active) this.#wakeBy(message.expiresAt);
    if (!this.properties.deadLetterOnExpiration) return;
    for (const message of expired) {
      this.#deadLetter(message, 'TTLExpiredException', 'The message expired and was dead lettered.');
    }
  }

  #nextSequenceNumber(): number {
    this.#lastSequenceNumber += 1;
    return this.#lastSequenceNumber;
  }

  #wakeBy(time: number): void {
    this.#dueAt = Math.min(this.#dueAt, time);
  }
}

function noStatistics(): QueueStatistics {
  return { sent: 0, duplicates: 0, delivered: 0, completed: 0, deadLettered: 0, longestHandling: 0 };
}
