import * as z from 'zod';
import {
  type Address,
  addressFields,
  addressParts,
  type Contact,
  type ContactField,
  type ContactValue,
  contactFields,
  type EmailAddress,
  type GraphField,
  isExtendedField,
  kindOf,
  listFields,
  nameParts,
  textFields,
} from '../domain/contact.ts';
import { dateOf, dayOf, writeDate } from './dates.ts';

function shapeOf<Name extends string, Schema>(names: readonly Name[], schema: Schema): Record<Name, Schema> {
  return Object.fromEntries(names.map(name => [name, schema])) as Record<Name, Schema>;
}

const text = z.string().nullish();
const emailAddresses = z.array(z.object({ name: text, address: text })).nullish();

/** The writable part of a contact as Graph gives it. Unset is null, "", [], {} or absent, depending on who made it. */
export const graphContactSchema = z.object({
  ...shapeOf(textFields, text),
  ...shapeOf(listFields, z.array(z.string().nullable()).nullish()),
  ...shapeOf(addressFields, z.object(shapeOf(addressParts, text)).nullish()),
  birthday: text,
  emailAddresses,
});

export type GraphContact = z.infer<typeof graphContactSchema>;

/** The canonical form of a Graph contact. */
export function readContact(row: GraphContact): Contact {
  const values: [ContactField, ContactValue | undefined][] = [
    ...textFields.map((field): [ContactField, string | undefined] => [field, row[field] || undefined]),
    ...listFields.map((field): [ContactField, readonly string[]] => [field, (row[field] ?? []).filter(isFilled)]),
    ...addressFields.map((field): [ContactField, Address] => [field, readAddress(row[field])]),
    ['birthday', dateOf(row.birthday)],
    ['emailAddresses', readEmailAddresses(row.emailAddresses)],
  ];
  return Object.fromEntries(values.filter(([, value]) => value !== undefined && Object.keys(value).length > 0));
}

function isFilled(value: string | null | undefined): value is string {
  return value !== null && value !== undefined && value !== '';
}

function readAddress(address: GraphContact['businessAddress']): Address {
  return Object.fromEntries(addressParts.map(part => [part, address?.[part]]).filter(([, value]) => isFilled(value)));
}

/** An entry may come without an address; an omitted name comes back as the address, so such a name is none. */
function readEmailAddresses(entries: z.infer<typeof emailAddresses>): EmailAddress[] {
  return (entries ?? []).flatMap(({ name, address }): EmailAddress[] => {
    if (!isFilled(address)) return isFilled(name) ? [{ name }] : [];
    return [isFilled(name) && name !== address ? { name, address } : { address }];
  });
}

/**
 * The form that versions up to 0.1 gave a contact, where it is another: a birthday was its day in UTC, and an e-mail
 * entry without an address was left out. What differs in that alone was not changed by anybody.
 */
export function readFormerContact(
  row: GraphContact,
  { birthday, emailAddresses, ...rest }: Contact,
): Contact | undefined {
  const time = Date.parse(row.birthday ?? '');
  const formerBirthday = Number.isNaN(time) ? undefined : dayOf(time);
  const formerAddresses = emailAddresses?.filter(({ address }) => address !== undefined);
  if (formerBirthday === birthday && formerAddresses?.length === emailAddresses?.length) return undefined;
  return {
    ...rest,
    ...(formerBirthday === undefined ? {} : { birthday: formerBirthday }),
    ...(formerAddresses?.length ? { emailAddresses: formerAddresses } : {}),
  };
}

/** The body that writes the named fields that Graph has names for, and clears those of them that the contact does not have. */
export function writeContact(contact: Contact, fields: readonly ContactField[]): Record<string, unknown> {
  const named = fields.filter(isGraphField);
  const keepsDisplayName = contact.displayName !== undefined && named.some(field => nameParts.includes(field));
  const written = new Set(keepsDisplayName ? [...named, 'displayName' as const] : named);
  return Object.fromEntries([...written].map(field => [field, writeField(field, contact[field])]));
}

function isGraphField(field: ContactField): field is GraphField {
  return !isExtendedField(field);
}

/** The fields that the contact has. */
export function fieldsOf(contact: Contact): ContactField[] {
  return contactFields.filter(field => contact[field] !== undefined);
}

function writeField(field: GraphField, value: ContactValue | undefined): unknown {
  switch (kindOf(field)) {
    case 'list':
    case 'emailAddresses':
      return value ?? [];
    case 'address':
      return writeAddress(value as Address | undefined);
    case 'date':
      return value === undefined ? null : writeDate(value as string);
    case 'text':
      return value ?? null;
  }
}

/** Graph replaces an address whole, so every part is always named. */
function writeAddress(address: Address | undefined): Record<string, string | null> {
  return Object.fromEntries(addressParts.map(part => [part, address?.[part] ?? null]));
}
