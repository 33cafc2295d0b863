import type { Contact, ContactField } from '../../shared/domain/contact.ts';
import type { Existing } from '../../shared/domain/existingContacts.ts';
import type { ContactWrite, WriteOutcome } from '../../shared/ports/contactMailbox.ts';
import type { GraphMailbox } from '../memory/graphMailbox.ts';
import type { FolderRefusal, Poison } from './actions.ts';
import type { Asked } from './checkCeiling.ts';
import { personalMark } from './personalData.ts';
import type { Place } from './places.ts';

export const mappingVariants = ['plain', 'rules'] as const;
export type MappingVariant = (typeof mappingVariants)[number];

/** What an admin may change of a list. */
export interface ListSettings {
  readonly mapping: MappingVariant;
  readonly category: string | null;
  readonly folder: string;
}

/** The settings of the product's mapping; `mapContact` says on its own what they mean. */
export const mappingRules: Record<MappingVariant, Record<string, string | null>> = {
  plain: {},
  rules: { personalNotes: 'department', mobilePhone: null, assistantName: 'businessPhones[1]' },
};

/** The fields that schedules touch. */
export const comparedFields = [
  'displayName',
  'department',
  'personalNotes',
  'mobilePhone',
  'businessPhones',
  'assistantName',
  'jobTitle',
  'manager',
  'categories',
] as const satisfies readonly ContactField[];
export type ComparedField = (typeof comparedFields)[number];

/** What a target contact holds of a source contact, field by field; a field that is not named is not ours. */
export function mapContact(source: Contact, { mapping, category }: ListSettings): Map<ComparedField, unknown> {
  const fields = new Map<ComparedField, unknown>();
  for (const field of comparedFields) fields.set(field, source[field]);
  fields.set('categories', category === null ? source.categories : [category]);
  if (mapping === 'rules') {
    fields.set('personalNotes', source.department);
    fields.set('assistantName', source.businessPhones?.[1]);
    fields.delete('mobilePhone');
  }
  return fields;
}

export const categoryVariants = [null, 'Company', 'Firm', 'Board'] as const;

const writtenCategories = categoryVariants.flatMap(category => [category, category && inGerman(category)]);

/** Source fields that a mapping does not look at: a change of them is none to the targets. */
const unusedFields: Record<MappingVariant, readonly ComparedField[]> = {
  plain: [],
  rules: ['personalNotes', 'mobilePhone'],
};

/** Whether what we wrote is what the source holds, under these or other settings: those alone bring nothing back. */
export function isFromSource(
  written: ReadonlyMap<ComparedField, unknown>,
  source: Contact,
  { mapping: current, folder }: ListSettings,
): boolean {
  return mappingVariants.some(mapping =>
    writtenCategories.some(category =>
      [...mapContact(source, { mapping, category, folder })].every(
        ([field, value]) =>
          (mapping === 'plain' && unusedFields[current].includes(field)) || isEqual(written.get(field), value),
      ),
    ),
  );
}

export interface ListModel {
  readonly id: string;
  /** The mailbox and folders that it reads. */
  readonly sourceMailbox: string;
  readonly sourceFolders: readonly string[];
  readonly members: Set<string>;
  /** Mailboxes that see the contacts of which its rule is, if it has one. */
  readonly readers: Set<string>;
  isRestricted: boolean;
  /** Whether its contacts may name who gets them. */
  readonly hasOwners: boolean;
  /** Whether contacts that name nobody are for nobody else either. */
  readonly isOwnersOnly: boolean;
  readonly isOptional: boolean;
  /** Whether it is for those alone who switched it on. */
  readonly isOptIn: boolean;
  /** Mailboxes whose users do not want it. */
  readonly switchedOff: Set<string>;
  settings: ListSettings;
  /** Whether the settings name the list. */
  isPresent: boolean;
  isSourceBroken: boolean;
  /** Whether somebody asked for that at some time. */
  wasRolledBack: boolean;
}

export interface SourceContact {
  readonly id: string;
  /** Ids that it had before it was imported anew: one of them may be its key still. */
  readonly formerIds: readonly string[];
  /** The id of its folder; undefined while it is deleted. */
  folderId: string | undefined;
  /** Where it was when it was deleted. */
  lastFolderId: string;
  contact: Contact;
  isPrivate?: boolean;
  photo?: Uint8Array | undefined;
  /** Whether the source was without it at some time, or a list that reads it did not want it. */
  wasGone: boolean;
}

