/** What users did in their mailboxes, by mailbox and by contact. Times in milliseconds since 1970. */
export interface UserModel {
  /** Fields that the user edited, by the target contact. */
  readonly edits: Map<string, Map<string, UserEdit>>;
  /** When the user last deleted the copy of a source contact. */
  readonly removals: Map<string, number>;
  /** Contacts that the user put into a folder of their own. */
  readonly moved: Set<string>;
  /** Etag of each contact of the user's own. */
  readonly own: Map<string, string>;
}

export interface UserEdit {
  readonly value: unknown;
  readonly at: number;
}

export function createUserModel(): UserModel {
  return { edits: new Map(), removals: new Map(), moved: new Set(), own: new Map() };
}

/** Names a contact, or the copy of a source contact, in a mailbox. */
export function inMailbox(mailbox: string, id: string): string {
  return `${mailbox} ${id}`;
}
