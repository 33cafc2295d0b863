/** A contact folder of the tenant that a list reads: a list that writes there would feed itself. */
export interface Place {
  /** Address or object id. */
  readonly mailbox: string;
  /** The folder's name and those of the folders above it, from the mailbox's root on. */
  readonly folder: readonly string[];
}