/** One contact that we created in a target, as Graph saw it. */
export interface TargetContact {
  readonly id: string;
  readonly mailboxId: string;
  readonly listId: string;
  readonly sourceKey: string;
  /** What we wrote last, field by field. */
  readonly written: Map<ComparedField, unknown>;
  /** Categories that the user put on it, but not while a write of its categories was on its way. */
  readonly ownCategories: Set<string>;
  /** Fields that the user edited since we wrote them. */
  readonly editedByUser: Set<ComparedField>;
  deletedBy: 'us' | 'user' | undefined;
  movedByUser: boolean;
  restoredByUser: boolean;
  /** While the product may just have been making it again. */
  restoredDuringWork: boolean;
  /** Rows that were put back tell neither of it nor of the folder in which it lies. */
  isUnknown: boolean;
  /** The mailbox left the list since, or lost the folder: what the user did with the contact is forgotten. */
  isForgotten: boolean;
}

/** A contact of a user's own that a list may take over, with every value that its user gave each field. */
export interface AdoptableContact {
  readonly mailboxId: string;
  /** Where its user has it; undefined once they deleted it. */
  folderId: string | undefined;
  readonly values: ReadonlyMap<ComparedField, unknown[]>;
  readonly photo: Uint8Array | undefined;
  /** Rows were put back, or it was brought back after we had made it again: nothing tells what it held. */
  isImageLost: boolean;
}

export interface CopiedContact {
  readonly original: TargetContact;
  /** With what the user changed in the copy; undefined where it is left as it was. */
  readonly edited: Contact | undefined;
}

export interface Violation {
  readonly code: string;
  readonly detail: string;
}

/** What the world should look like, apart from the product. */
export interface Model {
  readonly lists: readonly ListModel[];
  /** What lists read, by id. */
  readonly places: ReadonlyMap<string, Place>;
  readonly source: Map<string, SourceContact>;
  readonly mailboxes: readonly string[];
  readonly disabled: Set<string>;
  /** Mailboxes that answer no request for now. */
  readonly broken: Set<string>;
  /** `<mailbox> <stamp key>` of contents that Graph does not take, and how it answers them. */
  readonly poisoned: Map<string, Poison>;
  readonly targets: Map<string, TargetContact>;
  /** `<list> <mailbox>` whose folder the user deleted: found out by a full reconcile at the latest. */
  readonly lostFolders: Set<string>;
  /** The user's own contacts, in our folders and below, which stay as they are and where they are. */
  readonly ownContacts: Map<
    string,
    { readonly mailboxId: string; readonly folderId: string; readonly contact: Contact }
  >;
  /** Contacts of ours that the user copied, by the id of the copy. */
  readonly copies: Map<string, CopiedContact>;
  /** Mailboxes in which Exchange deletes no folder of ours, and what it answers. */
  readonly undeletableFolders: Map<string, FolderRefusal>;
  /** Contacts that the rows told of at the last backup, with who had deleted them. */
  readonly backedUp: Map<TargetContact, TargetContact['deletedBy']>;
  readonly userEdits: 'keep' | 'revert';
  readonly removals: 'delete' | 'keep' | 'deleteForGood';
  readonly whenTargetLeaves: 'cleanUp' | 'leave';
  readonly existing: Existing;
  /** Whether changes come to the first mailbox before the others. */
  readonly inRings: boolean;
  /** Mailboxes that somebody asked for by name, which go past their rings; undefined once tables were put back. */
  named: Set<string> | undefined;
  /** What messages that were delivered have asked for. */
  readonly asked: Asked;
  /** `<list> <mailbox>` of lists that a message to the mailbox has not named. */
  readonly unasked: Set<string>;
  readonly hasPhotos: boolean;
  /** Mailboxes for which folders and categories have another name; undefined where they have one for all. */
  readonly germans: ReadonlySet<string> | undefined;
  /** Contacts of users' own that a list may take over, by id. */
  readonly adoptable: Map<string, AdoptableContact>;
  /** `<list> <source key>` of whoever was forgotten, and whom the source did not have since. */
  readonly forgotten: Set<string>;
  readonly violations: Violation[];
}

export function isTarget(model: Model, list: ListModel, mailboxId: string): boolean {
  return list.isPresent && isReceiver(list, mailboxId) && !model.disabled.has(mailboxId);
}

/** Whether the list is for the mailbox, and its user wants it. */
export function isReceiver({ members, isOptional, switchedOff }: ListModel, mailboxId: string): boolean {
  return members.has(mailboxId) && !(isOptional && switchedOff.has(mailboxId));
}

/** By which contacts name the user of the mailbox. */
export function ownerName(model: Model, mailboxId: string): string {
  return `target${model.mailboxes.indexOf(mailboxId)}@contoso.com`;
}

/** The mailbox that gets what no target owns. */
export function unassignedIn({ mailboxes }: Model): string | undefined {
  return mailboxes.at(-1);
}

/** A list's settings as they are for a mailbox. */
export function settingsFor({ germans }: Model, { settings }: ListModel, mailboxId: string): ListSettings {
  if (!germans?.has(mailboxId)) return settings;
  const { category, folder } = settings;
  return { ...settings, folder: inGerman(folder), category: category && inGerman(category) };
}

