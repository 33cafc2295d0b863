import { unknownAdoption } from '../../domain/adoption.ts';
import { categoriesLeft } from '../../domain/categories.ts';
import { type Contact, type ContactField, contactFields } from '../../domain/contact.ts';
import { haveSameAddresses } from '../../domain/emailEntries.ts';
import { type FieldFingerprints, fingerprint, fingerprintFields } from '../../domain/fingerprint.ts';
import {
  contactIdOf,
  isAdopted,
  isPresent,
  type LedgerEntry,
  type PresentEntry,
  withoutContact,
} from '../../domain/ledgerEntry.ts';
import { installationOf, isAdoptedVersion, sourceKeyOf } from '../../domain/stamp.ts';
import type { UserEditPolicy } from '../../domain/userEdits.ts';
import type { StampedContact } from '../../ports/contactMailbox.ts';
import type { SyncedList } from '../../settings/contactList.ts';
import type { JournalReader } from '../wanted/index.ts';
import { findOriginal, settleDoubles } from './doubles.ts';
import { emptyIfGone } from './emptyIfGone.ts';
import type { DuplicateTask } from './execution.ts';
import { foundEntry } from './foundEntry.ts';
import type { LedgerWriter } from './ledgerWriter.ts';
import { findMovedCreates, type OtherFolders } from './movedCreates.ts';
import { OtherInstallation } from './otherInstallation.ts';

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
  /** What the list has for the mailbox, by source key, as far as it was read. */
  readonly wanted: ReadonlyMap<string, Contact>;
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
 * working, a refused commit or a lost ledger, and in a full reconcile (rules.md: Applying, 1 and 11; Full reconcile). A
 * row that is not in the listing is asked for by its id before it is believed gone, since the user may have moved it.
 *
 * @throws GraphFailure
 * @throws OtherInstallation
 */
export async function recoverLedger(question: RecoveryQuestion): Promise<Recovery> {
  const { ledger, missing, putsBackEdits } = question;
  const known = new Map([...ledger.entries()].map(entry => [entry.sourceKey, entry]));
  const listed = await listBySourceKey(question, known);
  const unlisted = [...known.values()].filter(entry => !isListed(entry, listed));
  const { elsewhere, unstamped } = await findElsewhere(unlisted, question);
  const unknown: string[] = [];
  const notYetBack: string[] = [];
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
    if (!kept && original) ledger.put(foundEntry(sourceKey, original, entry));
    const version = kept?.stamp.version ?? moved;
    if (version === undefined || !entry || !isPresent(entry)) adopted.push(sourceKey);
    else if (isOutdated(entry, version)) unknown.push(markUnknown(entry, version, ledger));
    else if (kept && putsBackEdits && noteDrift(entry, kept, question)) drifted.push(sourceKey);
    const others = contacts.filter(contact => contact !== original);
    const about = { ...question, sourceKey, entry, kept: original?.contact };
    doubles.push(...(await settleDoubles(others, about)));
  }
  for (const entry of known.values()) {
    if (listed.has(entry.sourceKey)) continue;
    // Found before, by a pass that ended before it had made them all; what Graph refuses has a time of its own.
    if (entry.state === 'missing' && !entry.trouble) notYetBack.push(entry.sourceKey);
    // It was not adopted yet, or is given back already: the contact is the user's, and nothing of ours is there.
    if (unstamped.has(entry.sourceKey)) {
      ledger.remove(entry.sourceKey, 'givenBack');
      lost.push(entry.sourceKey);
      continue;
    }
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
    ledger.put(foundEntry(sourceKey, contact, known.get(sourceKey)));
    adopted.push(sourceKey);
  }
  return { inDoubt: [...unknown, ...notYetBack, ...adopted, ...lost, ...drifted], doubles, adopted, lost, drifted };
}

type Listed = ReadonlyMap<string, readonly StampedContact[]>;

/** With their content where that matters: where the list's policy undoes what users did, and where one may be a double. */
async function listBySourceKey(
  question: RecoveryQuestion,
  known: ReadonlyMap<string, LedgerEntry>,
): Promise<Map<string, StampedContact[]>> {
  const { ledger, putsBackEdits } = question;
  const listed = await groupBySourceKey(
    await listFolders(question, putsBackEdits ? ledger.managedFields : undefined),
    question,
  );
  const mayBeDouble = [...listed].some(([sourceKey, { length }]) => {
    const entry = known.get(sourceKey);
    return length > 1 || (entry && isPresent(entry) && !isListed(entry, listed));
  });
  if (putsBackEdits || !mayBeDouble) return listed;
  return groupBySourceKey(await listFolders(question, contactFields), question);
}

function isListed(entry: LedgerEntry, listed: Listed): boolean {
  return listed.get(entry.sourceKey)?.some(({ id }) => id === contactIdOf(entry)) ?? false;
}

/** In our folder, and in those where contacts were adopted that the user has not thrown away. */
async function listFolders(
  question: RecoveryQuestion,
  fields: readonly ContactField[] | undefined,
): Promise<StampedContact[]> {
  const { mailbox, folderId, lostFolderId, ledger } = question;
  const ours = await mailbox.listStamped(folderId, fields);
  const adopted = [...ledger.entries()].flatMap(entry => (isAdopted(entry) ? [entry.adoption.folderId] : []));
  const others = [...new Set(adopted)].filter(id => ![folderId, lostFolderId, ''].includes(id));
  const found = await Promise.all(
    others.map(async id => ((await mailbox.isInDeletedItems(id)) ? [] : emptyIfGone(mailbox.listStamped(id, fields)))),
  );
  return [...ours, ...found.flat().filter(({ stamp }) => isAdoptedVersion(stamp.version))];
}

