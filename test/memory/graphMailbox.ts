import { type Contact, type ContactField, extendedFields, graphFields } from '../../shared/domain/contact.ts';
import { mayBeCut } from '../../shared/graph/wholeContacts.ts';
import type {
  ContactWrite,
  ExtendedProperty,
  ExtendedValues,
  FolderContent,
  GraphFailure,
  MarkedFolder,
  SourceContact,
  Stamp,
  WriteOutcome,
} from '../../shared/ports/contactMailbox.ts';
import { failure, failureOfRefusal, type Refusal } from './graphFaults.ts';

export interface StoredContact {
  readonly id: string;
  readonly folderId: string;
  readonly contact: Contact;
  /** Without a key where a contact that is not ours was patched. */
  readonly stamp?: Partial<Stamp>;
  /** Marked as such in Outlook. */
  readonly isPrivate?: boolean;
  readonly photo?: Uint8Array;
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
  const folders = new Map<string, MarkedFolder>();
  /** How many personal contact groups a folder holds. */
  const contactGroups = new Map<string, number>();
  /** Every id that was given here, with how it is answered when nothing has it any more. */
  const issued = new Map<string, Refusal>();
  let defaultFolder = makeFolder(root, 'Contacts').id;
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
    /** An e-mail entry with a name and no address is refused instead of kept. */
    refusesEmptyAddresses: false,
    /** What is deleted for good stays in Deleted Items where it has a birthday. */
    keepsBirthdays: false,
    folders,
    get defaultFolderId(): string {
      return defaultFolder;
    },
    /** A new, empty mailbox in the place of this one; what is left of the old one are ids, which are answered so. */
    replace(answer: Refusal = foreignId): void {
      for (const id of issued.keys()) issued.set(id, answer);
      for (const items of [folders, contacts, contactGroups, hidden]) items.clear();
      deltaGeneration += 1;
      defaultFolder = makeFolder(root, 'Contacts').id;
    },
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
    findFolder(path: readonly string[]): MarkedFolder | undefined {
      const [first = '', ...below] = path;
      const top = mailbox.folder(defaultFolder);
      const isTop = first.toLowerCase() === 'contacts';
      let found = isTop ? top : (mailbox.findChild(top.id, first) ?? (isSameName(top, first) ? top : undefined));
      for (const name of below) found &&= mailbox.findChild(found.id, name);
      return found;
    },
    findChild(parentId: string, name: string): MarkedFolder | undefined {
      const found = sameNamed(parentId, name);
      return found && !hidden.has(found.id) ? found : undefined;
    },
    listFolders(): MarkedFolder[] {
      return [...folders.values()].filter(({ id }) => !hidden.has(id) && !mailbox.isDeleted(id));
    },
    findDeletedFolder(displayName: string): MarkedFolder | undefined {
      return mailbox.findChild(deletedItems, displayName);
    },
    createFolder(displayName: string, installation?: string): MarkedFolder {
      if (mailbox.overQuota) throw failure('overQuota');
      if (sameNamed(defaultFolder, displayName)) throw failure('folderExists');
      return makeFolder(defaultFolder, displayName, installation);
    },
    markFolder(folderId: string, installation: string): void {
      folders.set(folderId, { ...mailbox.folder(folderId), installation });
    },
    content(folderId: string): FolderContent {
      const { length } = mailbox.contactsIn(mailbox.folder(folderId).id);
      const hasChildFolders = [...folders.values()].some(({ parentFolderId }) => parentFolderId === folderId);
      return { contacts: length, otherItems: mailbox.countItems(folderId) - length, hasChildFolders };
    },
    renameFolder(folderId: string, displayName: string): void {
      const folder = mailbox.folder(folderId);
      const taken = sameNamed(folder.parentFolderId, displayName);
      if (taken && taken.id !== folderId) throw failure('folderExists');
      folders.set(folderId, { ...folder, displayName });
    },
    /**
     * To Deleted Items with everything in it, where its id still resolves; from there it goes for good. Not beside one
     * of its name there.
     */
    deleteFolder(folderId: string): void {
      const folder = folders.get(folderId);
      if (!folder) return;
      if (mailbox.isDeleted(folderId)) mailbox.purgeFolder(folderId);
      else if (sameNamed(deletedItems, folder.displayName)) throw failureOfRefusal(undeletable);
      else folders.set(folderId, { ...folder, parentFolderId: deletedItems });
    },
    /** The user's deletion: Outlook gives the folder a number where its name is taken in Deleted Items. */
    binFolder(folderId: string): void {
      const folder = mailbox.folder(folderId);
      let displayName = folder.displayName;
      for (let number = 1; sameNamed(deletedItems, displayName); number += 1)
        displayName = `${folder.displayName}${number}`;
      folders.set(folderId, { ...folder, displayName, parentFolderId: deletedItems });
    },
    /** For good, with everything in it. */
    purgeFolder(folderId: string): void {
      folders.delete(folderId);
      contactGroups.delete(folderId);
      for (const { id, folderId: lies } of [...contacts.values()]) if (lies === folderId) contacts.delete(id);
      for (const { id, parentFolderId } of [...folders.values()])
        if (parentFolderId === folderId) mailbox.purgeFolder(id);
    },
    folder(folderId: string): MarkedFolder {
      const found = folders.get(folderId);
      if (!found) throw failureOfRefusal(answerOf(folderId));
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
    addContactGroup(folderId: string): void {
      contactGroups.set(folderId, (contactGroups.get(folderId) ?? 0) + 1);
    },
    /** Contacts and what else lies in the folder, which no listing shows. */
    countItems(folderId: string): number {
      return mailbox.contactsIn(mailbox.folder(folderId).id).length + (contactGroups.get(folderId) ?? 0);
    },
    add(folderId: string, contact: Contact, stamp?: Partial<Stamp>): string {
      const id = issue('contact');
      store({ id, folderId: mailbox.folder(folderId).id, contact, ...(stamp ? { stamp } : {}) });
      return id;
    },
    edit(contactId: string, contact: Contact): void {
      store({ ...mailbox.contact(contactId), contact });
    },
    markPrivate(contactId: string, isPrivate = true): void {
      store({ ...mailbox.contact(contactId), isPrivate });
    },
    setPhoto(contactId: string, photo: Uint8Array): void {
      store({ ...mailbox.contact(contactId), photo });
    },
    /** Within its folder, or to another: with our stamp, and known to nobody. */
    copy(contactId: string, folderId?: string): string {
      const { contact, folderId: own, stamp } = mailbox.contact(contactId);
      return mailbox.add(folderId ?? own, contact, stamp);
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
      if (!found) throw failureOfRefusal(answerOf(contactId));
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
      return { contacts: ids.map(id => ({ id, contact: rowIn(folderId, id) })), deltaLink: next };
    },
    list(folderId: string): SourceContact[] {
      mailbox.folder(folderId);
      return mailbox.contactsIn(folderId).map(({ id, contact }) => ({ id, contact: asRow(contact) }));
    },

    /** What became of it, or how Graph answers. */
    write(write: ContactWrite): WriteOutcome | Refusal {
      if ('contact' in write && isTooMuch(write.contact)) return tooMuch;
      if (mailbox.refusesEmptyAddresses && writesEmptyAddress(write)) return invalid;
      if (write.kind === 'create') {
        if (mailbox.overQuota) return { kind: 'mailboxFailed', failure: failure('overQuota') };
        if (!folders.has(write.folderId)) return answerOf(write.folderId);
        const contactId = mailbox.add(write.folderId, write.contact, write.stamp);
        return { kind: 'done', contactId, parentFolderId: write.folderId };
      }
      const found = contacts.get(write.contactId);
      if (!found) return answerOf(write.contactId);
      if (write.kind === 'delete') {
        const isKept = mailbox.keepsBirthdays && found.contact.birthday !== undefined;
        if (write.forGood && !isKept) mailbox.purge(write.contactId);
        else mailbox.remove(write.contactId);
        return { kind: 'deleted' };
      }
      if (write.kind === 'unstamp') {
        const contact = patched(found.contact, write.contact, write.fields);
        const { stamp: _, ...own } = found;
        store({ ...own, contact });
        return { kind: 'done', contactId: found.id, parentFolderId: found.folderId };
      }
      const stamp = { ...found.stamp, ...(write.key && { key: write.key }), version: write.version };
      store({ ...found, stamp, contact: patched(found.contact, write.contact, write.fields) });
      return { kind: 'done', contactId: found.id, parentFolderId: found.folderId };
    },
  };
  return mailbox;

