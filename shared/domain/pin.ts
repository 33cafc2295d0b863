/**
 * A list that was rolled back: its sources are not read until it is unpinned (rules.md: Rollback). `rollingBack`:
 * somebody asked for it, and the next run puts its content back before anything else.
 */
export type Pin =
  | ({ readonly kind: 'rollingBack' } & PinnedTo)
  | ({
      readonly kind: 'pinned';
      /** The journal's newest position once the content was put back. */
      readonly head: number;
    } & PinnedTo);

export interface PinnedTo {
  /** The content is that of this position. */
  readonly position: number;
  /** The journal that the position is one of, by the time it was begun. */
  readonly epoch: number;
  /** Epoch milliseconds when somebody asked for it. */
  readonly at: number;
  /** Fingerprint of the definition that contacts are written by; undefined for the one that the list has now. */
  readonly definition?: string | undefined;
}
