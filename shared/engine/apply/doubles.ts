import { type Contact, contactFields } from '../../domain/contact.ts';
import { holdsWhatWeWrote } from '../../domain/copies.ts';
import type { FieldFingerprints } from '../../domain/fingerprint.ts';
import type { LedgerEntry } from '../../domain/ledgerEntry.ts';
import { isAdoptedVersion, stampKey } from '../../domain/stamp.ts';
import type { StampedContact } from '../../ports/contactMailbox.ts';
import type { SyncedList } from '../../settings/contactList.ts';
import type { JournalReader } from '../wanted/index.ts';
import type { DuplicateTask, Execution } from './execution.ts';

export interface DoublesQuestion {
  readonly list: SyncedList;
  readonly reader: JournalReader;
  readonly sourceKey: string;
  /** What the ledger says of the contact that is kept. */
  readonly entry: LedgerEntry | undefined;
  /** The contact that is kept, where it was read. */
  readonly kept: Contact | undefined;
}

/** Which of several contacts with one stamp is taken for ours: the one that holds what we wrote, else the first. */
export async function findOriginal(
  contacts: readonly StampedContact[],
  question: Omit<DoublesQuestion, 'kept'>,
): Promise<StampedContact | undefined> {
  if (contacts.length < 2) return contacts[0];
  for (const each of contacts) {
    const { contact = {}, stamp } = each;
    if (await isDouble(contact, stamp.version, { ...question, kept: contact })) return each;
  }
  return contacts[0];
}

/**
 * What becomes of further contacts with the stamp of one that is kept, given with their content. One that holds what we
 * wrote is a double and goes; every other is a copy that the user made theirs: our stamp is taken off, and it stays.
 */
export async function settleDoubles(
  doubles: readonly StampedContact[],
  question: DoublesQuestion,
): Promise<DuplicateTask[]> {
  const { sourceKey } = question;
  return Promise.all(
    doubles.map(async ({ id, stamp, contact = {} }): Promise<DuplicateTask> => {
      // What was the user's before stays, whatever it holds.
      const isOurs = !isAdoptedVersion(stamp.version) && (await isDouble(contact, stamp.version, question));
      return { action: isOurs ? 'deleteDuplicate' : 'unstamp', sourceKey, contactId: id };
    }),
  );
}

/** What of several contacts with one stamp is ours, and what becomes of the others. */
export interface Originals {
  readonly original: StampedContact | undefined;
  readonly doubles: readonly DuplicateTask[];
}

/** Reads all contacts in our folder that carry the stamp of one, and tells them apart. */
export async function lookUpDoubles(
  sourceKey: string,
  { assignment: { list }, target: { mailbox }, tools: { reader }, folderId, ledger }: Execution,
): Promise<Originals> {
  const question = { list, reader, sourceKey, entry: ledger.get(sourceKey) };
  const stamped = await mailbox.findStamped(folderId, stampKey(list.id, sourceKey), contactFields);
  const original = await findOriginal(stamped, question);
  const others = stamped.filter(contact => contact !== original);
  return { original, doubles: await settleDoubles(others, { ...question, kept: original?.contact }) };
}

async function isDouble(copy: Contact, version: string, question: DoublesQuestion): Promise<boolean> {
  const { list, reader, sourceKey, entry, kept = {} } = question;
  const { managedFields } = reader.mappingOf(list).mapping;
  const holds = (written: FieldFingerprints) => holdsWhatWeWrote(copy, kept, written, managedFields);
  if (entry?.state === 'written' && holds(entry.fields)) return true;
  // Of a version that neither snapshot nor journal knows any more it cannot be told whose the content is.
  const written = await reader.readWritten(list, sourceKey, version);
  return written !== undefined && holds(written.fingerprints);
}