  function sameNamed(parentId: string, name: string): MarkedFolder | undefined {
    const children = [...folders.values()].filter(({ parentFolderId }) => parentFolderId === parentId);
    return children.find(folder => isSameName(folder, name));
  }

  function isSameName({ displayName }: MarkedFolder, name: string): boolean {
    return displayName.toLowerCase() === name.toLowerCase();
  }

  function issue(kind: string): string {
    const id = newId(kind);
    issued.set(id, missingItem);
    return id;
  }

  function makeFolder(parentFolderId: string, displayName: string, installation?: string): MarkedFolder {
    const folder = { id: issue('folder'), displayName, parentFolderId, installation };
    folders.set(folder.id, folder);
    return folder;
  }

  function store(contact: StoredContact): void {
    contacts.set(contact.id, contact);
    log.push({ folderId: contact.folderId, contactId: contact.id });
  }

  /** How Graph answers an id that names nothing here. */
  function answerOf(id: string): Refusal {
    return issued.get(id) ?? (/^(folder|contact)-\d+$/.test(id) ? foreignId : malformedId);
  }

  function rowIn(folderId: string, id: string): Contact | null {
    const found = contacts.get(id);
    return found?.folderId === folderId ? asRow(found.contact) : null;
  }
}

export type GraphMailbox = ReturnType<typeof createGraphMailbox>;

