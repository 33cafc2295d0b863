import type { Contact, ContactField } from './contact.ts';
import { parseFieldPath, readField } from './fieldPath.ts';
import { fingerprint } from './fingerprint.ts';

/**
 * Where a contact names who gets it: `owners`, which a column of a file or query fills; another field of the contact; or
 * the categories that begin with a text.
 */
export type OwnersSource = string | { readonly category: string };

export const ownersColumn = 'owners';

/** A contact is only for those whom it names (rules.md: Visibility). */
export interface OwnersRule {
  readonly from: OwnersSource;
  /** A contact that names nobody is for nobody, but for the mailboxes of those without an owner who is a target. */
  readonly ownersOnly: boolean;
}

/** By id or any address; of several in one text each, be it alone or as `Ada Lovelace <ada@contoso.com>`. */
export function ownersOf(contact: Contact, { from }: Pick<OwnersRule, 'from'>): string[] {
  const names = textsOf(contact, from).flatMap(text => text.split(/[;,\n]/).map(nameIn));
  return [...new Set(names.filter(name => name !== ''))];
}

/** The fields of a contact that are looked at. */
export function fieldsOfOwners(rule: Pick<OwnersRule, 'from'> | undefined): ContactField[] {
  if (typeof rule?.from !== 'string') return rule ? ['categories'] : [];
  const path = parseFieldPath(rule.from);
  return typeof path === 'string' ? [] : [path.field];
}

/** What a mailbox is known by, and an owner named, without telling the address: rows hold it. */
export function ownerPrint(name: string): string {
  return fingerprint(name.trim().toLowerCase());
}

function textsOf(contact: Contact, from: OwnersSource): readonly string[] {
  if (typeof from === 'object') {
    const prefix = from.category.toLowerCase();
    const { categories = [] } = contact;
    return categories
      .filter(name => name.toLowerCase().startsWith(prefix))
      .map(name => name.slice(from.category.length));
  }
  if (from === ownersColumn) return contact.owners ?? [];
  const path = parseFieldPath(from);
  const value = typeof path === 'string' ? undefined : readField(contact, path);
  if (value === undefined) return [];
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.map(entry => (typeof entry === 'string' ? entry : (entry.address ?? ''))) : [];
}

function nameIn(text: string): string {
  const [, inBrackets] = /<([^<>]+)>/.exec(text) ?? [];
  return (inBrackets ?? text).trim().toLowerCase();
}
