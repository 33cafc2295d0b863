import { unknownAdoption } from '../../domain/adoption.ts';
import { type LedgerEntry, type PresentEntry, withoutTrouble } from '../../domain/ledgerEntry.ts';
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
  const { adoption, ...facts } = known ? withoutTrouble(known) : { sourceKey, fields: {}, adoption: undefined };
  const found = { ...facts, state: 'unknown', contactId: id, version } as const;
  return isAdoptedVersion(version) ? { ...found, adoption: adoption ?? unknownAdoption(parentFolderId) } : found;
}
