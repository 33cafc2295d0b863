import * as z from 'zod';
import { createContactSearch } from '../../domain/contactSearch.ts';
import type { SnapshotContact, Source } from '../../store/sources.ts';

/** A contact of a list's source, as the HTTP API shows it to whoever looks for somebody. */
export const foundContact = z.object({
  sourceKey: z.string().meta({ description: 'Its key at the source, as `explain` takes it' }),
  displayName: z.string().nullable(),
  companyName: z.string().optional(),
  emailAddresses: z.array(z.string()),
  position: z.int().meta({ description: 'Journal position of its last change' }),
  removal: z
    .enum(['held', 'rejected'])
    .optional()
    .meta({ description: 'It is gone from the source: its removal waits for a decision, or was rejected' }),
});
export type FoundContact = z.infer<typeof foundContact>;

export interface ContactQuestion {
  /** Words of the name, the company or an address; every contact without any. */
  readonly text: string;
  /** How many of those found come before this page. */
  readonly from: number;
  readonly limit: number;
}

/** One page of the contacts that the last capture of the list saw, by name, and how many there are. */
export async function searchContacts(
  source: Source,
  { text, from, limit }: ContactQuestion,
): Promise<{ readonly contacts: FoundContact[]; readonly total: number }> {
  const isMeant = createContactSearch(text);
  const found = (await source.readSnapshot()).filter(({ contact }) => isMeant(contact)).toSorted(byName);
  return { contacts: found.slice(from, from + limit).map(viewContact), total: found.length };
}

const names = new Intl.Collator('en', { numeric: true });

function byName(left: SnapshotContact, right: SnapshotContact): number {
  const order = names.compare(left.contact.displayName ?? '', right.contact.displayName ?? '');
  return order || (left.sourceKey < right.sourceKey ? -1 : 1);
}

function viewContact({ sourceKey, contact, position, removal }: SnapshotContact): FoundContact {
  const { displayName = null, companyName, emailAddresses = [] } = contact;
  return {
    sourceKey,
    displayName,
    ...(companyName === undefined ? {} : { companyName }),
    emailAddresses: emailAddresses.flatMap(({ address }) => address ?? []),
    position,
    ...(removal === 'none' ? {} : { removal }),
  };
}
