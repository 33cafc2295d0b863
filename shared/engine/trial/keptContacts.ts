import { type Adoption, formerCategories } from '../../domain/adoption.ts';
import type { Contact, ContactField } from '../../domain/contact.ts';
import { haveSameAddresses } from '../../domain/emailEntries.ts';
import { fingerprintFields, isInDoubt } from '../../domain/fingerprint.ts';
import { contactIdOf, isPresent, type LedgerEntry, type PresentEntry } from '../../domain/ledgerEntry.ts';
import type { Mapping } from '../../domain/mapping.ts';
import type { PreviewedOperation } from '../../domain/previewedOperation.ts';
import type { Reason } from '../../domain/reason.ts';
import { decisionOn } from '../../domain/sourceChanges.ts';
import { GraphFailure, type StampedContact } from '../../ports/contactMailbox.ts';
import type { SnapshotContact } from '../../store/snapshotRows.ts';
import type { NameOf } from './previewOperations.ts';
import type { TriedMailbox } from './trialSync.ts';

/** More contacts that are missing from the folder are not asked for one by one. */
const mostLookUps = 200;

export interface KeptQuestion {
  readonly trial: TriedMailbox;
  readonly snapshot: readonly SnapshotContact[];
  /** What the run writes to the mailbox. */
  readonly written: readonly PreviewedOperation[];
  readonly mapping: Mapping;
  readonly nameOf: NameOf;
}

/**
 * The contacts that a run leaves as the user, the list's policy or a hold has them. What users did is known only from
 * the mailbox itself, which the normal path does not read.
 */
export async function findKeptContacts(question: KeptQuestion): Promise<PreviewedOperation[]> {
  const { trial, written } = question;
  const operations = new Map(written.map(operation => [operation.sourceKey, operation]));
  const snapshot = new Map(question.snapshot.map(row => [row.sourceKey, row]));
  const listed = await readFolder(trial);
  const missing = trial.ledger.filter(isPresent).filter(({ contactId }) => listed && !listed.has(contactId));
  const whereabouts = await lookUp(missing.slice(0, mostLookUps), trial);
  return trial.ledger.flatMap(entry => {
    const operation = operations.get(entry.sourceKey);
    if (['create', 'adopt', 'giveBack', 'delete'].includes(operation?.action ?? '')) return [];
    const row = snapshot.get(entry.sourceKey);
    const found = listed?.get(contactIdOf(entry) ?? '');
    const fields = found?.contact ? changedByUser(entry, found.contact, row, operation, question.mapping) : [];
    const reason = whyKept(entry, row, listed !== undefined && !found, whereabouts.get(entry.sourceKey), fields);
    if (!reason) return [];
    const { sourceKey } = entry;
    return [
      {
        action: reason.kind === 'removalHeld' || reason.kind === 'narrowingHeld' ? 'hold' : 'keep',
        reason,
        sourceKey,
        displayName: question.nameOf(sourceKey, contactIdOf(entry)),
        ...(fields.length > 0 ? { fields } : {}),
      },
    ];
  });
}

function whyKept(
  entry: LedgerEntry,
  row: SnapshotContact | undefined,
  isMissing: boolean,
  whereabouts: Whereabouts | undefined,
  fields: readonly ContactField[],
): Reason | undefined {
  if (!isPresent(entry)) return entry.state === 'deletedByUser' ? { kind: 'deletedByUser' } : undefined;
  if (whereabouts === 'elsewhere') return { kind: 'movedByUser' };
  if (isMissing && whereabouts !== 'adopted') return { kind: 'deletedByUser' };
  if (!row) return { kind: 'keptByPolicy' };
  const { removal } = row;
  const decision = decisionOn(row);
  if (decision === 'held') return { kind: removal.kind === 'narrowed' ? 'narrowingHeld' : 'removalHeld' };
  if (decision === 'rejected') return { kind: 'removalRejected' };
  return fields.length > 0 ? { kind: 'changedByUser', fields } : undefined;
}

/** Our contacts in the folder, by id; undefined when there is no folder or it cannot be read. */
async function readFolder({ mailbox, before }: TriedMailbox): Promise<Map<string, StampedContact> | undefined> {
  if (!before?.folder) return undefined;
  try {
    const contacts = await mailbox.readStamped(before.folder.id);
    return new Map(contacts.map(contact => [contact.id, contact]));
  } catch (error) {
    if (error instanceof GraphFailure) return undefined;
    throw error;
  }
}

/** `adopted`: where the user had it. */
type Whereabouts = 'deleted' | 'elsewhere' | 'adopted';

async function lookUp(entries: readonly PresentEntry[], { mailbox }: TriedMailbox): Promise<Map<string, Whereabouts>> {
  const found = new Map<string, Whereabouts>();
  for (const { sourceKey, contactId, adoption } of entries) {
    const contact = await mailbox.getContact(contactId);
    if (contact && contact.parentFolderId === adoption?.folderId) {
      found.set(sourceKey, 'adopted');
      continue;
    }
    const isDeleted = !contact || (await mailbox.isInDeletedItems(contact.parentFolderId));
    found.set(sourceKey, isDeleted ? 'deleted' : 'elsewhere');
  }
  return found;
}

/**
 * Fields that hold another value than was last written, and that the run leaves so. Of e-mail addresses only the
 * addresses count: Exchange overwrites the names beside them with those of its directory (rules.md: Graph, Names of
 * addresses).
 */
export function changedByUser(
  { state, fields: last, adoption }: LedgerEntry,
  contact: Contact,
  row: SnapshotContact | undefined,
  operation: PreviewedOperation | undefined,
  { managedFields, apply }: Mapping,
): ContactField[] {
  if (state !== 'written' || !row) return [];
  const wanted = apply(row.contact);
  const now = fingerprintFields(adoption ? withoutFormerCategories(contact, adoption, wanted) : contact);
  const sameAddresses = haveSameAddresses(wanted, contact);
  const ours = managedFields.filter(field => !adoption || field in adoption.before);
  const changed = ours.filter(
    field => now[field] !== last[field] && !isInDoubt(field, last) && !(field === 'emailAddresses' && sameAddresses),
  );
  return changed.filter(field => !operation?.fields?.includes(field));
}

/** What the user had given the contact before it was taken over is no change: it stays beside ours. */
function withoutFormerCategories(contact: Contact, adoption: Adoption, wanted: Contact): Contact {
  const { categories = [], ...others } = contact;
  const former = formerCategories(adoption, wanted);
  const left = categories.filter(name => !former.has(name.toLowerCase()));
  return left.length > 0 ? { ...others, categories: left } : others;
}
