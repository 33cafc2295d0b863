import type { ContactFolder } from './contactMailbox.ts';

/** The contact folders of one mailbox, to be looked at. All methods reject with `GraphFailure`. */
export interface FolderTree {
  /** The default Contacts folder, which no listing names. */
  defaultFolder(): Promise<ContactFolder>;
  /** Folders directly below one, or without an id those at the top, at most `limit`. */
  childFolders(parentId: string | undefined, limit: number): Promise<ContactFolder[]>;
  /** How many items the folder itself holds; Exchange counts hidden ones too, which no listing shows. */
  countContacts(folderId: string): Promise<number>;
}
