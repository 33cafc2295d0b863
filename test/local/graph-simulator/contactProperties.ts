/**
 * What a contact may hold and what Exchange makes of what is written: birthdays at 11:59, addresses replaced whole,
 * the display name made anew from the name's parts, at most two phones of a kind and three e-mail addresses.
 */
import { z } from 'zod';
import { type ExtendedProperties, readExtendedProperties } from './extendedProperties.ts';
import { GraphError, invalidProperty, undeserializableBody, unknownProperty } from './graphError.ts';

type PropertyKind = 'string' | 'strings' | 'date' | 'address' | 'emails' | 'email' | 'ignored';

/** In the order of Graph's answers. */
export const contactProperties: Record<string, PropertyKind> = {
  categories: 'strings',
  birthday: 'date',
  fileAs: 'string',
  displayName: 'string',
  givenName: 'string',
  initials: 'string',
  middleName: 'string',
  nickName: 'string',
  surname: 'string',
  title: 'string',
  yomiGivenName: 'string',
  yomiSurname: 'string',
  yomiCompanyName: 'string',
  generation: 'string',
  imAddresses: 'strings',
  jobTitle: 'string',
  companyName: 'string',
  department: 'string',
  officeLocation: 'string',
  profession: 'string',
  businessHomePage: 'string',
  assistantName: 'string',
  manager: 'string',
  homePhones: 'strings',
  mobilePhone: 'string',
  businessPhones: 'strings',
  spouseName: 'string',
  personalNotes: 'string',
  children: 'strings',
  emailAddresses: 'emails',
  primaryEmailAddress: 'email',
  secondaryEmailAddress: 'email',
  tertiaryEmailAddress: 'email',
  homeAddress: 'address',
  businessAddress: 'address',
  otherAddress: 'address',
};

/** Graph's own; what a client sends for them is dropped. A contact cannot be moved by its parentFolderId. */
const ownProperties = ['id', 'changeKey', 'createdDateTime', 'lastModifiedDateTime', 'parentFolderId'];

const mostEntries: Record<string, number> = { businessPhones: 2, homePhones: 2, imAddresses: 3, emailAddresses: 3 };
const nameParts = ['title', 'givenName', 'middleName', 'surname', 'generation'];
const slots = ['primaryEmailAddress', 'secondaryEmailAddress', 'tertiaryEmailAddress'];
const addressParts = ['street', 'city', 'state', 'postalCode', 'countryOrRegion'];

const text = z.string().nullable();
const texts = z.array(z.string()).nullable();
const email = z.looseObject({ name: text.optional(), address: text.optional() });
const address = z.record(z.string(), text).nullable();

export type EmailAddress = { name: string; address?: string };

/** Only what is set; an unset property is absent. */
export type StoredContact = Record<string, unknown> & {
  emailAddresses?: EmailAddress[];
  extendedProperties?: ExtendedProperties;
};

export type ContactRules = {
  /** The name that the directory has for an e-mail address, or undefined. */
  directoryName: (address: string) => string | undefined;
  /** An e-mail entry with a name and no address is refused. */
  refuseEmptyAddresses: boolean;
};

/**
 * The contact after a write. The body must be of Graph's shape, or the write is refused whole.
 *
 * @throws RequestBodyRead, UnableToDeserializePostBody or ErrorInvalidProperty
 */
export function writeProperties(before: StoredContact, body: unknown, rules: ContactRules): StoredContact {
  const fields = readFields(body);
  const after: StoredContact = { ...before };
  for (const [name, value] of Object.entries(fields)) {
    if (name.includes('@') || ownProperties.includes(name)) continue;
    if (name === 'singleValueExtendedProperties') {
      after.extendedProperties = { ...after.extendedProperties, ...readExtendedProperties(value) };
      continue;
    }
    const kind = contactProperties[name];
    if (kind === undefined) throw unknownProperty(name, 'microsoft.graph.contact');
    if (kind !== 'email') setOrClear(after, name, normalise(name, kind, value, rules));
  }
  if (!('emailAddresses' in fields)) writeSlots(after, fields, rules);
  nameAnew(before, after, fields);
  return after;
}

