import { categoriesLeft } from '../../core/categories.ts';
import { fingerprint, fingerprintFields } from '../../core/fingerprint.ts';
import type { LedgerEntry } from '../../core/plan.ts';
import { sourceKeyOf } from '../../core/stamp.ts';
import type { ContactMailbox, StampedContact } from '../../ports/contactMailbox.ts';
import type { DuplicateRemoval } from './execution.ts';
import type { LedgerWriter } from './ledgerWriter.ts';

export interface RecoveryQuestion {
  readonly listId: string;
  readonly folderId: string;
  readonly mailbox: ContactMailbox;
  readonly ledger: LedgerWriter;
  /** The folder that ours replaces, if any: what still lies in it was lost with it. */
  readonly lostFolderId: string | undefined;
  /**
   * What a contact that is missing means. `interrupted`: a write of ours may have been under way, it comes back.
   * `userChoice`: the user deleted it, and it stays away. `restore`: the list's policy undoes what users did.
   */
  readonly missing: 'interrupted' | 'userChoice' | 'restore';
}

export interface Recovery {
  /** Source keys that have to be planned although the source did not change them. */
  readonly inDoubt: readonly string[];
  /** Contacts of ours that are there twice. */
  readonly duplicates: readonly DuplicateRemoval[];
  /** Stamped contacts that the ledger did not know. */
  readonly adopted: readonly string[];
  /** Contacts of the ledger that are not there. */
  readonly lost: readonly string[];
  /** Contacts whose content is not what we wrote. */
  readonly drifted: readonly string[];
}

/**
 * Brings the ledger in line with what the folder really holds, by the stamps: after an owner died while it was
 * working, a refused commit or a lost ledger, and in a full reconcile (design: Applying, 1 and 11; Full reconcile). A
 * row that is not in the listing is asked for by its id before it is believed gone, since the user may have moved it.
 *
 * @throws GraphFailure
 */
export async function recoverLedger(question: RecoveryQuestion): Promise<Recovery> {
  const { listId, folderId, mailbox, ledger, missing } = question;
  const listed = groupBySourceKey(listId, await mailbox.listStamped(folderId, missing === 'restore'));
  const found = { inDoubt: new Set<string>(), adopted: [] as string[], lost: [] as string[], drifted: [] as string[] };
  const duplicates: DuplicateRemoval[] = [];
  const known = new Map([...ledger.entries()].map(entry => [entry.sourceKey, entry]));

  for (const [sourceKey, contacts] of listed) {
    const entry = known.get(sourceKey);
    const kept = contacts.find(({ id }) => id === entry?.contactId);
    const moved = kept || !entry ? undefined : await findMoved(entry, question);
    const keptId = kept?.id ?? moved?.contactId ?? adopt(sourceKey, contacts, entry, ledger);
    const version = kept?.stamp.version ?? moved?.version;
    if (version === undefined || !entry) found.adopted.push(sourceKey);
    else if (isOutdated(entry, version)) markUnknown(entry, version, found.inDoubt, ledger);
    else if (kept && noteDrift(entry, kept, ledger)) found.drifted.push(sourceKey);
    for (const { id } of contacts) {
      if (id !== keptId) duplicates.push({ action: 'deleteDuplicate', sourceKey, contactId: id });
    }
  }
  for (const entry of known.values()) {
    if (listed.has(entry.sourceKey)) continue;
    const moved = await findMoved(entry, question);
    if (moved && isOutdated(entry, moved.version)) markUnknown(entry, moved.version, found.inDoubt, ledger);
    if (moved || !isMissing(entry, missing)) continue;
    ledger.put({ ...entry, state: missing === 'userChoice' ? 'absent' : 'doubtfullyAbsent', contactId: null });
    found.lost.push(entry.sourceKey);
  }
  return { ...found, inDoubt: [...found.inDoubt, ...found.adopted, ...found.lost, ...found.drifted], duplicates };
}

function groupBySourceKey(listId: string, contacts: readonly StampedContact[]): Map<string, StampedContact[]> {
  const groups = new Map<string, StampedContact[]>();
  for (const contact of contacts) {
    const sourceKey = sourceKeyOf(listId, contact.stamp.key);
    if (sourceKey !== undefined) groups.set(sourceKey, [...(groups.get(sourceKey) ?? []), contact]);
  }
  return groups;
}

/** The contact of a row, where it is not in our folder but in another that is not Deleted Items. */
async function findMoved(
  { contactId }: LedgerEntry,
  { mailbox, lostFolderId }: RecoveryQuestion,
): Promise<{ contactId: string; version: string } | undefined> {
  if (contactId === null) return undefined;
  const found = await mailbox.getContact(contactId);
  if (!found || found.parentFolderId === lostFolderId) return undefined;
  if (await mailbox.isInDeletedItems(found.parentFolderId)) return undefined;
  return { contactId, version: found.version ?? '' };
}

/** What a user deleted stays known as that; only the policy to restore makes it missing again. */
function isMissing({ contactId, state }: LedgerEntry, missing: RecoveryQuestion['missing']): boolean {
  return contactId !== null || (missing === 'restore' && state === 'absent');
}

function adopt(
  sourceKey: string,
  [first]: readonly StampedContact[],
  entry: LedgerEntry | undefined,
  ledger: LedgerWriter,
): string | undefined {
  if (!first) return undefined;
  const { failure, ...rest } = entry ?? { sourceKey, fields: {} };
  ledger.put({ ...rest, state: 'unknown', contactId: first.id, version: first.stamp.version });
  return first.id;
}

/** Another version than the ledger's: a write was done that nobody recorded, so its content is not known. */
function isOutdated(entry: LedgerEntry, version: string): boolean {
  return entry.state === 'unknown' || version !== entry.version;
}

function markUnknown(entry: LedgerEntry, version: string, inDoubt: Set<string>, ledger: LedgerWriter): void {
  ledger.put({ ...entry, state: 'unknown', version });
  inDoubt.add(entry.sourceKey);
}

/**
 * Records what the contact really holds, so that the plan writes the fields that differ. Names beside e-mail addresses
 * do not count: Exchange overwrites them with those of its directory (facts 1), week after week. Nor do categories
 * beside ours, which are the user's.
 */
function noteDrift(entry: LedgerEntry, { contact }: StampedContact, ledger: LedgerWriter): boolean {
  if (!contact) return false;
  const { emailAddresses: _, categories: __, ...others } = fingerprintFields(contact);
  const { emailAddresses, categories: written } = entry.fields;
  const left = categoriesLeft(entry, contact.categories ?? []);
  const categories = left ? fingerprint(left) : written;
  const fields = { ...others, ...(emailAddresses ? { emailAddresses } : {}), ...(categories ? { categories } : {}) };
  const drifted = ledger.managedFields.some(field => entry.fields[field] !== fields[field]);
  if (drifted) ledger.put({ ...entry, fields, ...(left ? { categories: left } : {}) });
  return drifted;
}