export function inGerman(name: string): string {
  return `${name} auf Deutsch`;
}

/** The list whose sources are of every kind. */
export const joinedList = 'joined';

/** Whom the list's settings leave out. */
export const leftOut = 'department 2';

/** Somebody whom a list should have, with the ids of all that its sources know of them. */
export interface SourcePerson {
  readonly ids: readonly string[];
  readonly contact: Contact;
  readonly isPrivate?: boolean;
  readonly wasGone: boolean;
  /** Undefined for none: then the one that its copies got stays, since Graph cannot take it off. */
  readonly photo?: Uint8Array | undefined;
}

/** The group that a list's rule is for. */
export function readersOf(listId: string): string {
  return `${listId}-readers@contoso.com`;
}

/** What the rule of a restricted list is about. */
export const restrictedDepartment = `department 2${personalMark}`;

/** Whether the mailbox, a target of the list, gets the contact. */
export function isSeen(
  model: Model,
  list: ListModel,
  mailboxId: string,
  { contact, isPrivate }: Pick<SourcePerson, 'contact' | 'isPrivate'>,
): boolean {
  const { isRestricted, readers } = list;
  if (isPrivate || !isOwn(model, list, mailboxId, contact)) return false;
  return !isRestricted || contact.department !== restrictedDepartment || readers.has(mailboxId);
}

function isOwn(model: Model, list: ListModel, mailboxId: string, { manager: owner }: Contact): boolean {
  if (!list.hasOwners || owner === ownerName(model, mailboxId)) return true;
  if (owner === undefined && !list.isOwnersOnly) return true;
  const isOwned = model.mailboxes.some(id => owner === ownerName(model, id) && isTarget(model, list, id));
  return !isOwned && mailboxId === unassignedIn(model);
}

/** What users did with a contact is forgotten once their mailbox is not to have it. */
export function forgetHidden(model: Model): void {
  for (const target of model.targets.values()) {
    const list = model.lists.find(({ id }) => id === target.listId);
    const contact = [...model.source.values()].find(({ id, formerIds }) =>
      [id, ...formerIds].includes(target.sourceKey),
    );
    if (list && contact && !isSeen(model, list, target.mailboxId, contact)) target.isForgotten = true;
  }
}

/** Whom the source has again may be stored again. */
export function remember(model: Model): void {
  if (model.forgotten.size === 0) return;
  for (const list of model.lists) {
    for (const { ids } of peopleOf(model, list)) for (const id of ids) model.forgotten.delete(`${list.id} ${id}`);
  }
}

/** Contacts of the list's sources; of the joined list those that share an address are one, filled in its sources' order. */
export function peopleOf(model: Model, list: ListModel): SourcePerson[] {
  const contacts = [...model.source.values()].filter(
    ({ folderId }) => folderId !== undefined && list.sourceFolders.includes(folderId),
  );
  if (list.id !== joinedList) return contacts.map(({ id, ...rest }) => ({ ...rest, ids: [id] }));
  const wanted = contacts.filter(({ contact }) => !contact.department?.startsWith(leftOut));
  const people = Map.groupBy(wanted, ({ contact }) => contact.emailAddresses?.[0]?.address);
  return [...people.values()].map(parts => {
    const sorted = parts.toSorted((left, right) => orderIn(list, left) - orderIn(list, right));
    return {
      ids: sorted.map(({ id }) => id),
      contact: Object.assign({}, ...sorted.map(each => each.contact).reverse()),
      photo: sorted.find(({ photo }) => photo)?.photo,
      wasGone: sorted.some(({ wasGone }) => wasGone),
    };
  });
}

function orderIn({ sourceFolders }: ListModel, { folderId = '' }: SourceContact): number {
  return sourceFolders.indexOf(folderId);
}

/** From now on the product may have forgotten what users did with the contacts of that list in that mailbox. */
export function forget(model: Model, listId: string, mailboxId: string): void {
  for (const target of model.targets.values()) {
    if (target.listId === listId && target.mailboxId === mailboxId) target.isForgotten = true;
  }
}

export function noteViolation(model: Model, code: string, detail: string): void {
  model.violations.push({ code, detail });
}

/** A write is about to be done: only contacts of ours may be changed or removed. */
export function checkLicence(model: Model, mailbox: GraphMailbox, write: ContactWrite): void {
  if (write.kind === 'create') return;
  const found = mailbox.contacts.get(write.contactId);
  // Without an answer it is done again.
  if (write.kind === 'unstamp' && model.copies.has(write.contactId)) return;
  if (found && !found.stamp) noteViolation(model, 'UNSTAMPED', `${write.kind} of ${write.contactId}`);
}

