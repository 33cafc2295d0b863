/** A contact as Graph shows it: every selected property present, unset ones as null, [] or {}. */
import { contactProperties, type StoredContact } from './contactProperties.ts';
import { expandedMember } from './extendedProperties.ts';
import { unparsableQuery } from './graphError.ts';
import { changeKey, defaultContactId, folderId, immutableContactId } from './identifiers.ts';
import type { Contact, Mailbox } from './mailbox.ts';

export type View = {
  immutableIds: boolean;
  /** undefined: all. */
  select: Set<string> | undefined;
  /** One of several rows, where Graph cuts some notes. */
  inCollection: boolean;
  /** Ids of the extended properties to show. */
  expand: string[];
};

const slots: Record<string, number> = { primaryEmailAddress: 0, secondaryEmailAddress: 1, tertiaryEmailAddress: 2 };
const ownProperties = ['id', 'createdDateTime', 'lastModifiedDateTime', 'changeKey', 'parentFolderId'];
const kinds = Object.entries(contactProperties);

export function readStored(contact: Contact): StoredContact {
  return JSON.parse(contact.properties) as StoredContact;
}

export function contactId(mailbox: Mailbox, contact: { item: number; moves: number }, immutable: boolean): string {
  if (immutable) return immutableContactId(mailbox.key, contact.item);
  return defaultContactId(mailbox.key, contact.item, contact.moves);
}

export function readSelect(select: string | null): Set<string> | undefined {
  if (select === null || select.trim() === '' || select === '*') return undefined;
  const names = select.split(',').map(name => name.trim());
  const unknown = names.find(name => !(name in contactProperties) && !ownProperties.includes(name));
  if (unknown !== undefined) {
    throw unparsableQuery(
      `Parsing OData Select and Expand failed: Could not find a property named '${unknown}' on type 'microsoft.graph.contact'.`,
    );
  }
  return new Set(names);
}

/** `stored` is what the contact holds, for who has it at hand. */
export function contactEntity(
  mailbox: Mailbox,
  contact: Contact,
  view: View,
  stored = readStored(contact),
): Record<string, unknown> {
  const { select } = view;
  const key = changeKey(mailbox.key, contact.sequence);
  const entity: Record<string, unknown> = {
    '@odata.etag': `W/"${key}"`,
    id: contactId(mailbox, contact, view.immutableIds),
  };
  if (wants(select, 'createdDateTime')) entity.createdDateTime = timestamp(contact.created);
  if (wants(select, 'lastModifiedDateTime')) entity.lastModifiedDateTime = timestamp(contact.modified);
  if (wants(select, 'changeKey')) entity.changeKey = key;
  if (wants(select, 'parentFolderId')) entity.parentFolderId = folderId(mailbox.key, contact.folder);
  for (const [name, kind] of kinds) {
    if (!wants(select, name)) continue;
    const value = kind === 'email' ? stored.emailAddresses?.[slots[name] ?? 0] : (stored[name] ?? unset(name, kind));
    if (value !== undefined) entity[name] = value;
  }
  if (view.inCollection && entity.personalNotes) entity.personalNotes = collectionNotes(String(entity.personalNotes));
  if (view.expand.length > 0) Object.assign(entity, expandedMember(stored.extendedProperties ?? {}, view.expand));
  return entity;
}

/**
 * Notes that begin with a line break lose all their line breaks in a collection, and what is beyond 256 characters;
 * by id they are whole. https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/413
 */
function collectionNotes(notes: string): string {
  return /^[\r\n]/.test(notes) ? notes.replaceAll(/[\r\n]/g, '').slice(0, 256) : notes;
}

function wants(select: Set<string> | undefined, name: string): boolean {
  return select === undefined || select.has(name);
}

function unset(name: string, kind: string): unknown {
  if (kind === 'address') return {};
  if (kind === 'strings' || kind === 'emails') return [];
  return name === 'fileAs' ? '' : null;
}

function timestamp(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}
