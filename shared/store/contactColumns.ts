import * as z from 'zod';
import { addressFields, type Contact, extendedTextFields, listFields, textFields } from '../domain/contact.ts';
import type { Properties } from '../ports/tableStorage.ts';
import { storable } from './columns.ts';
import { UnreadableProperty } from './damagedRow.ts';
import { packText, parseJson } from './longText.ts';

const textLikeFields = [...textFields, ...extendedTextFields, 'birthday', 'anniversary'] as const;
const text = z.string();
const texts = z.array(text);
const address = z.record(z.string(), z.string());
const emailAddresses = z.array(storable(z.object({ name: text.exactOptional(), address: text.exactOptional() })));

export const storedContact = storable(
  z.object({
    ...each(textLikeFields, text.exactOptional()),
    ...each(listFields, texts.exactOptional()),
    ...each(addressFields, address.exactOptional()),
    emailAddresses: emailAddresses.exactOptional(),
    sensitivity: z.literal('private').exactOptional(),
    owners: texts.exactOptional(),
  }),
);

/** Null for a field that was not set. */
export const storedBeforeImage = storable(
  z.object({
    ...each(textLikeFields, text.nullable().exactOptional()),
    ...each(listFields, texts.nullable().exactOptional()),
    ...each(addressFields, address.nullable().exactOptional()),
    emailAddresses: emailAddresses.nullable().exactOptional(),
  }),
);

function each<Field extends string, Schema>(fields: readonly Field[], schema: Schema): Record<Field, Schema> {
  return Object.fromEntries(fields.map(field => [field, schema])) as Record<Field, Schema>;
}

export function packContact(name: string, contact: Contact | null): Properties {
  return packText(name, contact ? JSON.stringify(contact) : '');
}

/** Contacts in our own rows were canonical when written. @throws UnreadableProperty */
export function readContact(json: string | undefined): Contact {
  const read = storedContact.safeParse(json === undefined ? undefined : parseJson('contact', json));
  if (!read.success) throw new UnreadableProperty('contact');
  return read.data;
}