function readFields(body: unknown): Record<string, unknown> {
  if (body === undefined) throw new GraphError(400, 'UnableToDeserializePostBody', 'were unable to deserialize ');
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw undeserializableBody('contact');
  return body as Record<string, unknown>;
}

function normalise(name: string, kind: PropertyKind, value: unknown, rules: ContactRules): unknown {
  if (kind === 'string') return parse(text, name, value);
  if (kind === 'date') return normaliseBirthday(name, parse(text, name, value));
  if (kind === 'address') return normaliseAddress(name, parse(address, name, value));
  if (kind === 'strings') return limit(name, parse(texts, name, value) ?? []);
  const addresses = limit(name, parse(z.array(email).nullable(), name, value) ?? []);
  return addresses.map(entry => normaliseEmail(entry, rules));
}

function parse<T>(schema: z.ZodType<T>, name: string, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw undeserializableBody(`the value of the property '${name}' has a wrong type`);
  return parsed.data;
}

function normaliseBirthday(name: string, value: string | null): string | null {
  if (value === null) return null;
  const withZone = /T.*(Z|[+-]\d\d:\d\d)$/i.test(value) || !value.includes('T') ? value : `${value}Z`;
  const time = /^\d{4}-\d{2}-\d{2}/.test(value) ? Date.parse(withZone) : Number.NaN;
  if (Number.isNaN(time))
    throw undeserializableBody(
      `Cannot convert the literal '${value}' of the property '${name}' to the expected type 'Edm.DateTimeOffset'`,
    );
  return `${new Date(time).toISOString().slice(0, 10)}T11:59:00Z`;
}

function normaliseAddress(name: string, value: Record<string, string | null> | null): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [part, content] of Object.entries(value ?? {})) {
    if (part.includes('@')) continue;
    if (!addressParts.includes(part)) throw unknownProperty(part, `microsoft.graph.physicalAddress (${name})`);
    if (content !== null) kept[part] = content;
  }
  return kept;
}

function normaliseEmail(entry: z.infer<typeof email>, rules: ContactRules): EmailAddress {
  const found = entry.address || undefined;
  if (found === undefined && rules.refuseEmptyAddresses) {
    throw invalidProperty('The property EmailAddresses has an entry without an address.');
  }
  if (found === undefined) return { name: entry.name ?? '' };
  return { name: rules.directoryName(found) ?? entry.name ?? found, address: found };
}

function limit<T>(name: string, values: T[]): T[] {
  const most = mostEntries[name];
  if (most === undefined || values.length <= most) return values;
  const property = name.charAt(0).toUpperCase() + name.slice(1);
  throw invalidProperty(
    `The multi value property ${property} has ${values.length} entries, that exceeds the max allowed value of ${most}`,
  );
}

/** The three numbered addresses are another view of the list: writing one writes its place there. */
function writeSlots(after: StoredContact, fields: Record<string, unknown>, rules: ContactRules): void {
  if (!slots.some(slot => slot in fields)) return;
  const addresses: (EmailAddress | undefined)[] = [...(after.emailAddresses ?? [])];
  slots.forEach((slot, index) => {
    if (!(slot in fields)) return;
    const value = parse(email.nullable(), slot, fields[slot]);
    addresses[index] = value === null ? undefined : normaliseEmail(value, rules);
  });
  setOrClear(
    after,
    'emailAddresses',
    [...addresses].filter(entry => entry !== undefined),
  );
}

function nameAnew(before: StoredContact, after: StoredContact, fields: Record<string, unknown>): void {
  if ('displayName' in fields || !nameParts.some(part => before[part] !== after[part])) return;
  const words = nameParts.flatMap(part => after[part] ?? []);
  setOrClear(after, 'displayName', words.length > 0 ? words.join(' ') : (after.companyName ?? null));
}

function setOrClear(contact: StoredContact, name: string, value: unknown): void {
  const empty = value === null || (typeof value === 'object' && Object.keys(value ?? {}).length === 0);
  if (empty) delete contact[name];
  else contact[name] = value;
}
