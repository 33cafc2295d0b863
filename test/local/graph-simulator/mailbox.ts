/**
 * A mailbox's folders and contacts. Compact, because a tenant holds hundreds of thousands of contacts: a contact is
 * a handful of small numbers and one JSON text of the properties that are set.
 */
import { cannotDelete, GraphError, itemNotFound } from './graphError.ts';
import { type IdOwner, mailboxKey } from './identifiers.ts';
import type { Photo } from './photo.ts';

const rootFolder = 1;
export const contactsFolder = 2;
export const deletedItemsFolder = 3;

export type Contact = {
  item: number;
  folder: number;
  /** How often it moved; part of the default id. */
  moves: number;
  /** Position of its last change in the mailbox. */
  sequence: number;
  /** Seconds since 1970. */
  created: number;
  modified: number;
  /** JSON of a StoredContact. */
  properties: string;
  photo?: Photo | undefined;
};

/** A contact that left a folder. `at` is in seconds since 1970. */
export type Tombstone = { item: number; moves: number; sequence: number; at: number };

export type Folder = {
  number: number;
  parent: number;
  /** Position of the folder's own last change: its making, name or place. */
  sequence: number;
  displayName: string;
  /** Absent from listings, yet its name is taken. */
  hidden: boolean;
  extendedProperties: Record<string, string>;
  /** Names of the personal contact groups in it: items that counts include and no list of contacts shows. */
  contactGroups: string[];
  /** Position of the last change in it. */
  lastSequence: number;
  /** Kept only once someone follows the folder's changes. */
  tombstones: Tombstone[];
  /** Newest generation by delta chain; a chain starts with a request without a token. */
  deltaChains: number[];
};

export type Mailbox = IdOwner & {
  sequence: number;
  nextItem: number;
  nextFolder: number;
  folders: Map<number, Folder>;
  contacts: Map<number, Contact>;
  /** Folders that are no contact folders any more. */
  folderTombstones: { number: number; sequence: number }[];
};

/** `id`: the user's, or for a mailbox that replaces others one of its own. */
export function createMailbox(id: string, former: IdOwner['former'] = []): Mailbox {
  const mailbox: Mailbox = {
    key: mailboxKey(id),
    former,
    sequence: 1,
    nextItem: 1,
    nextFolder: rootFolder,
    folders: new Map(),
    contacts: new Map(),
    folderTombstones: [],
  };
  addFolder(mailbox, 0, 'Top of Information Store');
  addFolder(mailbox, rootFolder, 'Contacts');
  addFolder(mailbox, rootFolder, 'Deleted Items');
  return mailbox;
}

/** @throws 409 ErrorFolderExists; the case of letters makes no other name */
export function createFolder(mailbox: Mailbox, parent: number, displayName: string, hidden = false): Folder {
  refuseTakenName(mailbox, parent, displayName);
  const folder = addFolder(mailbox, parent, displayName);
  folder.hidden = hidden;
  return folder;
}

export function renameFolder(mailbox: Mailbox, folder: Folder, displayName: string): void {
  if (folder.displayName.toLowerCase() !== displayName.toLowerCase()) {
    refuseTakenName(mailbox, folder.parent, displayName);
  }
  folder.displayName = displayName;
  touchFolder(mailbox, folder);
}

export function moveFolder(mailbox: Mailbox, folder: Folder, parent: number): void {
  folder.parent = parent;
  touchFolder(mailbox, folder);
  if (isDeleted(mailbox, folder)) buryFolders(mailbox, folder);
}

/**
 * Moves the folder to Deleted Items, where its id still resolves; from there it is removed for good.
 *
 * @throws ErrorCannotDeleteObject where a folder of its name lies in Deleted Items already
 */
export function deleteFolder(mailbox: Mailbox, folder: Folder): void {
  refuseDistinguished(folder);
  if (!isDeleted(mailbox, folder)) {
    if (isNameTaken(mailbox, deletedItemsFolder, folder.displayName)) throw cannotDelete();
    moveFolder(mailbox, folder, deletedItemsFolder);
    return;
  }
  purgeFolder(mailbox, folder);
}

/** For good, with everything in it. */
export function purgeFolder(mailbox: Mailbox, folder: Folder): void {
  if (!isDeleted(mailbox, folder)) buryFolders(mailbox, folder);
  removeFolder(mailbox, folder);
}

function removeFolder(mailbox: Mailbox, folder: Folder): void {
  for (const child of childFolders(mailbox, folder.number, true)) removeFolder(mailbox, child);
  for (const contact of mailbox.contacts.values()) {
    if (contact.folder === folder.number) mailbox.contacts.delete(contact.item);
  }
  mailbox.folders.delete(folder.number);
}

/** To Deleted Items as Outlook does it: where a folder of its name lies there already, it gets a number. */
export function binFolder(mailbox: Mailbox, folder: Folder): void {
  const { displayName } = folder;
  for (let number = 1; isNameTaken(mailbox, deletedItemsFolder, folder.displayName); number += 1) {
    folder.displayName = `${displayName}${number}`;
  }
  moveFolder(mailbox, folder, deletedItemsFolder);
}

