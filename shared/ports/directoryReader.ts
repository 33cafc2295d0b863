import type { RequestCounts } from './contactMailbox.ts';
import type { PhotoQuestion, PhotoReading } from './photos.ts';

/** A user or mail contact as a delta query or a look-up tells of it. Absent: nothing was said of it. Null: it is not set. */
export interface DirectoryRow {
  readonly id: string;
  /** Deleted; it may come back with the same id. */
  readonly removed: boolean;
  readonly values: DirectoryValues;
  /** The manager's id where it was told, null for none. */
  readonly managerId?: string | null;
  readonly managerName?: string | null;
}

export type DirectoryValues = Readonly<Record<string, unknown>>;

export interface DirectoryChanges {
  readonly rows: readonly DirectoryRow[];
  /** Path and query of the next round, without the origin. */
  readonly deltaLink: string;
}

export type DirectoryCollection = 'users' | 'contacts';

/** What the directory tells of everybody's colleagues. Methods reject with `GraphFailure`. */
export interface DirectoryReader {
  counts(): RequestCounts;
  /**
   * One delta round over all its pages, from the start without a link; with one, rows may say nothing of what did not
   * change. Rejects with `deltaTokenDead`.
   */
  readChanges(collection: DirectoryCollection, deltaLink?: string): Promise<DirectoryChanges>;
  /** Asks for the first page of a round alone. */
  tryChanges(collection: DirectoryCollection): Promise<void>;
  /** Every mail contact as a whole, which its delta query does not tell. */
  listOrganisationContacts(): Promise<readonly DirectoryRow[]>;
  /** As they are now and with their managers, many a request; without those that are not there. */
  lookUpUsers(ids: readonly string[]): Promise<readonly DirectoryRow[]>;
  /** As they are now, in `$batch`es; without those that are not there. */
  lookUpContacts(ids: readonly string[]): Promise<readonly DirectoryRow[]>;
  /** Who reports to any of these users, as they are now. */
  readReports(managerIds: readonly string[]): Promise<readonly DirectoryRow[]>;
  /** The ids of users or mail contacts in the group, nested groups included. Rejects with `notFound`. */
  memberIds(groupId: string, collection: DirectoryCollection): Promise<readonly string[]>;
  /**
   * The photos of at most 20 users, of 240 pixels where they are not smaller, in the order of the questions. Never rejects
   * for what Graph answered.
   */
  readUserPhotos(questions: readonly PhotoQuestion[]): Promise<readonly PhotoReading[]>;
}