/**
 * A write was done. Where nothing ever went wrong it must not undo what the user did: `isStrict`.
 *
 * @param categoriesRead those that its contact had when they were read for it
 */
export function noteWrite(
  model: Model,
  mailboxId: string,
  write: ContactWrite,
  outcome: WriteOutcome,
  categoriesRead: readonly string[] | undefined,
  isStrict: boolean,
): void {
  if (write.kind === 'create' && outcome.kind === 'done')
    noteCreate(model, mailboxId, write, outcome.contactId, isStrict);
  if (write.kind === 'patch' && outcome.kind === 'done') {
    if (write.fields.includes('categories') && categoriesRead) noteCategories(model, write, categoriesRead);
    notePatch(model, write, isStrict);
  }
  const deleted = write.kind === 'delete' ? model.targets.get(write.contactId) : undefined;
  if (deleted) deleted.deletedBy ??= 'us';
}

function noteCreate(
  model: Model,
  mailboxId: string,
  { contact, stamp }: ContactWrite & { kind: 'create' },
  id: string,
  isStrict: boolean,
): void {
  const { listId, sourceKey } = partsOf(stamp.key);
  const written = new Map<ComparedField, unknown>();
  for (const field of comparedFields) written.set(field, contact[field]);
  const before = [...model.targets.values()].filter(
    known => known.mailboxId === mailboxId && known.listId === listId && known.sourceKey === sourceKey,
  );
  const last = before.at(-1);
  const list = model.lists.find(known => known.id === listId);
  if (isStrict && last?.deletedBy === 'user' && !last.isForgotten && list) {
    const managed = [...mapContact({}, list.settings).keys()];
    const isSame = managed.every(field => isEqual(last.written.get(field), written.get(field)));
    if (isSame) noteViolation(model, 'RESURRECTED', `${stamp.key} in ${mailboxId}`);
  }
  const target = newTarget(id, mailboxId, stamp.key, written);
  if (last && !last.deletedBy) carryEdits(last, target);
  model.targets.set(id, target);
}

/** A contact that moves to another folder is made with what its user made of the one before. */
function carryEdits(before: TargetContact, { written, editedByUser }: TargetContact): void {
  for (const field of before.editedByUser) {
    const value = before.written.get(field);
    if (isEqual(written.get(field), value)) continue;
    written.set(field, value);
    editedByUser.add(field);
  }
}

/** The key of one of several sources holds a colon itself. */
function partsOf(stampKey: string): { readonly listId: string; readonly sourceKey: string } {
  const [listId = '', ...rest] = stampKey.split(':');
  return { listId, sourceKey: rest.join(':') };
}

export function newTarget(
  id: string,
  mailboxId: string,
  stampKey: string,
  written: Map<ComparedField, unknown>,
): TargetContact {
  return {
    id,
    mailboxId,
    ...partsOf(stampKey),
    written,
    ownCategories: new Set(),
    editedByUser: new Set(),
    deletedBy: undefined,
    movedByUser: false,
    restoredByUser: false,
    restoredDuringWork: false,
    isUnknown: false,
    isForgotten: false,
  };
}

/**
 * Categories are merged with what is read just before, and Graph takes no condition on what it changes: a name that the
 * user gives between the reading and the write cannot be kept.
 */
function noteCategories(
  model: Model,
  { contactId, contact }: ContactWrite & { kind: 'patch' },
  categoriesRead: readonly string[],
): void {
  const own = model.targets.get(contactId)?.ownCategories ?? new Set();
  for (const name of own) {
    if (!categoriesRead.includes(name) && !contact.categories?.includes(name)) own.delete(name);
  }
}

function notePatch(
  model: Model,
  { contactId, contact, fields }: ContactWrite & { kind: 'patch' },
  isStrict: boolean,
): void {
  const target = model.targets.get(contactId);
  // A patch still reaches what lies in Deleted Items: the user never sees it.
  if (!target || target.deletedBy === 'user') return;
  for (const field of comparedFields) {
    if (!(fields as readonly string[]).includes(field)) continue;
    const isRepeated = target.editedByUser.has(field) && isEqual(target.written.get(field), contact[field]);
    if (isStrict && isRepeated && !target.isForgotten) {
      noteViolation(model, 'OVERWRITTEN', `${field} of ${target.listId}:${target.sourceKey} in ${target.mailboxId}`);
    }
    target.written.set(field, field === 'categories' ? withoutOwn(target, contact.categories) : contact[field]);
    target.editedByUser.delete(field);
  }
}

/** What of a contact's categories is not the user's, in an order of its own; undefined for none. */
export function withoutOwn({ ownCategories }: TargetContact, categories: readonly string[] = []): unknown {
  const others = categories.filter(name => !ownCategories.has(name)).sort();
  return others.length > 0 ? others : undefined;
}

export function isEqual(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
