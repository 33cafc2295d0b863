import { type Contact, type ContactField, contactFields } from './contact.ts';
import { type FieldFingerprints, fingerprint } from './fingerprint.ts';
import type { WantedContact } from './plan.ts';

/**
 * A contact that is made again in another folder, with what the user made of it in the one before: fields that are not
 * ours, and those of ours that the user changed and the source did not since.
 *
 * @param written fingerprints of what was last written to `found`
 * @param userEdits `revert`: the list's policy undoes what users changed in fields of ours
 */
export function carryOver(
  wanted: WantedContact,
  found: Contact,
  written: FieldFingerprints,
  managed: readonly ContactField[],
  userEdits: 'keep' | 'revert',
): WantedContact {
  const isUsers = (field: ContactField) => {
    if (!managed.includes(field)) return true;
    const isEdited = fingerprintOf(found[field]) !== written[field];
    return userEdits === 'keep' && isEdited && wanted.fingerprints[field] === written[field];
  };
  const fields = contactFields.map(field => [field, (isUsers(field) ? found : wanted.contact)[field]] as const);
  const contact = Object.fromEntries(fields.filter(([, value]) => value !== undefined)) as Contact;
  return { ...wanted, contact };
}

function fingerprintOf(value: unknown): string | undefined {
  return value === undefined ? undefined : fingerprint(value);
}
