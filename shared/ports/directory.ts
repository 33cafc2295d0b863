import type { RequestCounts } from './contactMailbox.ts';

/** A user as target resolution needs it. */
export interface DirectoryUser {
  readonly id: string;
  readonly accountEnabled: boolean;
  /** Whatever mail reaches the user by, in lower case; absent where that was not asked for or is not told. */
  readonly addresses?: readonly string[];
}

/** Users and groups of the tenant. All methods reject with `GraphFailure`. */
export interface Directory {
  counts(): RequestCounts;
  /** By object id, user principal name or any mail address; undefined when there is no such user. */
  findUser(idOrAddress: string, withAddresses?: boolean): Promise<DirectoryUser | undefined>;
  /** The language that a user prefers, as a tag of BCP 47; undefined where none is set, and for nobody. */
  findLanguage(userId: string): Promise<string | undefined>;
  /** The id of a group, by its id or any mail address; undefined when there is none. */
  findGroup(idOrAddress: string): Promise<string | undefined>;
  /**
   * Users in the group, nested groups included, each once; rejects with kind `notFound` when the group is gone.
   *
   * @param withAddresses in the same requests
   */
  groupMembers(groupId: string, withAddresses?: boolean): Promise<DirectoryUser[]>;
}