async function groupBySourceKey(
  contacts: readonly StampedContact[],
  { list, folderId, isOurFolder, isOurInstallation }: RecoveryQuestion,
): Promise<Map<string, StampedContact[]>> {
  const groups = new Map<string, StampedContact[]>();
  for (const contact of contacts) {
    const sourceKey = sourceKeyOf(list.id, contact.stamp.key);
    if (sourceKey === undefined) continue;
    const installation = installationOf(contact.stamp.version);
    if (installation !== undefined && !(await isOurInstallation(installation))) {
      if (!isOurFolder && contact.parentFolderId === folderId) throw new OtherInstallation(installation);
      continue;
    }
    groups.set(sourceKey, [...(groups.get(sourceKey) ?? []), contact]);
  }
  return groups;
}

interface Elsewhere {
  /** The versions of contacts in another folder that is not Deleted Items, by source key. */
  readonly elsewhere: ReadonlyMap<string, string>;
  /** Source keys of adopted contacts that do not carry our stamp. */
  readonly unstamped: ReadonlySet<string>;
}

/** The contacts of rows that are not in our folder. What the list only keeps stays where it is when the others move. */
async function findElsewhere(
  entries: readonly LedgerEntry[],
  { mailbox, lostFolderId, leftContactIds }: RecoveryQuestion,
): Promise<Elsewhere> {
  const elsewhere = new Map<string, string>();
  const unstamped = new Set<string>();
  const asked: { sourceKey: string; contactId: string; isUsers: boolean }[] = [];
  for (const { sourceKey, contactId, state, version, adoption } of entries.filter(isPresent)) {
    if (!leftContactIds.has(contactId)) asked.push({ sourceKey, contactId, isUsers: adoption !== undefined });
    else if (state === 'kept') elsewhere.set(sourceKey, version);
  }
  const found = await mailbox.getContacts(asked.map(({ contactId }) => contactId));
  for (const [index, { sourceKey, isUsers }] of asked.entries()) {
    const contact = found[index];
    if (contact && contact.version === undefined && isUsers) unstamped.add(sourceKey);
    else if (!contact || contact.parentFolderId === lostFolderId) continue;
    else if (!(await mailbox.isInDeletedItems(contact.parentFolderId))) elsewhere.set(sourceKey, contact.version ?? '');
  }
  return { elsewhere, unstamped };
}

/** What a user deleted stays known as that; only the policy that it comes back makes it missing again. */
function isMissing(entry: LedgerEntry, missing: RecoveryQuestion['missing']): boolean {
  return isPresent(entry) || entry.state === 'damaged' || (missing === 'comesBack' && entry.state === 'deletedByUser');
}

/** Another version than the ledger's: a write was done that nobody recorded, so its content is not known. */
function isOutdated(entry: LedgerEntry, version: string): boolean {
  return entry.state === 'unknown' || version !== entry.version;
}

function markUnknown(entry: PresentEntry, version: string, ledger: LedgerWriter): string {
  const adoption = entry.adoption ?? (isAdoptedVersion(version) ? unknownAdoption('') : undefined);
  ledger.put({ ...entry, state: 'unknown', version, ...(adoption && { adoption }) });
  return entry.sourceKey;
}

/**
 * Records what the contact really holds, so that the plan writes the fields that differ. Names beside e-mail addresses
 * do not count: Exchange overwrites them with those of its directory (rules.md: Graph, Names of addresses), week after
 * week. Nor do categories beside ours, which are the user's.
 */
function noteDrift(
  entry: LedgerEntry,
  { contact }: StampedContact,
  { ledger, wanted }: Pick<RecoveryQuestion, 'ledger' | 'wanted'>,
): boolean {
  if (!contact) return false;
  const isOurs = (field: string) => !entry.adoption || field in entry.adoption.before;
  const { emailAddresses: held, categories: _, ...others } = fingerprintFields(contact);
  const { emailAddresses: recorded, categories: written } = entry.fields;
  const listed = wanted.get(entry.sourceKey);
  const emailAddresses = !listed || haveSameAddresses(listed, contact) ? recorded : held;
  // Where the user had given an adopted contact all that we want, none of its categories are ours.
  const isUsers = entry.adoption && entry.categories?.length === 0;
  const left = isUsers ? undefined : categoriesLeft(entry, contact.categories ?? []);
  const categories = left ? fingerprint(left) : written;
  const found = { ...others, ...(emailAddresses ? { emailAddresses } : {}), ...(categories ? { categories } : {}) };
  const fields = Object.fromEntries(Object.entries(found).filter(([field]) => isOurs(field))) as FieldFingerprints;
  const drifted = ledger.managedFields.some(field => isOurs(field) && entry.fields[field] !== fields[field]);
  if (drifted) ledger.put({ ...entry, fields, ...(left ? { categories: left } : {}) });
  return drifted;
}
