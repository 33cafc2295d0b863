import { type Contact, type ContactField, contactFields } from './contact.ts';
import { haveSameAddresses } from './emailEntries.ts';
import { type FieldFingerprints, fingerprintFields } from './fingerprint.ts';

/**
 * Whether a further contact with our stamp holds what we wrote and nothing of the user's. `original` is the contact that
 * it may be a copy of: fields that are not ours count as the user's where they differ from its own.
 *
 * @param written fingerprints of what was written under the copy's version
 * @param managed the fields that are ours
 */
export function holdsWhatWeWrote(
  copy: Contact,
  original: Contact,
  written: FieldFingerprints,
  managed: readonly ContactField[],
): boolean {
  const found = fingerprintFields(copy);
  const beside = fingerprintFields(original);
  return contactFields.every(field => {
    if (!managed.includes(field)) return found[field] === undefined || found[field] === beside[field];
    return found[field] === written[field] || (field === 'emailAddresses' && haveSameAddresses(copy, original));
  });
}
