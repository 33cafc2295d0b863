import { stampKey } from '../../core/stamp.ts';
import type { StampedContact } from '../../ports/contactMailbox.ts';
import type { Execution, Pending, Task } from './execution.ts';
import { comesBack, recordAbsent, recordWritten } from './recordOutcome.ts';

/** A create that may have been done, or whose contact may be there under another id. */
export function needsLookUp({ task, doubt }: Pending): boolean {
  return task.action === 'create' && doubt !== 'none';
}

/**
 * Looks for the stamp of each create that may be there already; what is found is ours, the rest is sent.
 *
 * @throws GraphFailure
 */
export async function lookUpCreates(pending: readonly Pending[], execution: Execution): Promise<Pending[]> {
  const { listId, folderId, mailbox } = execution;
  const doubtful = pending.filter(needsLookUp);
  if (doubtful.length === 0) return [...pending];
  const keys = doubtful.map(({ task }) => stampKey(listId, task.sourceKey));
  const found = await mailbox.findAllStamped(folderId, keys);
  return pending.flatMap(item => {
    if (item.task.action !== 'create' || item.doubt === 'none') return [item];
    const left = settleLookUp(item.task, item.doubt === 'gone', found[doubtful.indexOf(item)] ?? [], execution);
    return left.map((task): Pending => (task === item.task ? { ...item, doubt: 'none' } : { task, doubt: 'none' }));
  });
}

/** What is left to do for a create once its stamp was looked for; `gone`: its contact was there once. */
function settleLookUp(
  task: Task & { action: 'create' },
  gone: boolean,
  [found, ...doubled]: readonly StampedContact[],
  execution: Execution,
): Task[] {
  const { ledger, counts } = execution;
  const { sourceKey, wanted } = task;
  if (!found && gone && !comesBack(task, execution)) {
    recordAbsent(sourceKey, wanted, execution);
    return [];
  }
  if (!found) return [task];
  const duplicates = doubled.map(({ id }): Task => ({ action: 'deleteDuplicate', sourceKey, contactId: id }));
  if (found.stamp.version === wanted.version) {
    recordWritten(task, found.id, execution);
    counts.created++;
    return duplicates;
  }
  ledger.put({ sourceKey, state: 'unknown', contactId: found.id, fields: {}, version: found.stamp.version });
  const reason = 'found by its stamp, content in doubt';
  return [
    { action: 'patch', sourceKey, contactId: found.id, wanted, fields: ledger.managedFields, reason },
    ...duplicates,
  ];
}
