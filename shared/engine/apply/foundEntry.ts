import { unknownAdoption } from '../../domain/adoption.ts';
import {
  type AdoptedEntry,
  contactIdOf,
  type LedgerEntry,
  type PresentEntry,
  withoutPhoto,
  withoutTrouble,
} from '../../domain/ledgerEntry.ts';
import { isAdoptedVersion } from '../../domain/stamp.ts';
import type { StampedContact } from '../../ports/contactMailbox.ts';

type Found = Omit<StampedContact, 'contact'>;

/**
 * What the ledger says of a contact that carries our stamp and was not where the ledger had it. Whose it was before, the
 * stamp tells; what it held then, perhaps a row.
 */
export function foundEntry(sourceKey: string, found: Found, known: LedgerEntry | undefined): PresentEntry {
  const adopted = foundAdopted(sourceKey, found, known);
  if (isAdoptedVersion(found.stamp.version)) return adopted;
  const { adoption: _, ...entry } = adopted;
  return entry;
}

/** Of a contact whose stamp says `adopted`. */
export function foundAdopted(
  sourceKey: string,
  { id, parentFolderId, stamp: { version } }: Found,
  known: LedgerEntry | undefined,
): AdoptedEntry {
  const facts = known ? factsOf(known, id) : { sourceKey, fields: {} };
  const adoption = known?.adoption ?? unknownAdoption(parentFolderId);
  return { ...facts, state: 'unknown', contactId: id, version, adoption };
}

/** Another contact than the one that is known does not have its photo. */
function factsOf(known: LedgerEntry, id: string): LedgerEntry {
  const facts = withoutTrouble(known);
  return contactIdOf(facts) === id ? facts : withoutPhoto(facts);
}
