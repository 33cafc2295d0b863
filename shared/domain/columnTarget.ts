import {
  type Address,
  type AddressField,
  type AddressPart,
  type Contact,
  type ContactField,
  kindOf,
} from './contact.ts';
import { type FieldPath, parseFieldPath } from './fieldPath.ts';

/** Where a value of a row goes: a field, a part of an address, an element of a list, or of an e-mail entry. */
export type ColumnTarget =
  | Exclude<FieldPath, { readonly from: 'field' }>
  | { readonly from: 'field'; readonly field: ContactField }
  | { readonly from: 'email'; readonly index: number; readonly part: 'address' | 'name' };

/** What Graph takes of them at most. */
const mostEntries: Partial<Record<ContactField, number>> = {
  emailAddresses: 3,
  businessPhones: 2,
  homePhones: 2,
  imAddresses: 3,
};
const emailEntry = /^emailAddresses\[(\d)\](?:\.(address|name))?$/;

/** @returns the fault where the text names no place of a contact */
export function parseColumnTarget(text: string): ColumnTarget | string {
  const [, index, part = 'address'] = emailEntry.exec(text) ?? [];
  if (index !== undefined) {
    if (Number(index) > 2) return 'a contact has three e-mail addresses: emailAddresses[0] to emailAddresses[2]';
    return { from: 'email', index: Number(index), part: part as 'address' | 'name' };
  }
  const path = parseFieldPath(text);
  if (typeof path === 'string' || path.from !== 'field') return path;
  if (path.field === 'emailAddresses') return 'an address is named by its place: emailAddresses[0]';
  if (kindOf(path.field) === 'address') return `an address is named by its parts: ${path.field}.city`;
  return path;
}

export function findColumnFault(text: string): string | undefined {
  const target = parseColumnTarget(text);
  return typeof target === 'string' ? target : undefined;
}

/** Where several values of one row want the same place the first that is filled has it. */
export function contactFrom(values: readonly (readonly [ColumnTarget, string])[]): Contact {
  const texts: Record<string, string> = {};
  const lists = new Map<ContactField, string[]>();
  const addresses = new Map<AddressField, Record<string, string>>();
  const emails: { address?: string; name?: string }[] = [{}, {}, {}];
  for (const [target, value] of values) {
    if (target.from === 'email') emails[target.index] = { [target.part]: value, ...emails[target.index] };
    else if (target.from === 'addressPart')
      addresses.set(target.field, withPart(addresses.get(target.field), target.part, value));
    else if (target.from === 'listElement') putAt(lists, target.field, target.index, value);
    else if (kindOf(target.field) === 'list')
      lists.set(target.field, [...(lists.get(target.field) ?? []), ...entriesOf(value)]);
    else texts[target.field] ??= value;
  }
  const filled = emails.filter(email => email.address !== undefined || email.name !== undefined);
  return {
    ...texts,
    ...Object.fromEntries([...lists].map(([field, entries]) => [field, limited(field, entries)])),
    ...(Object.fromEntries(addresses) as Record<AddressField, Address>),
    ...(filled.length > 0 && { emailAddresses: filled }),
  } as Contact;
}

/** A street has several lines, which are columns of their own in most files. */
function withPart(address: Record<string, string> = {}, part: AddressPart, value: string): Record<string, string> {
  const before = address[part];
  if (before === undefined) return { ...address, [part]: value };
  return part === 'street' ? { ...address, street: `${before}\n${value}` } : address;
}

function putAt(lists: Map<ContactField, string[]>, field: ContactField, index: number, value: string): void {
  const entries = lists.get(field) ?? [];
  entries[index] ??= value;
  lists.set(field, entries);
}

/** Outlook separates categories by a semicolon. */
function entriesOf(value: string): string[] {
  return value
    .split(';')
    .map(entry => entry.trim())
    .filter(entry => entry !== '');
}

function limited(field: ContactField, entries: readonly string[]): string[] {
  return [...new Set(entries.filter(entry => entry !== undefined))].slice(0, mostEntries[field]);
}
