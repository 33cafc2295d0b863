import { type Contact, type ContactField, type ExtendedField, isExtendedField } from '../domain/contact.ts';
import type { ExtendedProperty, ExtendedValues } from '../ports/contactMailbox.ts';
import { dateOf, writeDate } from './dates.ts';
import { type ExtendedProperties, expandProperties, keyProperty, readProperty, stampProperties } from './stamps.ts';

const addressSet = '{00062004-0000-0000-C000-000000000046}';

/** Outlook's own properties, by the ids of MS-OXPROPS: PidTagBusinessFaxNumber ... PidLidContactUserField4. */
const propertyIds: Readonly<Record<ExtendedProperty, string>> = {
  businessFax: 'String 0x3A24',
  homeFax: 'String 0x3A25',
  pager: 'String 0x3A21',
  otherPhone: 'String 0x3A1F',
  carPhone: 'String 0x3A1E',
  assistantPhone: 'String 0x3A2E',
  customerId: 'String 0x3A4A',
  userField1: `String ${addressSet} Id 0x804F`,
  userField2: `String ${addressSet} Id 0x8050`,
  userField3: `String ${addressSet} Id 0x8051`,
  userField4: `String ${addressSet} Id 0x8052`,
  anniversary: 'SystemTime 0x3A41',
  sensitivity: 'Integer 0x36',
  stampKey: keyProperty,
};

/**
 * What Outlook stores where there is no date: a property that was there cannot be taken off (rules.md: Graph, Extended
 * properties).
 */
const noDate = '4501-01-01T00:00:00Z';

export function expandExtended(properties: readonly ExtendedProperty[]): string {
  return expandProperties(properties.map(property => propertyIds[property]));
}

/** What reads a contact's stamp and these fields of it. */
export function expandStampAnd(fields: readonly ExtendedField[]): string {
  return expandProperties([...stampProperties, ...fields.map(field => propertyIds[field])]);
}

export function readExtended(stored: ExtendedProperties, properties: readonly ExtendedProperty[]): ExtendedValues {
  const values = properties.flatMap(property => {
    const value = readProperty(stored, propertyIds[property]);
    const read = property === 'anniversary' ? readAnniversary(value) : value;
    return read ? [[property, read]] : [];
  });
  return Object.fromEntries(values);
}

/** The extended fields of a contact that was read with these fields. */
export function readExtendedFields(stored: ExtendedProperties, fields: readonly ContactField[]): Contact {
  const { sensitivity: _, stampKey: __, ...values } = readExtended(stored, fields.filter(isExtendedField));
  return values;
}

/** Members of the body that write the named fields that are extended ones, and blank those that the contact lacks. */
export function writeExtendedFields(
  contact: Contact,
  fields: readonly ContactField[],
): { readonly id: string; readonly value: string }[] {
  return fields.filter(isExtendedField).map(field => ({ id: propertyIds[field], value: writeValue(field, contact) }));
}

function writeValue(field: ExtendedField, contact: Contact): string {
  const value = contact[field];
  if (field !== 'anniversary') return value ?? '';
  return value === undefined ? noDate : writeDate(value);
}

function readAnniversary(value: string | undefined): string | undefined {
  const date = dateOf(value);
  return date?.startsWith('4501-') ? undefined : date;
}
