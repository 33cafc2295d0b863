import type { Contact } from './contact.ts';

/** As they are compared: addresses ignore case. */
export function addressesOf({ emailAddresses = [] }: Contact): string[] {
  return emailAddresses.map(({ address = '' }) => address.trim().toLowerCase()).filter(address => address !== '');
}

/**
 * Names beside addresses do not count: Exchange overwrites them with those of its directory (rules.md: Graph, Names of
 * addresses).
 */
export function haveSameAddresses(one: Contact, other: Contact): boolean {
  return JSON.stringify(addressesOf(one)) === JSON.stringify(addressesOf(other));
}

/** The contact without its e-mail entries that have a name and no address; undefined where it has none of those. */
export function withoutUnaddressed(contact: Contact): Contact | undefined {
  const { emailAddresses = [], ...others } = contact;
  const addressed = emailAddresses.filter(({ address }) => address !== undefined);
  if (addressed.length === emailAddresses.length) return undefined;
  return addressed.length > 0 ? { ...others, emailAddresses: addressed } : others;
}