export function childFolders(mailbox: Mailbox, parent: number, withHidden = false): Folder[] {
  return [...mailbox.folders.values()].filter(folder => folder.parent === parent && (withHidden || !folder.hidden));
}

/** Whether the folder is below Deleted Items, at whatever depth. */
export function isDeleted(mailbox: Mailbox, folder: Folder): boolean {
  let current: Folder | undefined = folder;
  while (current) {
    if (current.parent === deletedItemsFolder) return true;
    current = mailbox.folders.get(current.parent);
  }
  return false;
}

export function getFolder(mailbox: Mailbox, number: number): Folder {
  const folder = mailbox.folders.get(number);
  if (!folder) throw itemNotFound();
  return folder;
}

/** Contacts and what else lies in the folder. */
export function countItems(mailbox: Mailbox, folder: Folder): number {
  return contactsOf(mailbox, folder.number).length + folder.contactGroups.length;
}

export function contactsOf(mailbox: Mailbox, folder: number): Contact[] {
  const found: Contact[] = [];
  for (const contact of mailbox.contacts.values()) if (contact.folder === folder) found.push(contact);
  return found;
}

export function addContact(mailbox: Mailbox, folder: Folder, properties: string, now: number): Contact {
  const contact: Contact = {
    item: mailbox.nextItem,
    folder: folder.number,
    moves: 0,
    sequence: 0,
    created: Math.floor(now / 1000),
    modified: 0,
    properties,
  };
  mailbox.nextItem += 1;
  mailbox.contacts.set(contact.item, contact);
  touch(mailbox, contact, now);
  return contact;
}

export function changeContact(mailbox: Mailbox, contact: Contact, properties: string, now: number): void {
  contact.properties = properties;
  touch(mailbox, contact, now);
}

export function moveContact(mailbox: Mailbox, contact: Contact, folder: Folder, now: number): void {
  if (contact.folder === folder.number) return;
  bury(mailbox, contact, now);
  contact.folder = folder.number;
  contact.moves += 1;
  touch(mailbox, contact, now);
}

/** Moves the contact to Deleted Items; one that is there already, or with `forGood`, is gone. */
export function deleteContact(mailbox: Mailbox, contact: Contact, now: number, forGood = false): void {
  if (!forGood && contact.folder !== deletedItemsFolder) {
    moveContact(mailbox, contact, getFolder(mailbox, deletedItemsFolder), now);
    return;
  }
  bury(mailbox, contact, now);
  mailbox.contacts.delete(contact.item);
}

function touch(mailbox: Mailbox, contact: Contact, now: number): void {
  mailbox.sequence += 1;
  contact.sequence = mailbox.sequence;
  contact.modified = Math.floor(now / 1000);
  getFolder(mailbox, contact.folder).lastSequence = mailbox.sequence;
}

function bury(mailbox: Mailbox, contact: Contact, now: number): void {
  mailbox.sequence += 1;
  const folder = getFolder(mailbox, contact.folder);
  folder.lastSequence = mailbox.sequence;
  if (folder.deltaChains.length === 0) return;
  const at = Math.floor(now / 1000);
  folder.tombstones.push({ item: contact.item, moves: contact.moves, sequence: mailbox.sequence, at });
}

function touchFolder(mailbox: Mailbox, folder: Folder): void {
  mailbox.sequence += 1;
  folder.sequence = mailbox.sequence;
}

function buryFolders(mailbox: Mailbox, folder: Folder): void {
  mailbox.sequence += 1;
  mailbox.folderTombstones.push({ number: folder.number, sequence: mailbox.sequence });
  for (const child of childFolders(mailbox, folder.number, true)) buryFolders(mailbox, child);
}

function addFolder(mailbox: Mailbox, parent: number, displayName: string): Folder {
  mailbox.sequence += 1;
  const folder: Folder = {
    number: mailbox.nextFolder,
    parent,
    sequence: mailbox.sequence,
    displayName,
    hidden: false,
    extendedProperties: {},
    contactGroups: [],
    lastSequence: mailbox.sequence,
    tombstones: [],
    deltaChains: [],
  };
  mailbox.nextFolder += 1;
  mailbox.folders.set(folder.number, folder);
  return folder;
}

function refuseTakenName(mailbox: Mailbox, parent: number, displayName: string): void {
  if (!isNameTaken(mailbox, parent, displayName)) return;
  const text = `A folder with the specified name already exists., Could not create folder '${displayName}'.`;
  throw new GraphError(409, 'ErrorFolderExists', text);
}

/** @throws 400 ErrorDeleteDistinguishedFolder */
export function refuseDistinguished(folder: Folder): void {
  if (folder.number > deletedItemsFolder) return;
  throw new GraphError(400, 'ErrorDeleteDistinguishedFolder', 'Distinguished folders cannot be deleted.');
}

function isNameTaken(mailbox: Mailbox, parent: number, displayName: string): boolean {
  const wanted = displayName.toLowerCase();
  return childFolders(mailbox, parent, true).some(folder => folder.displayName.toLowerCase() === wanted);
}