const missingItem: Refusal = { status: 404, code: 'ErrorItemNotFound' };
const malformedId: Refusal = { status: 400, code: 'ErrorInvalidIdMalformed' };
const foreignId: Refusal = { status: 404, code: 'ErrorInvalidMailboxItemId' };
const undeletable: Refusal = { status: 403, code: 'ErrorCannotDeleteObject' };
const invalid: Refusal = { status: 400, code: 'ErrorInvalidProperty' };

/** What a reading gives of a contact: extended fields only where they are asked for. */
export function contentOf(contact: Contact, fields: readonly ContactField[]): Contact {
  const isGiven = (field: string) => isGraphField(field) || (fields as readonly string[]).includes(field);
  return Object.fromEntries(Object.entries(contact).filter(([field]) => isGiven(field)));
}

function isGraphField(field: string): boolean {
  return (graphFields as readonly string[]).includes(field);
}

export function extendedOf(
  { contact, stamp, isPrivate }: StoredContact,
  properties: readonly ExtendedProperty[],
): ExtendedValues {
  const all: ExtendedValues = {
    ...Object.fromEntries(extendedFields.map(field => [field, contact[field]])),
    ...(isPrivate && { sensitivity: '2' }),
    ...(stamp?.key && { stampKey: stamp.key }),
  };
  return Object.fromEntries(properties.flatMap(name => (all[name] ? [[name, all[name]]] : [])));
}

/** Graph's collections strip the line breaks of notes that begin with one; what they cut is read by id, whole. */
export function asRow(stored: Contact, fields: readonly ContactField[] = []): Contact {
  const contact = contentOf(stored, fields);
  const { personalNotes } = contact;
  if (personalNotes === undefined || !/^[\r\n]/.test(personalNotes)) return contact;
  const row = { ...contact, personalNotes: personalNotes.replaceAll(/[\r\n]/g, '').slice(0, 256) };
  return mayBeCut(row) ? contact : row;
}

function writesEmptyAddress(write: ContactWrite): boolean {
  if (!('contact' in write)) return false;
  if (write.kind === 'patch' && !write.fields.includes('emailAddresses')) return false;
  return (write.contact.emailAddresses ?? []).some(({ address }) => !address);
}

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
