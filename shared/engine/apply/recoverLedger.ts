import { categoriesLeft } from '../../domain/categories.ts';
import { fingerprint, fingerprintFields } from '../../domain/fingerprint.ts';
import {
  contactIdOf,
  isPresent,
  type LedgerEntry,
  type PresentEntry,
  withoutContact,
  withoutTrouble,
} from '../../domain/ledgerEntry.ts';
import { installationOf, sourceKeyOf } from '../../domain/stamp.ts';
import type { UserEditPolicy } from '../../domain/userEdits.ts';
import type { StampedContact } from '../../ports/contactMailbox.ts';
import type { SyncedList } from '../../settings/contactList.ts';
import { findOriginal, settleDoubles } from './doubles.ts';
import type { DuplicateTask } from './execution.ts';
import type { LedgerWriter } from './ledgerWriter.ts';
import { findMovedCreates, type OtherFolders } from './movedCreates.ts';
import { OtherInstallation } from './otherInstallation.ts';
import type { JournalReader } from './wantedContacts.ts';

export interface RecoveryQuestion extends OtherFolders {
  readonly list: SyncedList;
  /** Whether the folder is one of ours: then contacts of another installation in it are the user's. */
  readonly isOurFolder: boolean;
  readonly ledger: LedgerWriter;
  readonly reader: JournalReader;
  readonly isOurInstallation: (id: string) => Promise<boolean>;
  /** The folder that ours replaces, if any: what still lies in it was lost with it. */
  readonly lostFolderId: string | undefined;
  /** What lies in folders that our contacts are moving out of. */
  readonly leftContactIds: ReadonlySet<string>;
  /** Source keys of contacts that are to be made, and may have been made without being recorded. */
  readonly mayBeMoved: readonly string[];
  /**
   * What a contact that is missing means. `interrupted`: a write of ours may have been under way, it comes back.
   * `staysAway`, `comesBack`: the user deleted it, and the list's policy says what follows.
   */
  readonly missing: 'interrupted' | UserEditPolicy['deletedContact'];
  /** Fields that users edited are to be written again. */
  readonly putsBackEdits: boolean;
}

export interface Recovery {
  /** Source keys that have to be planned although the source did not change them. */
  readonly inDoubt: readonly string[];
  /** What is done about contacts with our stamp that are there twice. */
  readonly doubles: readonly DuplicateTask[];
  /** Stamped contacts that the ledger did not know. */
  readonly adopted: readonly string[];
  /** Contacts of the ledger that are not there. */
  readonly lost: readonly string[];
  /** Contacts whose content is not what we wrote. */
  readonly drifted: readonly string[];
}

export const nothingToRecover: Recovery = { inDoubt: [], doubles: [], adopted: [], lost: [], drifted: [] };

/**
 * Brings the ledger in line with what the folder really holds, by the stamps: after an owner died while it was
 * working, a refused commit or a lost ledger, and in a full reconcile (design: Applying, 1 and 11; Full reconcile). A
 * row that is not in the listing is asked for by its id before it is believed gone, since the user may have moved it.
 *
 * @throws GraphFailure
 * @throws OtherInstallation
 */
export async function recoverLedger(question: RecoveryQuestion): Promise<Recovery> {
  const { ledger, missing, putsBackEdits } = question;
  const known = new Map([...ledger.entries()].map(entry => [entry.sourceKey, entry]));
  const listed = await listBySourceKey(question, known);
  const elsewhere = await findElsewhere(
    [...known.values()].filter(entry => !isListed(entry, listed)),
    question,
  );
  const unknown: string[] = [];
  const adopted: string[] = [];
  const lost: string[] = [];
  const drifted: string[] = [];
  const doubles: DuplicateTask[] = [];

  for (const [sourceKey, contacts] of listed) {
    const entry = known.get(sourceKey);
    const kept = contacts.find(({ id }) => id === contactIdOf(entry));
    const moved = elsewhere.get(sourceKey);
    const original =
      kept ?? (moved !== undefined ? undefined : await findOriginal(contacts, { ...question, sourceKey, entry }));
    if (!kept && original) adopt(sourceKey, original, entry, ledger);
    const version = kept?.stamp.version ?? moved;
    if (version === undefined || !entry || !isPresent(entry)) adopted.push(sourceKey);
    else if (isOutdated(entry, version)) unknown.push(markUnknown(entry, version, ledger));
    else if (kept && putsBackEdits && noteDrift(entry, kept, ledger)) drifted.push(sourceKey);
    const others = contacts.filter(contact => contact !== original);
    const about = { ...question, sourceKey, entry, kept: original?.contact };
    doubles.push(...(await settleDoubles(others, about)));
  }
  for (const entry of known.values()) {
    if (listed.has(entry.sourceKey)) continue;
    const moved = elsewhere.get(entry.sourceKey);
    if (moved !== undefined && isPresent(entry) && isOutdated(entry, moved))
      unknown.push(markUnknown(entry, moved, ledger));
    if (moved !== undefined || !isMissing(entry, missing)) continue;
    const isMoving = isPresent(entry) && question.leftContactIds.has(entry.contactId);
    // What a damaged row said of a contact that is not there cannot be known: it is made as one that never was.
    const isChoice = missing === 'staysAway' && !isMoving && entry.state !== 'damaged';
    ledger.put(withoutContact(entry, isChoice ? 'deletedByUser' : 'missing'));
    lost.push(entry.sourceKey);
  }
  const unseen = question.mayBeMoved.filter(key => contactIdOf(ledger.get(key)) === undefined);
  for (const [sourceKey, contact] of await findMovedCreates(unseen, question)) {
    adopt(sourceKey, contact, known.get(sourceKey), ledger);
    adopted.push(sourceKey);
  }
  return { inDoubt: [...unknown, ...adopted, ...lost, ...drifted], doubles, adopted, lost, drifted };
}

