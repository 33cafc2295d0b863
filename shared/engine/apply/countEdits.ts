import { fingerprint, isDoubtful } from '../../domain/fingerprint.ts';
import { isPresent } from '../../domain/ledgerEntry.ts';
import { type FieldEdits, noEdits } from '../../domain/rollout.ts';
import { type Task, writesPerBatch } from './execution.ts';
import type { LedgerWriter } from './ledgerWriter.ts';
import type { ListPass } from './listPass.ts';

/**
 * How many of the fields that a change is about to write users had edited: contacts are read before they are patched, a
 * batch for 20, and only in rings of a list that halts by it. Nothing else tells, since Graph takes a patch whatever the
 * field holds. Categories are everybody's, and one that cannot be read tells nothing.
 *
 * @throws GraphFailure
 */
export async function countEdits(
  tasks: readonly Task[],
  ledger: LedgerWriter,
  { assignment, target: { mailbox, lease } }: ListPass,
): Promise<FieldEdits> {
  if (!assignment.countsEdits) return noEdits;
  const patches = tasks.flatMap(task => (task.action === 'patch' ? [task] : []));
  let edits = noEdits;
  for (let from = 0; from < patches.length; from += writesPerBatch) {
    const batch = patches.slice(from, from + writesPerBatch);
    await lease.outlastRequest();
    const found = await mailbox.readContacts(
      batch.map(({ contactId }) => contactId),
      ledger.managedFields,
    );
    for (const [index, { sourceKey, fields }] of batch.entries()) {
      const contact = found[index];
      const entry = ledger.get(sourceKey);
      if (!contact || !('contact' in contact) || !entry || !isPresent(entry)) continue;
      const patched = fields.filter(field => field !== 'categories' && !isDoubtful(entry.fields[field]));
      const edited = patched.filter(field => {
        const value = contact.contact[field];
        return (value === undefined ? undefined : fingerprint(value)) !== entry.fields[field];
      });
      edits = { patched: edits.patched + patched.length, edited: edits.edited + edited.length };
    }
  }
  return edits;
}
