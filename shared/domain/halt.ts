/** Why a list stands still: nothing is read of its sources and nothing is written to its mailboxes until it is released. */
export interface Halt {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly code: string;
  readonly detail: string;
  /** What whoever halted it gave as the reason: free text, which is shown and never logged. */
  readonly reason?: string | undefined;
}

/** Characters. */
export const longestReason = 200;

export interface Halts {
  /** Of all lists, those that are added later too. */
  readonly everything: Halt | undefined;
  readonly lists: ReadonlyMap<string, Halt>;
}

export function haltOf({ everything, lists }: Halts, listId: string): Halt | undefined {
  return everything ?? lists.get(listId);
}
