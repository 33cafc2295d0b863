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
  kindOf,
  listFields,
  nameParts,
  textFields,
} from '../domain/contact.ts';

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
    ['birthday', readBirthday(row.birthday)],
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

const day = 86_400_000;

/**
 * Only the date counts: Exchange moves birthdays to 11:59 UTC (facts 1), and older clients store the midnight of their
 * own zone, which east of Greenwich is the evening before. So it is the nearest midnight; noon itself, which is as near
 * to both, is taken for a time of its own day, as others than Outlook write it.
 */
function readBirthday(birthday: string | null | undefined): string | undefined {
  const time = Date.parse(birthday ?? '');
  return Number.isNaN(time) ? undefined : dateOf(Math.ceil(time / day - 0.5) * day);
}

function dateOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
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
  const formerBirthday = Number.isNaN(time) ? undefined : dateOf(time);
  const formerAddresses = emailAddresses?.filter(({ address }) => address !== undefined);
  if (formerBirthday === birthday && formerAddresses?.length === emailAddresses?.length) return undefined;
  return {
    ...rest,
    ...(formerBirthday === undefined ? {} : { birthday: formerBirthday }),
    ...(formerAddresses?.length ? { emailAddresses: formerAddresses } : {}),
  };
}

/** The body that writes the named fields, and clears those of them that the contact does not have. */
export function writeContact(contact: Contact, fields: readonly ContactField[]): Record<string, unknown> {
  const keepsDisplayName = contact.displayName !== undefined && fields.some(field => nameParts.includes(field));
  const written = new Set(keepsDisplayName ? [...fields, 'displayName' as const] : fields);
  return Object.fromEntries([...written].map(field => [field, writeField(field, contact[field])]));
}

/** The fields that the contact has. */
export function fieldsOf(contact: Contact): ContactField[] {
  return contactFields.filter(field => contact[field] !== undefined);
}

function writeField(field: ContactField, value: ContactValue | undefined): unknown {
  switch (kindOf(field)) {
    case 'list':
    case 'emailAddresses':
      return value ?? [];
    case 'address':
      return writeAddress(value as Address | undefined);
    case 'date':
      return value === undefined ? null : `${value}T11:59:00Z`;
    case 'text':
      return value ?? null;
  }
}

/** Graph replaces an address whole, so every part is always named. */
function writeAddress(address: Address | undefined): Record<string, string | null> {
  return Object.fromEntries(addressParts.map(part => [part, address?.[part] ?? null]));
}
