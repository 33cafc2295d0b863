import {
  type Address,
  addressFields,
  addressParts,
  type Contact,
  type ContactField,
  contactFields,
  type EmailAddress,
  isContactField,
  kindOf,
  type ListField,
} from './contact.ts';
import type { EntryLimits } from './entryLimits.ts';
import { type FieldPath, parseFieldPath } from './fieldPath.ts';
import { ownersColumn } from './owners.ts';
import { isPrivateMark } from './privateMark.ts';

/** Where the value of a column goes: beside what a mapping can name, one of the e-mail addresses or its name, the owners, or whether it is private. */
export type ColumnTarget =
  | FieldPath
  | { readonly from: 'owners' }
  | { readonly from: 'sensitivity' }
  | { readonly from: 'emailElement'; readonly part: 'address' | 'name'; readonly index: number };

export type ColumnValue = string | readonly string[];

/** So many Graph takes (rules.md: Graph, Limits); what is more is left out. */
const mostEmailAddresses = 3;
const mostNumberedPhones = 5;

const emailElement = /^emailAddresses\[(\d)\](?:\.(name|address))?$/;

/** @returns the fault where the text names nothing that a column can fill */
export function parseColumnTarget(text: string): ColumnTarget | string {
  if (text === ownersColumn) return { from: 'owners' };
  if (text === 'sensitivity') return { from: 'sensitivity' };
  const [, digit, part = 'address'] = emailElement.exec(text) ?? [];
  if (digit === undefined) return parseFieldPath(text);
  const index = Number(digit);
  if (index >= mostEmailAddresses) return 'a contact has emailAddresses[0] to emailAddresses[2]';
  return { from: 'emailElement', part: part as 'address' | 'name', index };
}

/** What is wrong with filling this by a column; undefined where one can. */
export function findColumnFault(text: string): string | undefined {
  const target = parseColumnTarget(text);
  if (typeof target === 'string') return target;
  if (target.from !== 'field' || kindOf(target.field) !== 'address') return undefined;
  return `a column fills a part of an address: ${text}.street, ${text}.city, ${text}.postalCode ...`;
}

/**
 * What a column of this name fills without being told: small and capital letters, "_" and blanks do not count, so that
 * GivenName and given_name are givenName, and business_address_city is businessAddress.city. Numbered as people do:
 * email, email2, businessPhone, businessPhone2.
 */
export function targetOfColumn(name: string): string | undefined {
  return knownColumns.get(plainName(name));
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[\s_.-]/g, '');
}

const knownColumns: ReadonlyMap<string, string> = new Map([
  ...contactFields.map((field): [string, string] => [plainName(field), field]),
  ...addressFields.flatMap(field =>
    addressParts.map((part): [string, string] => [plainName(field + part), `${field}.${part}`]),
  ),
  ['sensitivity', 'sensitivity'],
  ...numbered('email', 'emailAddresses', 3),
  ...numbered('emailaddress', 'emailAddresses', 3),
  ...numbered('businessphone', 'businessPhones', mostNumberedPhones),
  ...numbered('homephone', 'homePhones', mostNumberedPhones),
]);

function numbered(name: string, field: ContactField, most: number): [string, string][] {
  return Array.from({ length: most }, (_, index) => [`${name}${index === 0 ? '' : index + 1}`, `${field}[${index}]`]);
}

export interface FilledContact {
  readonly contact: Contact;
  /** Fields of which something did not fit and was left out. */
  readonly unfit: readonly ContactField[];
}

/**
 * A contact of what columns hold. What is empty is absent; what a field cannot hold is left out and told.
 *
 * @param limits how many entries of a list are kept
 */
export function fillContact(
  values: readonly { readonly target: ColumnTarget; readonly value: ColumnValue }[],
  limits: EntryLimits,
): FilledContact {
  const filled = values
    .map(({ target, value }) => ({ target, texts: textsOf(value) }))
    .filter(({ texts }) => texts.length > 0);
  const contact: Record<string, unknown> = {};
  const unfit: ContactField[] = [];
  for (const [place, ofPlace] of Map.groupBy(filled, ({ target }) => placeOf(target))) {
    const { value, fits } = readPlace(place, ofPlace, limits);
    if (!fits && isContactField(place)) unfit.push(place);
    if (value !== undefined) contact[place] = value;
  }
  return { contact, unfit };
}

