import {
  addressFields,
  addressParts,
  type ContactField,
  contactFields,
  isContactField,
  isExtendedField,
  kindOf,
} from '../../../../shared/domain/contact.ts';
import { inWords } from '../words.ts';

export interface FieldName {
  readonly value: string;
  readonly name: string;
}

const named = (value: string): FieldName => ({ value, name: inWords(value) });

/** Fields that a list writes. */
export const targetFields: readonly FieldName[] = contactFields.map(named);

/** Fields, parts of addresses, and the first of several numbers, as conditions and rules name them. */
export const sourceFields: readonly FieldName[] = [
  ...contactFields.map(named),
  ...addressFields.flatMap(field =>
    addressParts.map(part => ({
      value: `${field}.${part}`,
      name: `${inWords(field)}: ${inWords(part).toLowerCase()}`,
    })),
  ),
  ...['businessPhones', 'homePhones'].flatMap(field =>
    [0, 1].map(index => ({ value: `${field}[${index}]`, name: `${inWords(field)}: number ${index + 1}` })),
  ),
];

/** Fields in which a contact can name mailboxes. */
export const ownerFields: readonly FieldName[] = sourceFields.filter(
  ({ value }) => !isContactField(value) || !['address', 'date'].includes(kindOf(value)),
);

/** Fields that a list can fill where the source has nothing: with a text, or some. Extended ones take a mapping, too. */
export const defaultFields: readonly FieldName[] = contactFields
  .filter(field => !isExtendedField(field) && (isList(field) || kindOf(field) === 'text'))
  .map(named);

export function isList(field: string): boolean {
  return kindOf(field as ContactField) === 'list';
}
