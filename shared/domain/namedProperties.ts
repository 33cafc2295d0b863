import { addressParts, contactFields } from './contact.ts';

/** What Graph calls properties of a contact in its documents, by their names in lower case. */
const documented = new Map(
  [
    ...contactFields,
    ...addressParts,
    'primaryEmailAddress',
    'secondaryEmailAddress',
    'tertiaryEmailAddress',
    'parentFolderId',
    'singleValueExtendedProperties',
  ].map(name => [name.toLowerCase(), name]),
);

/**
 * The properties of a contact that a refusal of Graph's names, as `businessPhones, emailAddresses`; empty for none. The
 * rest of its text is no fixed wording and may hold a contact's data, quoted or not, so nothing else of it is kept.
 */
export function namedProperties(refusal: string): string {
  const words = refusal.match(/[a-z]+/gi) ?? [];
  return [...new Set(words.flatMap(word => documented.get(word.toLowerCase()) ?? []))].join(', ');
}
