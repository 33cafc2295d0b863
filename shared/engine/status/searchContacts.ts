import { createContactSearch } from '../../domain/contactSearch.ts';
import { decisionOn } from '../../domain/sourceChanges.ts';
import type { ListPartition } from '../../store/listPartition.ts';
import type { SnapshotContact } from '../../store/snapshotRows.ts';
import { noteDamageOf } from '../noteDamage.ts';

export interface ContactQuestion {
  /** Words of the name, the company or an address; every contact without any. */
  readonly text: string;
  /** Only contacts that are gone from the source, and whose removal stands so. */
  readonly removal?: 'held' | 'rejected' | undefined;
  /** How many of those found come before this page. */
  readonly from: number;
  readonly limit: number;
}

/** One page of the contacts that the last capture of the list saw, by name, and how many there are. */
export async function searchContacts(
  partition: ListPartition,
  { text, removal, from, limit }: ContactQuestion,
): Promise<{ readonly contacts: readonly SnapshotContact[]; readonly total: number }> {
  const isMeant = createContactSearch(text);
  const found = (await noteDamageOf(partition, partition.readSnapshot))
    .filter(row => (removal === undefined || decisionOn(row) === removal) && isMeant(row.contact))
    .toSorted(byName);
  return { contacts: found.slice(from, from + limit), total: found.length };
}

const names = new Intl.Collator('en', { numeric: true });

function byName(left: SnapshotContact, right: SnapshotContact): number {
  const order = names.compare(left.contact.displayName ?? '', right.contact.displayName ?? '');
  return order || (left.sourceKey < right.sourceKey ? -1 : 1);
}
