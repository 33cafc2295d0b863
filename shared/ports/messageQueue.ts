/** A message to send: ids and positions only, never a contact. `id` is new for every sending (duplicate detection drops a repeated one). */
export interface OutgoingMessage<Body> {
  readonly id: string;
  readonly body: Body;
  /** Epoch milliseconds before which it is not delivered. */
  readonly notBefore?: number;
}

export interface MessageQueue<Body> {
  /** Resolves when the broker has accepted every message; sends as few batches as fit. */
  send(messages: readonly OutgoingMessage<Body>[]): Promise<void>;
}
