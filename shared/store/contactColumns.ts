import * as z from 'zod';
import { addressFields, type Contact, listFields, textFields } from '../domain/contact.ts';
import type { Properties } from '../ports/tableStorage.ts';
import { UnreadableProperty } from './damagedRow.ts';
import { packText, parseJson } from './longText.ts';

const optionalText = z.string().optional();
export const storedContact = z.object({
  ...Object.fromEntries([...textFields, 'birthday'].map(field => [field, optionalText])),
  ...Object.fromEntries(listFields.map(field => [field, z.array(z.string()).optional()])),
  ...Object.fromEntries(addressFields.map(field => [field, z.record(z.string(), z.string()).optional()])),
  emailAddresses: z.array(z.object({ name: optionalText, address: optionalText })).optional(),
});

export function packContact(name: string, contact: Contact | null): Properties {
  return packText(name, contact ? JSON.stringify(contact) : '');
}

/** Contacts in our own rows were canonical when written. @throws UnreadableProperty */
export function readContact(text: string | undefined): Contact {
  const contact = text === undefined ? undefined : parseJson('contact', text);
  if (!storedContact.safeParse(contact).success) throw new UnreadableProperty('contact');
  return contact as Contact;
}
