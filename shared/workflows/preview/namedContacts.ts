import type { Contact } from '../../core/contact.ts';
import type { JournalChange, SnapshotContact, Source } from '../../state/sources.ts';

/** A contact that somebody named, as far as the source's snapshot and journal know it. */
export interface NamedContact {
  readonly sourceKey: string;
  /** Undefined when the source does not have it (any more). */
  readonly row: SnapshotContact | undefined;
  /** Its removal, as long as the journal holds it. */
  readonly removal: JournalChange | undefined;
}

/** The contacts of a source key, of an id at the source or of an e-mail address; several may have one address. Empty when none ever had it. */
export async function findNamedContacts(source: Source, keyOrAddress: string): Promise<NamedContact[]> {
  const isAddress = keyOrAddress.includes('@');
  const rows = isAddress
    ? (await source.readSnapshot()).filter(({ contact }) => hasAddress(contact, keyOrAddress))
    : await source.readSnapshotOf([keyOrAddress], true);
  if (rows.length > 0) return rows.map(row => ({ sourceKey: row.sourceKey, row, removal: undefined }));
  const log = await source.readLog();
  const latest = new Map(log.map(change => [change.sourceKey, change]));
  const named = isAddress
    ? log.filter(({ contact }) => contact && hasAddress(contact, keyOrAddress)).map(({ sourceKey }) => sourceKey)
    : [keyOrAddress];
  return [...new Set(named)].flatMap(sourceKey => {
    const removal = latest.get(sourceKey);
    // Still there, under another address by now.
    if (isAddress && removal?.contact) return [];
    return [{ sourceKey, row: undefined, removal: removal?.contact ? undefined : removal }];
  });
}

function hasAddress({ emailAddresses = [] }: Contact, wanted: string): boolean {
  return emailAddresses.some(({ address }) => address?.toLowerCase() === wanted.toLowerCase());
}
