import { needsContent, takeFields, writtenFields } from '../../domain/adoption.ts';
import type { Contact } from '../../domain/contact.ts';
import { isDoubtful } from '../../domain/fingerprint.ts';
import { adoptedContent, givenBack, type Written } from '../../domain/giveBack.ts';
import { type AdoptedEntry, isAdopted } from '../../domain/ledgerEntry.ts';
import { stampKey } from '../../domain/stamp.ts';
import type { ContactWrite, FoundContact, WriteOutcome } from '../../ports/contactMailbox.ts';
import { type Execution, isPatch, type PatchTask, type Pending, type Task } from './execution.ts';
import { withMergedCategories } from './mergedCategories.ts';
import { withoutOmitted } from './omissions.ts';

type GiveBackTask = Task & { action: 'giveBack' };

/** A task whose write depends on what an adopted contact holds, with that, or what Graph said instead. */
export interface PresentContact {
  readonly task: PatchTask | GiveBackTask;
  readonly entry: AdoptedEntry;
  readonly found: FoundContact | WriteOutcome;
}

/**
 * What adopted contacts hold, where their write depends on it: what a list takes from the user is noted before, and what
 * it gives back is only what still is ours.
 */
export async function readPresent(
  batch: readonly Pending[],
  { ledger, target: { mailbox, lease } }: Execution,
): Promise<ReadonlyMap<Pending, PresentContact>> {
  const known = new Map<Pending, PresentContact>();
  const unread: (Omit<PresentContact, 'found'> & { readonly item: Pending })[] = [];
  for (const item of batch) {
    const { task } = item;
    const entry = ledger.get(task.sourceKey);
    if (!isAdopted(entry) || !(isPatch(task) || isGivingBack(task))) continue;
    if (task.action === 'adopt' && task.present) known.set(item, { task, entry, found: asFound(entry, task.present) });
    else if (dependsOnContent(task, entry)) unread.push({ item, task, entry });
  }
  if (unread.length === 0) return known;
  // A list that is gone from the settings may have written fields that it does not manage any more.
  const fields = new Set([...ledger.managedFields, ...unread.flatMap(({ entry }) => writtenFields(entry.adoption))]);
  const found = await mailbox.readContacts(
    unread.map(({ entry }) => entry.contactId),
    [...fields],
  );
  await lease.outlastRequest();
  for (const [index, { item, task, entry }] of unread.entries()) {
    known.set(item, { task, entry, found: found[index] ?? { kind: 'notTried' } });
  }
  return known;
}

function isGivingBack(task: Task): task is GiveBackTask {
  return task.action === 'giveBack';
}

/** A contact of the user's, which has no stamp yet. */
function asFound({ contactId, adoption }: AdoptedEntry, contact: Contact): FoundContact {
  return { id: contactId, parentFolderId: adoption.folderId, stamp: {}, contact };
}

function dependsOnContent(task: PatchTask | GiveBackTask, { adoption }: AdoptedEntry): boolean {
  return isGivingBack(task) || needsContent(adoption, task.wanted.contact, task.fields);
}

/** What is sent for an adopted contact, or the outcome that its task has already. */
export async function prepareAdopted(
  { task, entry, found }: PresentContact,
  omission: string | undefined,
  execution: Execution,
): Promise<{ readonly write: ContactWrite } | { readonly outcome: WriteOutcome }> {
  if ('kind' in found) return { outcome: found };
  if (isGivingBack(task)) return prepareGivingBack(task, entry, found, execution);
  const { ledger } = execution;
  const { list } = execution.assignment;
  const { contactId, fields, wanted } = task;
  const contact = withoutOmitted(wanted.contact, omission);
  const adoption = takeFields(entry.adoption, found.contact, contact, fields);
  if (adoption !== entry.adoption) ledger.put({ ...entry, adoption });
  const written = await readWritten(entry, found, execution);
  const content = adoptedContent(adoption, found.contact, contact, fields, written);
  const key = task.action === 'adopt' ? { key: stampKey(list.id, task.sourceKey) } : {};
  const merged = content.fields.includes('categories')
    ? withMergedCategories(content, entry, found.contact.categories ?? [], isSameNames)
    : content;
  return { write: { kind: 'patch', contactId, ...merged, version: wanted.version, ...key } };
}

/** One that does not carry our stamp is the user's: it never was ours, or was given back already. */
async function prepareGivingBack(
  { contactId, sourceKey }: GiveBackTask,
  entry: AdoptedEntry,
  found: FoundContact,
  execution: Execution,
): Promise<{ readonly write: ContactWrite } | { readonly outcome: WriteOutcome }> {
  if (found.stamp.key !== stampKey(execution.assignment.list.id, sourceKey)) {
    return { outcome: { kind: 'done', contactId, parentFolderId: found.parentFolderId } };
  }
  const written = await readWritten(entry, found, execution);
  return { write: { kind: 'unstamp', contactId, ...givenBack(entry, entry.adoption, found.contact, written) } };
}

/** Where a write of ours may have been done that nobody recorded, the contact's stamp tells which. */
async function readWritten(
  { sourceKey, fields, state, version }: AdoptedEntry,
  { stamp: { version: stamped } }: FoundContact,
  { assignment: { list }, tools: { reader } }: Execution,
): Promise<Written> {
  const isRecorded = state !== 'unknown' && stamped === version && !Object.values(fields).some(isDoubtful);
  if (stamped === undefined || isRecorded) return { fields, values: new Set() };
  return { fields, ...(await reader.readWrittenValues(list, sourceKey, stamped)) };
}

/** Outlook's categories ignore case, and the user's spelling stays. */
function isSameNames(names: readonly string[], others: readonly string[]): boolean {
  return names.join('\n').toLowerCase() === others.join('\n').toLowerCase();
}
