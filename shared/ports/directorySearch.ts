export type DirectoryKind = 'groups' | 'users';

/** A group or a user as somebody who looks for one sees it. */
export interface DirectoryEntry {
  readonly id: string;
  readonly name: string;
  /** Where mail reaches it; a group may have none. */
  readonly address?: string;
}

/**
 * Groups or users with a word of the name, or an address, that begins with the text, or of that object id; at most
 * `limit`. Rejects with `GraphFailure`.
 */
export type SearchDirectory = (kind: DirectoryKind, text: string, limit: number) => Promise<DirectoryEntry[]>;
