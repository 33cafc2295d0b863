import { didYouMean } from './closestName.ts';
import {
  type Address,
  type AddressField,
  type AddressPart,
  addressFields,
  addressParts,
  type Contact,
  type ContactField,
  type ContactValue,
  contactFields,
  isContactField,
  kindOf,
  type ListField,
  listFields,
} from './contact.ts';

/** A field of a contact, a part of an address (`businessAddress.city`) or an element of a list (`businessPhones[1]`). */
export type FieldPath =
  | { readonly from: 'field'; readonly field: ContactField }
  | { readonly from: 'addressPart'; readonly field: AddressField; readonly part: AddressPart }
  | { readonly from: 'listElement'; readonly field: ListField; readonly index: number };

const partOfField = /^(\w+)\.(\w+)$/;
const elementOfField = /^(\w+)\[(\d+)\]$/;

/** @returns the fault where the text names nothing of a contact */
export function parseFieldPath(text: string): FieldPath | string {
  if (isContactField(text)) return { from: 'field', field: text };
  const [, addressField, part] = partOfField.exec(text) ?? [];
  if (addressField && part) {
    if (!isContactField(addressField) || kindOf(addressField) !== 'address')
      return `"${addressField}" is not an address${didYouMean(addressField, addressFields)}`;
    if (!(addressParts as readonly string[]).includes(part)) {
      return `an address has no part "${part}"; it has ${addressParts.join(', ')}${didYouMean(part, addressParts)}`;
    }
    return { from: 'addressPart', field: addressField as AddressField, part: part as AddressPart };
  }
  const [, listField, index] = elementOfField.exec(text) ?? [];
  if (listField && index) {
    if (!isContactField(listField) || kindOf(listField) !== 'list')
      return `"${listField}" is not a list of texts${didYouMean(listField, listFields)}`;
    return { from: 'listElement', field: listField as ListField, index: Number(index) };
  }
  return `"${text}" is not a field of a contact${didYouMean(text, contactFields)}`;
}

export function kindOfPath(path: FieldPath): ReturnType<typeof kindOf> {
  return path.from === 'field' ? kindOf(path.field) : 'text';
}

export function readField(contact: Contact, path: FieldPath): ContactValue | undefined {
  if (path.from === 'field') return contact[path.field];
  if (path.from === 'addressPart') return (contact[path.field] as Address | undefined)?.[path.part];
  return contact[path.field]?.[path.index];
}
