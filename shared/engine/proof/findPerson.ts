import type { Contact } from '../../domain/contact.ts';
import { narrowedTo } from '../../domain/sourceChanges.ts';
import { SecretUnavailable } from '../../ports/secrets.ts';
import type { JournalChange } from '../../store/journalRows.ts';
import type { Problem } from '../../store/progress.ts';
import type { SnapshotContact } from '../../store/snapshotRows.ts';
import { noteDamageOf } from '../noteDamage.ts';
import type { Services } from '../services.ts';
import { addressesIn, openAddressPrints } from './addressPrints.ts';

export type PersonServices = Pick<Services, 'openListPartition' | 'tombstones' | 'sourceAdapters'>;

/** The contacts of a list that are one person's, those that it had before included. */
export interface Person {
  readonly contacts: readonly PersonContact[];
  /** How the address that was asked for is found where it is not named; undefined for a key. */
  readonly print: string | undefined;
  readonly notes: readonly Problem[];
}

export interface PersonContact {
  readonly sourceKey: string;
  /** Undefined when the source does not have it any more. */
  readonly row: SnapshotContact | undefined;
  /** Epoch milliseconds of its last removal from the source, as far as that is known. */
  readonly removedAt: number | undefined;
  /** The journal position at which the source had it first, while the journal holds that. */
  readonly addedAt: number | undefined;
}

/**
 * Whose contact is asked for: by a source key, an id at the source, or an e-mail address that the contact has, or had.
 * What is known of nobody counts as a key, unless it is an address.
 */
export async function findPerson(listId: string, keyOrAddress: string, services: PersonServices): Promise<Person> {
  const partition = services.openListPartition(listId);
  const { changes, damage } = await partition.readLog();
  if (damage) await partition.noteDamage(damage);
  const named = await noteDamageOf(partition, () => partition.readSnapshotOf([keyOrAddress], true));
  if (named.length > 0) return { ...(await complete(named, [])), print: undefined, notes: [] };
  const isAddress = keyOrAddress.includes('@');
  const isKnownKey = changes.some(({ sourceKey }) => sourceKey === keyOrAddress);
  if (!isAddress || isKnownKey || (await isTombstone(keyOrAddress))) {
    return { ...(await complete([], [keyOrAddress])), print: undefined, notes: [] };
  }
  const address = keyOrAddress.trim().toLowerCase();
  const rows = (await noteDamageOf(partition, partition.readSnapshot)).filter(row =>
    contentsOf(row).some(has(address)),
  );
  const entered = await findEntered(listId, address, services);
  const changed = changes.filter(change => [change.contact, change.before?.contact].some(has(address)));
  const keys = [...changed.map(({ sourceKey }) => sourceKey), ...entered.keys];
  return { ...(await complete(rows, keys)), print: entered.print, notes: entered.notes };

  async function isTombstone(sourceKey: string): Promise<boolean> {
    return (await services.tombstones.readRemovedAt(listId, sourceKey)) !== undefined;
  }

  async function complete(
    rows: readonly SnapshotContact[],
    keys: readonly string[],
  ): Promise<Pick<Person, 'contacts'>> {
    const known = new Set(rows.map(({ sourceKey }) => sourceKey));
    const others = [...new Set(keys)].filter(key => !known.has(key));
    const all = [...rows, ...(await noteDamageOf(partition, () => partition.readSnapshotContacts(others)))];
    const byKey = new Map(all.map(row => [row.sourceKey, row]));
    const contacts = [...known, ...others].map(async (sourceKey): Promise<PersonContact> => {
      const row = byKey.get(sourceKey);
      const removedAt = row ? undefined : await removedAtOf(sourceKey);
      return { sourceKey, row, removedAt, addedAt: addedAtOf(sourceKey) };
    });
    return { contacts: await Promise.all(contacts) };
  }

  async function removedAtOf(sourceKey: string): Promise<number | undefined> {
    const removal = changes.findLast(change => change.sourceKey === sourceKey && change.contact === null);
    return removal?.at ?? services.tombstones.readRemovedAt(listId, sourceKey);
  }

  function addedAtOf(sourceKey: string): number | undefined {
    return changes.find((change: JournalChange) => change.sourceKey === sourceKey && change.added)?.position;
  }
}

/** Contacts that the journal does not hold any more. */
async function findEntered(
  listId: string,
  address: string,
  { tombstones, sourceAdapters }: PersonServices,
): Promise<{ keys: readonly string[]; print: string | undefined; notes: readonly Problem[] }> {
  try {
    const print = (await openAddressPrints(sourceAdapters.readSecret))(address);
    return { keys: await tombstones.findKeys(listId, print), print, notes: [] };
  } catch (error) {
    if (!(error instanceof SecretUnavailable)) throw error;
    const detail = `${error.message}: only who the source has, or had a short while ago, is found by an address. Ask by the source key`;
    return { keys: [], print: undefined, notes: [{ code: 'AddressIndexUnavailable', detail }] };
  }
}

/** Every content that a snapshot row holds of the contact. */
function contentsOf(row: SnapshotContact): (Contact | undefined)[] {
  return [row.contact, narrowedTo(row), ...(row.parts ?? []).map(part => part.contact)];
}

function has(address: string): (contact: Contact | null | undefined) => boolean {
  return contact => addressesIn(contact ?? undefined).has(address);
}
