import type { Contact } from './contact.ts';

/** The contact without its e-mail entries that have a name and no address; undefined where it has none of those. */
export function withoutUnaddressed(contact: Contact): Contact | undefined {
  const { emailAddresses = [], ...others } = contact;
  const addressed = emailAddresses.filter(({ address }) => address !== undefined);
  if (addressed.length === emailAddresses.length) return undefined;
  return addressed.length > 0 ? { ...others, emailAddresses: addressed } : others;
}
