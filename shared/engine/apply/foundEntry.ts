import { unknownAdoption } from '../../domain/adoption.ts';
import {
  contactIdOf,
  type LedgerEntry,
  type PresentEntry,
  withoutPhoto,
  withoutTrouble,
} from '../../domain/ledgerEntry.ts';
import { isAdoptedVersion } from '../../domain/stamp.ts';
import type { StampedContact } from '../../ports/contactMailbox.ts';

/**
 * What the ledger says of a contact that carries our stamp and was not where the ledger had it. Whose it was before, the
 * stamp tells; what it held then, perhaps a row.
 */
export function foundEntry(
  sourceKey: string,
  { id, parentFolderId, stamp: { version } }: Omit<StampedContact, 'contact'>,
  known: LedgerEntry | undefined,
): PresentEntry {
  const { adoption, ...facts } = known ? factsOf(known, id) : { sourceKey, fields: {}, adoption: undefined };
  const found = { ...facts, state: 'unknown', contactId: id, version } as const;
  return isAdoptedVersion(version) ? { ...found, adoption: adoption ?? unknownAdoption(parentFolderId) } : found;
}

/** Another contact than the one that is known does not have its photo. */
function factsOf(known: LedgerEntry, id: string): LedgerEntry {
  const facts = withoutTrouble(known);
  return contactIdOf(facts) === id ? facts : withoutPhoto(facts);
}
