import type { Contact } from '../../domain/contact.ts';
import type { JournalChange } from '../../store/journalRows.ts';
import type { Tombstones } from '../../store/tombstones.ts';
import type { Services } from '../services.ts';
import { addressesIn, type PrintAddress } from './addressPrints.ts';

/**
 * Enters into `Tombstones` what a list's journal tells of contacts that are gone, and of addresses that contacts had,
 * before the journal forgets that. The journal is what is read, and no source: so a capture costs no request more, and
 * what an earlier version captured is entered too (rules.md: Proof). Resolves with the number of contacts.
 */
export async function enterJournal(
  listId: string,
  print: PrintAddress,
  { clock, openListPartition, tombstones }: Pick<Services, 'clock' | 'openListPartition' | 'tombstones'>,
): Promise<number> {
  const partition = openListPartition(listId);
  const epoch = (await partition.readSealedCheckpoint())?.checkpoint.epoch ?? 0;
  const indexed = await tombstones.readIndexed(listId);
  const { changes, damage } = await partition.readLog(indexed.epoch === epoch ? indexed.position : 0);
  if (damage) await partition.noteDamage(damage);
  const last = changes.at(-1);
  if (!last) return 0;
  const found = tombstonesIn(changes, print, clock.now());
  await tombstones.add(listId, found, { epoch, position: last.position });
  return found.contacts.length;
}

/** @param now for rows of earlier versions, which do not tell when */
function tombstonesIn(changes: readonly JournalChange[], print: PrintAddress, now: number): Tombstones {
  const contents = new Map<string, Contact>();
  const contacts: Tombstones['contacts'][number][] = [];
  const addresses: Tombstones['addresses'][number][] = [];
  for (const { sourceKey, contact, before, at = now } of changes) {
    const had = addressesIn(before?.contact ?? contents.get(sourceKey));
    const has = addressesIn(contact ?? undefined);
    const lost = [...had].filter(address => !has.has(address));
    addresses.push(...lost.map(address => ({ print: print(address), sourceKey, at })));
    if (contact) contents.set(sourceKey, contact);
    else contacts.push({ sourceKey, at });
  }
  return { contacts, addresses };
}
