/** A contact folder that a list reads: a list that writes there would feed itself. */
export interface Place {
  /** The connection to the tenant that it is in; undefined in the app's own, the only one that lists write to. */
  readonly connection?: string | undefined;
  /** Address or object id. */
  readonly mailbox: string;
  /** The folder's name and those of the folders above it, from the mailbox's root on. */
  readonly folder: readonly string[];
}
