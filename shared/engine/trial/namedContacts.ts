import type { Contact } from '../../domain/contact.ts';
import { createContactSearch, hasName } from '../../domain/contactSearch.ts';
import type { JournalChange } from '../../store/journalRows.ts';
import type { ListPartition } from '../../store/listPartition.ts';
import type { SnapshotContact } from '../../store/snapshotRows.ts';

/** A contact that somebody named, as far as the source's snapshot and journal know it. */
export interface NamedContact {
  readonly sourceKey: string;
  readonly displayName: string | undefined;
  /** Undefined when the source does not have it (any more). */
  readonly row: SnapshotContact | undefined;
  /** Its removal, as long as the journal holds it. */
  readonly removal: JournalChange | undefined;
}

/**
 * The contacts of a source key or id at the source, an e-mail address, a name or words of it: of the first of these that there is. Several
 * may be meant; what is not known at all counts as a key, unless it is an address.
 */
export async function findNamedContacts(partition: ListPartition, keyOrName: string): Promise<NamedContact[]> {
  const [row] = await partition.readSnapshotOf([keyOrName], true);
  if (row) return [present(row)];
  const { changes: log, damage } = await partition.readLog();
  if (damage) await partition.noteDamage(damage);
  const removed = findRemoved(log, change => change.sourceKey === keyOrName);
  if (removed.length > 0) return removed;
  const snapshot = await partition.readSnapshot();
  for (const isMeant of meaningsOf(keyOrName)) {
    const rows = snapshot.filter(({ contact }) => isMeant(contact));
    if (rows.length > 0) return rows.map(present);
    const gone = findRemoved(log, ({ contact }) => contact !== null && isMeant(contact));
    if (gone.length > 0) return gone;
  }
  if (keyOrName.includes('@')) return [];
  return [{ sourceKey: keyOrName, displayName: undefined, row: undefined, removal: undefined }];
}

function meaningsOf(name: string): ((contact: Contact) => boolean)[] {
  return [contact => hasAddress(contact, name), contact => hasName(contact, name), createContactSearch(name)];
}

function present(row: SnapshotContact): NamedContact {
  return { sourceKey: row.sourceKey, displayName: row.contact.displayName, row, removal: undefined };
}

/** Those that were removed at last, of the contacts that such a change of the log is about. */
function findRemoved(log: readonly JournalChange[], isAbout: (change: JournalChange) => boolean): NamedContact[] {
  const latest = new Map(log.map(change => [change.sourceKey, change]));
  const keys = new Set(log.filter(isAbout).map(({ sourceKey }) => sourceKey));
  return [...keys].flatMap(sourceKey => {
    const removal = latest.get(sourceKey);
    if (!removal || removal.contact) return [];
    const before = log.findLast(change => change.sourceKey === sourceKey && change.contact);
    return [{ sourceKey, displayName: before?.contact?.displayName, row: undefined, removal }];
  });
}

function hasAddress({ emailAddresses = [] }: Contact, wanted: string): boolean {
  return emailAddresses.some(({ address }) => address?.toLowerCase() === wanted.toLowerCase());
}