interface Filled {
  readonly target: ColumnTarget;
  readonly texts: readonly string[];
}

interface FieldValue {
  readonly value: unknown;
  readonly fits: boolean;
}

function textsOf(value: ColumnValue): string[] {
  return (typeof value === 'string' ? [value] : value).filter(text => text.trim() !== '');
}

type Place = ContactField | 'owners' | 'sensitivity';

function placeOf(target: ColumnTarget): Place {
  if (target.from === 'owners' || target.from === 'sensitivity') return target.from;
  return target.from === 'emailElement' ? 'emailAddresses' : target.field;
}

function readPlace(place: Place, filled: readonly Filled[], limits: EntryLimits): FieldValue {
  if (place === 'owners') return { value: filled.flatMap(({ texts }) => texts), fits: true };
  if (place !== 'sensitivity') return readValue(place, filled, limits);
  const isPrivate = filled.some(({ texts }) => texts.some(isPrivateMark));
  return { value: isPrivate ? 'private' : undefined, fits: true };
}

function readValue(field: ContactField, filled: readonly Filled[], limits: EntryLimits): FieldValue {
  switch (kindOf(field)) {
    case 'text':
      return { value: joined(filled), fits: true };
    case 'date':
      return dateOf(joined(filled));
    case 'address':
      return { value: addressOf(filled), fits: filled.every(({ target }) => target.from === 'addressPart') };
    case 'list':
      return listOf(filled, limits[field as ListField]);
    case 'emailAddresses':
      return emailAddressesOf(filled);
  }
}

function joined(filled: readonly Filled[]): string {
  return filled.map(({ texts }) => texts.join(', ')).join(', ');
}

const date = /^(\d{4})-(\d\d)-(\d\d)$/;
const longMonths = [1, 3, 5, 7, 8, 10, 12];

function dateOf(text: string): FieldValue {
  const [, year = 0, month = 0, dayOfMonth = 0] = (date.exec(text) ?? []).map(Number);
  const fits = year >= 1 && month >= 1 && month <= 12 && dayOfMonth >= 1 && dayOfMonth <= daysIn(year, month);
  return { value: fits ? text : undefined, fits };
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return longMonths.includes(month) ? 31 : 30;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

function addressOf(filled: readonly Filled[]): Address | undefined {
  const address: Record<string, string> = {};
  for (const { target, texts } of filled) {
    if (target.from !== 'addressPart') continue;
    const { part } = target;
    const text = texts.join(', ');
    const before = address[part];
    // A street has several lines, which are columns of their own in most exports.
    address[part] = before === undefined ? text : `${before}${part === 'street' ? '\n' : ', '}${text}`;
  }
  return Object.keys(address).length > 0 ? address : undefined;
}

/** Whole lists come first, then single elements in their order. */
function listOf(filled: readonly Filled[], limit: number | undefined): FieldValue {
  const place = ({ target }: Filled) => (target.from === 'listElement' ? target.index : -1);
  const all = [...new Set([...filled].sort((a, b) => place(a) - place(b)).flatMap(({ texts }) => texts))];
  const most = limit ?? all.length;
  return { value: all.slice(0, most), fits: all.length <= most };
}

function emailAddressesOf(filled: readonly Filled[]): FieldValue {
  const columns = Array.from({ length: mostEmailAddresses }, (): { name?: string; address?: string } => ({}));
  for (const { target, texts } of filled) {
    if (target.from !== 'emailElement') continue;
    const entry = columns[target.index];
    if (entry) entry[target.part] = texts.join(', ');
  }
  const numberedEntries = columns.map(
    ({ name, address }): EmailAddress => ({
      ...(name !== undefined && name !== address && { name }),
      ...(address !== undefined && { address }),
    }),
  );
  const whole = filled.flatMap(({ target, texts }) => (target.from === 'emailElement' ? [] : texts));
  const all = [...whole.map((address): EmailAddress => ({ address })), ...numberedEntries].filter(
    ({ name, address }) => name !== undefined || address !== undefined,
  );
  return { value: all.slice(0, mostEmailAddresses), fits: all.length <= mostEmailAddresses };
}

/** Whether the contact would be shown by anything but its telephone numbers. */
export function hasName({ displayName, givenName, surname, companyName, emailAddresses }: Contact): boolean {
  return [displayName, givenName, surname, companyName, emailAddresses].some(value => value !== undefined);
}
