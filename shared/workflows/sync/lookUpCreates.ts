import { stampKey } from '../../core/stamp.ts';
import { lookUpDoubles } from './doubles.ts';
import type { Execution, Pending, Task } from './execution.ts';
import { comesBack, recordAbsent, recordWritten } from './recordOutcome.ts';

/** What a mailbox works on at once (facts 5). */
const lookUpsAtOnce = 4;

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
  const resolved: Pending[] = [];
  for (let start = 0; start < pending.length; start += lookUpsAtOnce) {
    const part = pending.slice(start, start + lookUpsAtOnce);
    const found = await Promise.allSettled(part.map(item => lookUp(item, execution)));
    for (const each of found) {
      if (each.status === 'rejected') throw each.reason;
      resolved.push(...each.value);
    }
  }
  return resolved;
}

async function lookUp(item: Pending, execution: Execution): Promise<Pending[]> {
  if (item.task.action !== 'create' || item.doubt === 'none') return [item];
  const left = await lookUpCreate(item.task, item.doubt === 'gone', execution);
  return left.map(task => (task === item.task ? { ...item, doubt: 'none' } : { task, doubt: 'none' }));
}

/** What is left to do for a create once its stamp was looked for; `gone`: its contact was there once. */
async function lookUpCreate(task: Task & { action: 'create' }, gone: boolean, execution: Execution): Promise<Task[]> {
  const { list, reader, folderId, mailbox, ledger, counts } = execution;
  const { sourceKey, wanted } = task;
  const [found, ...doubled] = await mailbox.findStamped(folderId, stampKey(list.id, sourceKey));
  if (!found && gone && !comesBack(task, execution)) {
    recordAbsent(sourceKey, wanted, execution);
    return [];
  }
  if (!found) return [task];
  const about = { list, reader, sourceKey, entry: ledger.get(sourceKey) };
  const duplicates = doubled.length > 0 ? await lookUpDoubles(found.id, folderId, mailbox, about) : [];
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
