import { contactFields } from '../../domain/contact.ts';
import { sourceKeyOf } from '../../domain/stamp.ts';
import {
  type ContactFolder,
  type ContactMailbox,
  type ContactWrite,
  type FoundContact,
  GraphFailure,
  type StampedContact,
  type WriteOutcome,
} from '../../ports/contactMailbox.ts';

/** All that a trial may do to a real mailbox. Delta queries are left out: see `readChanges` below. */
export type MailboxReading = Pick<
  ContactMailbox,
  | 'counts'
  | 'findFolder'
  | 'listFolders'
  | 'getFolder'
  | 'isDeleted'
  | 'findDeletedFolder'
  | 'readFolderContent'
  | 'listContacts'
  | 'listExtended'
  | 'readExtended'
  | 'listAll'
  | 'readContacts'
  | 'readPhotos'
  | 'listStamped'
  | 'findStamped'
  | 'getContact'
  | 'getContacts'
  | 'listEverywhere'
  | 'isInDeletedItems'
  | 'deletedItemsId'
>;

/** A write that Graph would have done. */
export interface TrialWrite {
  readonly write: ContactWrite;
  /** Undefined where the contact written is not in our folder. */
  readonly sourceKey: string | undefined;
}

export type FolderChange = 'created' | 'renamed' | 'removed';

/** A mailbox that is only read: what would be written to it is remembered and answered as Graph would answer it. */
export interface TrialMailbox extends ContactMailbox {
  readonly writes: readonly TrialWrite[];
  readonly folderChanges: readonly FolderChange[];
  /** Our contacts in a folder with their content, as they are. */
  readStamped(folderId: string): Promise<readonly StampedContact[]>;
}

const madeFolder = 'trial-folder';
const nameTaken = { status: 409, code: 'ErrorFolderExists' };
const folderNotFollowed = { status: 404, code: 'ErrorSyncFolderNotFound' };

