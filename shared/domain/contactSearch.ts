import type { Contact } from './contact.ts';
import { addressesOf } from './emailEntries.ts';

/**
 * Whether a contact is meant by what somebody types who looks for a person: each word is in the name, the company or an
 * address, whatever its case and accents. Nothing means every contact.
 */
export function createContactSearch(text: string): (contact: Contact) => boolean {
  const words = fold(text).split(/\s/);
  return contact => {
    const found = fold(searchedTexts(contact).join('\n'));
    return words.every(word => found.includes(word));
  };
}

/** Whether the contact's full name is that one, whatever its case and accents. */
export function hasName({ displayName = '' }: Contact, name: string): boolean {
  return fold(displayName) === fold(name);
}

function searchedTexts(contact: Contact): (string | undefined)[] {
  const { displayName, givenName, surname, nickName, companyName, yomiGivenName, yomiSurname, yomiCompanyName } =
    contact;
  const names = [displayName, givenName, surname, nickName, companyName, yomiGivenName, yomiSurname, yomiCompanyName];
  return [...names, ...addressesOf(contact)];
}

/** `É` is `e`: accents are marks of their own once a letter is taken apart. */
function fold(text: string): string {
  return text.trim().normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
