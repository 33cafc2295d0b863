import { chunksOf } from '../../domain/chunks.ts';
import type { ContactField } from '../../domain/contact.ts';
import { differingFields, fingerprintFields, isInDoubt } from '../../domain/fingerprint.ts';
import { isPresent, type LedgerEntry } from '../../domain/ledgerEntry.ts';
import { type FieldEdits, noEdits } from '../../domain/rollout.ts';
import { sum } from '../../domain/sum.ts';
import type { FoundContact, WriteOutcome } from '../../ports/contactMailbox.ts';
import { type Task, writesPerBatch } from './execution.ts';
import type { LedgerWriter } from './ledgerWriter.ts';
import type { ListPass } from './listPass.ts';

/**
 * How many of the fields that a change is about to write users had edited: contacts are read before they are patched, a
 * batch for 20, and only in rings of a list that halts by it. Nothing else tells, since Graph takes a patch whatever the
 * field holds.
 *
 * @throws LeaseLost
 */
export async function countEdits(
  tasks: readonly Task[],
  ledger: LedgerWriter,
  { assignment, target: { mailbox, lease } }: ListPass,
): Promise<FieldEdits> {
  if (!assignment.countsEdits) return noEdits;
  const patches = tasks.flatMap(task => (task.action === 'patch' ? [task] : []));
  const edits: FieldEdits[] = [];
  for (const batch of chunksOf(patches, writesPerBatch)) {
    await lease.outlastRequest();
    const ids = batch.map(({ contactId }) => contactId);
    const found = await mailbox.readContacts(ids, ledger.managedFields);
    edits.push(...batch.map(({ sourceKey, fields }, index) => editsOf(fields, ledger.get(sourceKey), found[index])));
  }
  return sum(noEdits, edits);
}

/** Categories are everybody's, and a contact that cannot be read tells nothing. */
function editsOf(
  fields: readonly ContactField[],
  entry: LedgerEntry | undefined,
  found: FoundContact | WriteOutcome | undefined,
): FieldEdits {
  if (!found || !('contact' in found) || !entry || !isPresent(entry)) return noEdits;
  const patched = fields.filter(field => field !== 'categories' && !isInDoubt(field, entry.fields));
  return {
    patched: patched.length,
    edited: differingFields(patched, fingerprintFields(found.contact), entry.fields).length,
  };
}
