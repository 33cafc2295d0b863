import type { LedgerEntry } from '../core/plan.ts';
import { sourceKeyOf } from '../core/stamp.ts';
import type { ContactMailbox, StampedContact } from '../ports/contactMailbox.ts';
import type { DuplicateRemoval } from './executePlan.ts';
import type { LedgerWriter } from './ledgerWriter.ts';

export interface Recovery {
  /** Source keys that have to be planned although the source did not change them. */
  readonly inDoubt: readonly string[];
  /** Contacts of ours that are there twice. */
  readonly duplicates: readonly DuplicateRemoval[];
}

/**
 * Brings the ledger in line with what the folder really holds, by the stamps: after an owner died while it was
 * working, a refused commit, or a lost ledger (design: Applying, 1 and 11). A row that is not in the listing is
 * asked for by its id before it is believed gone, since the user may have moved the contact.
 *
 * @param lostFolderId the folder that ours replaces, if any: what still lies in it was lost with it
 * @throws GraphFailure
 */
export async function recoverLedger(
  listId: string,
  folderId: string,
  mailbox: ContactMailbox,
  ledger: LedgerWriter,
  lostFolderId?: string,
): Promise<Recovery> {
  const listed = groupBySourceKey(listId, await mailbox.listStamped(folderId));
  const inDoubt = new Set<string>();
  const duplicates: DuplicateRemoval[] = [];
  const known = new Map([...ledger.entries()].map(entry => [entry.sourceKey, entry]));

  for (const [sourceKey, contacts] of listed) {
    const entry = known.get(sourceKey);
    const kept = contacts.find(({ id }) => id === entry?.contactId);
    const movedEntry = kept || !entry?.contactId ? undefined : await findMoved(entry, mailbox, lostFolderId);
    const keptId = kept?.id ?? movedEntry?.contactId ?? adopt(sourceKey, contacts, entry, ledger, inDoubt);
    const version = kept?.stamp.version ?? movedEntry?.version;
    if (entry && version !== undefined) markIfOutdated(entry, version, ledger, inDoubt);
    for (const { id } of contacts) {
      if (id !== keptId) duplicates.push({ action: 'deleteDuplicate', sourceKey, contactId: id });
    }
  }
  for (const entry of known.values()) {
    if (entry.contactId === null || listed.has(entry.sourceKey)) continue;
    const moved = await findMoved(entry, mailbox, lostFolderId);
    if (moved) markIfOutdated(entry, moved.version, ledger, inDoubt);
    else {
      ledger.put({ ...entry, state: 'doubtfullyAbsent', contactId: null });
      inDoubt.add(entry.sourceKey);
    }
  }
  return { inDoubt: [...inDoubt], duplicates };
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
  entry: LedgerEntry,
  mailbox: ContactMailbox,
  lostFolderId: string | undefined,
): Promise<{ contactId: string; version: string } | undefined> {
  if (entry.contactId === null) return undefined;
  const found = await mailbox.getContact(entry.contactId);
  if (!found || found.parentFolderId === lostFolderId) return undefined;
  if (found.parentFolderId === (await mailbox.deletedItemsId())) return undefined;
  return { contactId: entry.contactId, version: found.version ?? '' };
}

function adopt(
  sourceKey: string,
  [first]: readonly StampedContact[],
  entry: LedgerEntry | undefined,
  ledger: LedgerWriter,
  inDoubt: Set<string>,
): string | undefined {
  if (!first) return undefined;
  const { failure, ...rest } = entry ?? { sourceKey, fields: {} };
  ledger.put({ ...rest, state: 'unknown', contactId: first.id, version: first.stamp.version });
  inDoubt.add(sourceKey);
  return first.id;
}

/** Another version than the ledger's: a write was done that nobody recorded, so its content is not known. */
function markIfOutdated(entry: LedgerEntry, version: string, ledger: LedgerWriter, inDoubt: Set<string>): void {
  if (entry.state !== 'unknown' && version === entry.version) return;
  ledger.put({ ...entry, state: 'unknown', version });
  inDoubt.add(entry.sourceKey);
}
