/** Remembers message ids for a window of time (milliseconds); ids are noted in the order of time. */
export class DuplicateHistory {
  readonly #window: number;
  readonly #notedAt = new Map<string, number>();

  constructor(window: number) {
    this.#window = window;
  }

  /** Notes an id; false if it was noted within the window, which the repetition does not prolong. */
  note(messageId: string, now: number): boolean {
    this.#forgetOlderThan(now - this.#window);
    if (this.#notedAt.has(messageId)) return false;
    this.#notedAt.set(messageId, now);
    return true;
  }

  #forgetOlderThan(limit: number): void {
    for (const [messageId, notedAt] of this.#notedAt) {
      if (notedAt > limit) return;
      this.#notedAt.delete(messageId);
    }
  }
}