export function openTrialMailbox(mailbox: MailboxReading, listId: string): TrialMailbox {
  const seen = new Map<string, FoundContact>();
  const listings = new Map<string, Promise<readonly StampedContact[]>>();
  const deleted = new Set<string>();
  const removedFolders = new Set<string>();
  const writes: TrialWrite[] = [];
  const folderChanges: FolderChange[] = [];

  function readStamped(folderId: string): Promise<readonly StampedContact[]> {
    if (folderId === madeFolder) return Promise.resolve([]);
    const listing = listings.get(folderId) ?? mailbox.listStamped(folderId, contactFields);
    listings.set(folderId, listing);
    return listing;
  }

  async function findStamped(folderId: string, key: string): Promise<StampedContact[]> {
    return (await readStamped(folderId)).filter(({ id, stamp }) => stamp.key === key && !deleted.has(id));
  }

  /** A contact of ours in a folder that could be listed. */
  async function findListed(contactId: string): Promise<StampedContact | undefined> {
    const listed = await Promise.allSettled(listings.values());
    const contacts = listed.flatMap(each => (each.status === 'fulfilled' ? each.value : []));
    return contacts.find(({ id }) => id === contactId);
  }

  async function answer(write: ContactWrite): Promise<WriteOutcome> {
    if (write.kind === 'create') {
      // A folder that is gone refuses it.
      await readStamped(write.folderId);
      writes.push({ write, sourceKey: sourceKeyOf(listId, write.stamp.key) });
      return { kind: 'done', contactId: `trial-contact-${writes.length}`, parentFolderId: write.folderId };
    }
    const listed = await findListed(write.contactId);
    const sourceKey = listed && sourceKeyOf(listId, listed.stamp.key);
    if (write.kind === 'delete') {
      writes.push({ write, sourceKey });
      deleted.add(write.contactId);
      return { kind: 'deleted' };
    }
    const found = listed ?? seen.get(write.contactId) ?? (await mailbox.getContact(write.contactId));
    if (!found) return { kind: 'gone' };
    const { parentFolderId } = found;
    // What was patched in Deleted Items counts as deleted by the user, and no longer as written.
    const thrownAway = !listed && !seen.has(write.contactId) && (await mailbox.isInDeletedItems(parentFolderId));
    if (!thrownAway) writes.push({ write, sourceKey });
    return { kind: 'done', contactId: write.contactId, parentFolderId };
  }

  return {
    counts: mailbox.counts,
    writes,
    folderChanges,
    readStamped,
    findFolder: path => mailbox.findFolder(path),
    listFolders: () => mailbox.listFolders(),
    getFolder: async folderId => (removedFolders.has(folderId) ? undefined : mailbox.getFolder(folderId)),
    findDeletedFolder: displayName => mailbox.findDeletedFolder(displayName),
    async readFolderContent(folderId) {
      const [content, stamped] = await Promise.all([mailbox.readFolderContent(folderId), readStamped(folderId)]);
      const removed = stamped.filter(({ id }) => deleted.has(id)).length;
      return { ...content, contacts: content.contacts - removed };
    },
    isDeleted: folder => mailbox.isDeleted(folder),
    getContact: (contactId, fields) => mailbox.getContact(contactId, fields),
    listExtended: (folderId, properties) => mailbox.listExtended(folderId, properties),
    readExtended: (contactIds, properties) => mailbox.readExtended(contactIds, properties),
    getContacts: contactIds => mailbox.getContacts(contactIds),
    listEverywhere: () => mailbox.listEverywhere(),
    isInDeletedItems: folderId => mailbox.isInDeletedItems(folderId),
    deletedItemsId: () => mailbox.deletedItemsId(),

    async createFolder(displayName): Promise<ContactFolder> {
      folderChanges.push('created');
      return { id: madeFolder, displayName, parentFolderId: '' };
    },
    async renameFolder(folderId, displayName) {
      const namesake = await mailbox.findFolder([displayName]);
      if (namesake && namesake.id !== folderId) throw new GraphFailure('folderExists', nameTaken);
      folderChanges.push('renamed');
    },
    // Not worth a word to an admin.
    markFolder: async () => undefined,
    async deleteFolder(folderId) {
      folderChanges.push('removed');
      removedFolders.add(folderId);
    },

    /**
     * A plain listing, whatever the link. To follow the stored delta link would be a second consumer of it: Graph keeps
     * about the last three generations, so a few previews would kill the link that the next capture needs (rules.md:
     * Graph, Delta state). A delta query does not follow a folder into Deleted Items, where a listing still finds it.
     */
    async readChanges(folderId) {
      const folder = await mailbox.getFolder(folderId);
      if (!folder || (await mailbox.isDeleted(folder))) throw new GraphFailure('notFound', folderNotFollowed);
      return { contacts: await mailbox.listContacts(folderId), deltaLink: '' };
    },
    async listContacts(folderId) {
      if (folderId === madeFolder) return [];
      return (await mailbox.listContacts(folderId)).filter(({ id }) => !deleted.has(id));
    },

    readContacts: (contactIds, fields) => mailbox.readContacts(contactIds, fields),
    readPhotos: contactIds => mailbox.readPhotos(contactIds),
    photoBytesSent: () => 0,
    writePhotos: async photos => photos.map(() => ({ kind: 'written' })),
    async listAll(folderId, fields) {
      if (folderId === madeFolder) return [];
      const found = await mailbox.listAll(folderId, fields);
      for (const contact of found) seen.set(contact.id, contact);
      return found.filter(({ id }) => !deleted.has(id));
    },

    async write(all) {
      const outcomes: WriteOutcome[] = [];
      for (const write of all) {
        try {
          outcomes.push(await answer(write));
        } catch (error) {
          if (!(error instanceof GraphFailure)) throw error;
          outcomes.push({ kind: 'mailboxFailed', failure: error });
        }
      }
      return outcomes;
    },
    /** What they become is not shown, only that they change. */
    readCategories: async contactIds => contactIds.map(() => []),
    async listStamped(folderId, fields) {
      const contacts = await readStamped(folderId);
      return contacts.map(({ contact, ...rest }) => (fields && contact ? { ...rest, contact } : rest));
    },
    findStamped,
    findAllStamped: (folderId, keys) => Promise.all(keys.map(key => findStamped(folderId, key))),
  };
}
