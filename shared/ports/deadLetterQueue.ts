/** A message that failed too often, or that the broker gave up for another reason. */
export interface DeadLetter {
  readonly messageId: string;
  readonly body: unknown;
  /** The broker's, such as `MaxDeliveryCountExceeded`. */
  readonly reason: string;
}

export interface DeadLetterQueue {
  /** Of the queue whose dead letters they are. */
  readonly name: string;
  /**
   * Gives each dead letter that lies there now to `handle`, once: `done` removes it, `leave` and a rejection keep it.
   * Resolves when there is none left that was not given.
   */
  takeAll(handle: (letter: DeadLetter) => Promise<'done' | 'leave'>): Promise<void>;
}
