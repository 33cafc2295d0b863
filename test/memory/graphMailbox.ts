import type { Contact, ContactField } from '../../shared/core/contact.ts';
import type {
  ContactFolder,
  ContactWrite,
  GraphFailure,
  SourceContact,
  Stamp,
  WriteOutcome,
} from '../../shared/ports/contactMailbox.ts';
import { failure } from './graphFaults.ts';

export interface StoredContact {
  readonly id: string;
  readonly folderId: string;
  readonly contact: Contact;
  /** Without a key where a contact that is not ours was patched. */
  readonly stamp?: Partial<Stamp>;
}

const root = 'root';
const deletedItems = 'deletedItems';
/** What Exchange takes of them at most. */
const mostEntries: Partial<Record<ContactField, number>> = {
  businessPhones: 2,
  homePhones: 2,
  imAddresses: 3,
  emailAddresses: 3,
};

/** The contact folders of one mailbox, and what its user can do there. Deleting moves to Deleted Items, as in Exchange. */
export function createGraphMailbox(newId: (kind: string) => string) {
  const defaultFolder = newId('folder');
  const folders = new Map<string, ContactFolder>([
    [defaultFolder, { id: defaultFolder, displayName: 'Contacts', parentFolderId: root }],
  ]);
  const hidden = new Set<string>();
  const contacts = new Map<string, StoredContact>();
  /** Every change in order: the folder in which a contact came, changed or went. */
  const log: { folderId: string; contactId: string }[] = [];
  let deltaGeneration = 1;

  const mailbox = {
    deletedItemsId: deletedItems,
    /** Every request meets it while it is set. */
    failure: undefined as GraphFailure | undefined,
    /** Delta queries and whatever would be new are refused while the mailbox is full; listings are not. */
    overQuota: false,
    folders,
    /** The folder of a path of names below another, the default folder unless named; made where it is missing. */
    addFolder(path: string, below = defaultFolder): string {
      let parent = below;
      for (const name of path.split('/')) parent = mailbox.findChild(parent, name)?.id ?? makeFolder(parent, name).id;
      return parent;
    },
    /** One that no listing shows, although its name is taken. */
    addHiddenFolder(name: string): string {
      const { id } = makeFolder(defaultFolder, name);
      hidden.add(id);
      return id;
    },
    findFolder(path: readonly string[]): ContactFolder | undefined {
      let found = folders.get(defaultFolder);
      for (const [depth, name] of path.entries()) {
        if (depth === 0 && name.toLowerCase() === 'contacts') continue;
        found = found && mailbox.findChild(found.id, name);
      }
      return found;
    },
    findChild(parentId: string, name: string): ContactFolder | undefined {
      const found = sameNamed(parentId, name);
      return found && !hidden.has(found.id) ? found : undefined;
    },
    createFolder(displayName: string): ContactFolder {
      if (mailbox.overQuota) throw failure('overQuota');
      if (sameNamed(defaultFolder, displayName)) throw failure('folderExists');
      return makeFolder(defaultFolder, displayName);
    },
    renameFolder(folderId: string, displayName: string): void {
      const folder = mailbox.folder(folderId);
      const taken = sameNamed(folder.parentFolderId, displayName);
      if (taken && taken.id !== folderId) throw failure('folderExists');
      folders.set(folderId, { ...folder, displayName });
    },
    /** To Deleted Items with everything in it, where its id still resolves; from there it goes for good. */
    deleteFolder(folderId: string): void {
      const folder = folders.get(folderId);
      if (!folder) return;
      if (mailbox.isDeleted(folderId)) mailbox.purgeFolder(folderId);
      else folders.set(folderId, { ...folder, parentFolderId: deletedItems });
    },
    /** For good, with everything in it. */
    purgeFolder(folderId: string): void {
      folders.delete(folderId);
      for (const { id, folderId: lies } of [...contacts.values()]) if (lies === folderId) contacts.delete(id);
      for (const { id, parentFolderId } of [...folders.values()])
        if (parentFolderId === folderId) mailbox.purgeFolder(id);
    },
    folder(folderId: string): ContactFolder {
      const found = folders.get(folderId);
      if (!found) throw failure(folderId === '' ? 'refused' : 'notFound');
      return found;
    },
    isDeleted(folderId: string): boolean {
      const parent = folders.get(folderId)?.parentFolderId;
      return folderId === deletedItems || (parent !== undefined && mailbox.isDeleted(parent));
    },

    contacts,
    contactsIn(folderId: string): StoredContact[] {
      return [...contacts.values()].filter(contact => contact.folderId === folderId);
    },
    add(folderId: string, contact: Contact, stamp?: Partial<Stamp>): string {
      const id = newId('contact');
      store({ id, folderId: mailbox.folder(folderId).id, contact, ...(stamp ? { stamp } : {}) });
      return id;
    },
    edit(contactId: string, contact: Contact): void {
      store({ ...mailbox.contact(contactId), contact });
    },
    move(contactId: string, folderId: string): void {
      const found = mailbox.contact(contactId);
      log.push({ folderId: found.folderId, contactId });
      store({ ...found, folderId });
    },
    /** To Deleted Items, where its id still resolves; from there it goes for good. */
    remove(contactId: string): void {
      if (mailbox.contact(contactId).folderId === deletedItems) mailbox.purge(contactId);
      else mailbox.move(contactId, deletedItems);
    },
    purge(contactId: string): void {
      const { folderId } = mailbox.contact(contactId);
      contacts.delete(contactId);
      log.push({ folderId, contactId });
    },
    contact(contactId: string): StoredContact {
      const found = contacts.get(contactId);
      if (!found) throw failure('notFound');
      return found;
    },

    killDeltaTokens(): void {
      deltaGeneration += 1;
    },
    changes(folderId: string, deltaLink: string | undefined): { contacts: SourceContact[]; deltaLink: string } {
      mailbox.folder(folderId);
      // A folder in Deleted Items is no longer followed.
      if (mailbox.isDeleted(folderId)) throw failure('notFound');
      if (mailbox.overQuota) throw failure('overQuota');
      const next = `/delta/${folderId}/${deltaGeneration}/${log.length}`;
      if (deltaLink === undefined) return { contacts: mailbox.list(folderId), deltaLink: next };
      const [, , linked, generation, from] = deltaLink.split('/');
      if (linked !== folderId || Number(generation) !== deltaGeneration) throw failure('deltaTokenDead');
      const changed = log.slice(Number(from)).filter(entry => entry.folderId === folderId);
      const ids = [...new Set(changed.map(({ contactId }) => contactId))];
      return { contacts: ids.map(id => ({ id, contact: contactIn(folderId, id) })), deltaLink: next };
    },
    list(folderId: string): SourceContact[] {
      mailbox.folder(folderId);
      return mailbox.contactsIn(folderId).map(({ id, contact }) => ({ id, contact }));
    },

    write(write: ContactWrite): WriteOutcome {
      if (write.kind !== 'delete' && isTooMuch(write.contact)) return tooMuch;
      if (write.kind === 'create') {
        if (mailbox.overQuota) return { kind: 'mailboxFailed', failure: failure('overQuota') };
        if (!folders.has(write.folderId)) return { kind: 'mailboxFailed', failure: failure('notFound') };
        const contactId = mailbox.add(write.folderId, write.contact, write.stamp);
        return { kind: 'done', contactId, parentFolderId: write.folderId };
      }
      const found = contacts.get(write.contactId);
      if (write.kind === 'delete') {
        if (found) mailbox.remove(write.contactId);
        return { kind: 'deleted' };
      }
      if (!found) return { kind: 'gone' };
      const stamp = { ...found.stamp, version: write.version };
      store({ ...found, stamp, contact: patched(found.contact, write.contact, write.fields) });
      return { kind: 'done', contactId: found.id, parentFolderId: found.folderId };
    },
  };
  return mailbox;

  function sameNamed(parentId: string, name: string): ContactFolder | undefined {
    const children = [...folders.values()].filter(({ parentFolderId }) => parentFolderId === parentId);
    return children.find(({ displayName }) => displayName.toLowerCase() === name.toLowerCase());
  }

  function makeFolder(parentFolderId: string, displayName: string): ContactFolder {
    const folder = { id: newId('folder'), displayName, parentFolderId };
    folders.set(folder.id, folder);
    return folder;
  }

  function store(contact: StoredContact): void {
    contacts.set(contact.id, contact);
    log.push({ folderId: contact.folderId, contactId: contact.id });
  }

  function contactIn(folderId: string, id: string): Contact | null {
    const found = contacts.get(id);
    return found?.folderId === folderId ? found.contact : null;
  }
}

export type GraphMailbox = ReturnType<typeof createGraphMailbox>;

const tooMuch: WriteOutcome = { kind: 'refused', code: 'ErrorInvalidProperty', detail: 'a list has too many entries' };

function isTooMuch(contact: Contact): boolean {
  return Object.entries(mostEntries).some(([field, most]) => {
    const value = contact[field as ContactField];
    return Array.isArray(value) && value.length > most;
  });
}

function patched(before: Contact, wanted: Contact, fields: readonly ContactField[]): Contact {
  const others = Object.entries(before).filter(([field]) => !fields.includes(field as ContactField));
  const written = fields.flatMap(field => (wanted[field] === undefined ? [] : [[field, wanted[field]]]));
  return Object.fromEntries([...others, ...written]) as Contact;
}