type Listed = ReadonlyMap<string, readonly StampedContact[]>;

/** With their content where that matters: where the list's policy undoes what users did, and where one may be a double. */
async function listBySourceKey(
  question: RecoveryQuestion,
  known: ReadonlyMap<string, LedgerEntry>,
): Promise<Map<string, StampedContact[]>> {
  const { folderId, mailbox, putsBackEdits } = question;
  const withContent = putsBackEdits;
  const listed = await groupBySourceKey(await mailbox.listStamped(folderId, withContent), question);
  const mayBeDouble = [...listed].some(([sourceKey, { length }]) => {
    const entry = known.get(sourceKey);
    return length > 1 || (entry && isPresent(entry) && !isListed(entry, listed));
  });
  return withContent || !mayBeDouble ? listed : groupBySourceKey(await mailbox.listStamped(folderId, true), question);
}

function isListed(entry: LedgerEntry, listed: Listed): boolean {
  return listed.get(entry.sourceKey)?.some(({ id }) => id === contactIdOf(entry)) ?? false;
}

async function groupBySourceKey(
  contacts: readonly StampedContact[],
  { list, isOurFolder, isOurInstallation }: RecoveryQuestion,
): Promise<Map<string, StampedContact[]>> {
  const groups = new Map<string, StampedContact[]>();
  for (const contact of contacts) {
    const sourceKey = sourceKeyOf(list.id, contact.stamp.key);
    if (sourceKey === undefined) continue;
    const installation = installationOf(contact.stamp.version);
    if (installation !== undefined && !(await isOurInstallation(installation))) {
      if (!isOurFolder) throw new OtherInstallation(installation);
      continue;
    }
    groups.set(sourceKey, [...(groups.get(sourceKey) ?? []), contact]);
  }
  return groups;
}

/**
 * The contacts of rows that are not in our folder but in another that is not Deleted Items: by source key the version of
 * each. What the list only keeps stays where it is when the others move.
 */
async function findElsewhere(
  entries: readonly LedgerEntry[],
  { mailbox, lostFolderId, leftContactIds }: RecoveryQuestion,
): Promise<ReadonlyMap<string, string>> {
  const elsewhere = new Map<string, string>();
  const asked: { sourceKey: string; contactId: string }[] = [];
  for (const { sourceKey, contactId, state, version } of entries.filter(isPresent)) {
    if (!leftContactIds.has(contactId)) asked.push({ sourceKey, contactId });
    else if (state === 'kept') elsewhere.set(sourceKey, version);
  }
  const found = await mailbox.getContacts(asked.map(({ contactId }) => contactId));
  for (const [index, { sourceKey }] of asked.entries()) {
    const contact = found[index];
    if (!contact || contact.parentFolderId === lostFolderId) continue;
    if (await mailbox.isInDeletedItems(contact.parentFolderId)) continue;
    elsewhere.set(sourceKey, contact.version ?? '');
  }
  return elsewhere;
}

/** What a user deleted stays known as that; only the policy that it comes back makes it missing again. */
function isMissing(entry: LedgerEntry, missing: RecoveryQuestion['missing']): boolean {
  return isPresent(entry) || entry.state === 'damaged' || (missing === 'comesBack' && entry.state === 'deletedByUser');
}

function adopt(
  sourceKey: string,
  { id, stamp }: StampedContact,
  entry: LedgerEntry | undefined,
  ledger: LedgerWriter,
): void {
  const facts = entry ? withoutTrouble(entry) : { sourceKey, fields: {} };
  ledger.put({ ...facts, state: 'unknown', contactId: id, version: stamp.version });
}

/** Another version than the ledger's: a write was done that nobody recorded, so its content is not known. */
function isOutdated(entry: LedgerEntry, version: string): boolean {
  return entry.state === 'unknown' || version !== entry.version;
}

function markUnknown(entry: PresentEntry, version: string, ledger: LedgerWriter): string {
  ledger.put({ ...entry, state: 'unknown', version });
  return entry.sourceKey;
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
