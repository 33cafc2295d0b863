import { type Adoption, addressPrint, categoriesGiven } from './adoption.ts';
import { mergeCategories, writtenCategories } from './categories.ts';
import { type Contact, type ContactField, contactFields } from './contact.ts';
import { type FieldFingerprints, fingerprint } from './fingerprint.ts';
import type { LedgerEntry } from './ledgerEntry.ts';

/** A contact as it is to be, and the fields of it that are written for that. */
export interface AdoptedContent {
  readonly contact: Contact;
  readonly fields: readonly ContactField[];
}

/** Fingerprints of what we may have written. */
export interface Written {
  readonly fields: FieldFingerprints;
  /** Of values that may be in any field: where a write was not recorded, the settings that it was made under may be gone. */
  readonly values: ReadonlySet<string>;
  /** Names that may be on the contact, where a write was not recorded. */
  readonly categories?: readonly string[];
}

/** Of each value of a contact, and of its parts, which a mapping may have put into other fields. */
export function valuesOf(contact: Contact): ReadonlySet<string> {
  const parts = (value: unknown): unknown[] => [value, ...(value instanceof Object ? Object.values(value) : [])];
  return new Set(Object.values(contact).flatMap(parts).map(fingerprint));
}

/**
 * What is written to an adopted contact: the wanted values; and in a field that the source does not have any more, what
 * the user had there, where it still holds what we wrote.
 */
export function adoptedContent(
  adoption: Adoption,
  present: Contact,
  wanted: Contact,
  fields: readonly ContactField[],
  written: Written,
): AdoptedContent {
  const isLost = (field: ContactField) => wanted[field] === undefined && field !== 'categories';
  const restored = fieldsToRestore(adoption, fields.filter(isLost), present, written);
  const others = fields.filter(field => !isLost(field));
  const taken = others.map(field => [field, wanted[field]] as const);
  return {
    contact: withValues(present, [...taken, ...valuesBefore(adoption, restored)]),
    fields: [...others, ...restored],
  };
}

/**
 * What gives an adopted contact back: fields that still hold what we wrote hold again what they held before, and the
 * categories that we put on it go (rules.md: Existing contacts).
 */
export function givenBack(
  entry: Pick<LedgerEntry, 'categories' | 'fields'>,
  adoption: Adoption,
  present: Contact,
  written: Written,
): AdoptedContent {
  const ours = contactFields.filter(field => field in adoption.before && field !== 'categories');
  const restored = fieldsToRestore(adoption, ours, present, written);
  const had = present.categories ?? [];
  const given = categoriesGiven(adoption, { categories: written.categories ?? [] });
  const left = mergeCategories(had, [...writtenCategories(entry, had), ...given], []);
  const categories = ['categories', left.length > 0 ? left : undefined] as const;
  return {
    contact: withValues(present, [...valuesBefore(adoption, restored), categories]),
    fields: left.length === had.length ? restored : [...restored, 'categories'],
  };
}

function fieldsToRestore(
  adoption: Adoption,
  fields: readonly ContactField[],
  present: Contact,
  written: Written,
): ContactField[] {
  return fields.filter(field => {
    const isSame = fingerprint(present[field] ?? null) === fingerprint(adoption.before[field] ?? null);
    return !isSame && holdsOurs(field, adoption, present, written);
  });
}

function holdsOurs(field: ContactField, adoption: Adoption, present: Contact, written: Written): boolean {
  if (present[field] === undefined) return false;
  if (field === 'emailAddresses' && addressPrint(present) === adoption.addresses) return true;
  const print = fingerprint(present[field]);
  return written.fields[field] === print || written.values.has(print);
}

type Values = readonly (readonly [ContactField, Contact[ContactField]])[];

function valuesBefore({ before }: Adoption, fields: readonly ContactField[]): Values {
  return fields.map(field => [field, before[field] ?? undefined] as const);
}

function withValues(contact: Contact, values: Values): Contact {
  const changed = Object.entries({ ...contact, ...Object.fromEntries(values) });
  return Object.fromEntries(changed.filter(([, value]) => value !== undefined));
}
