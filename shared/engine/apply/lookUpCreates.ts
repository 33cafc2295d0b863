import { isAdopted } from '../../domain/ledgerEntry.ts';
import { planAdopted } from '../../domain/plan.ts';
import { stampKey } from '../../domain/stamp.ts';
import type { StampedContact } from '../../ports/contactMailbox.ts';
import { lookUpDoubles, type Originals } from './doubles.ts';
import type { Execution, Pending, Task } from './execution.ts';
import { foundEntry } from './foundEntry.ts';
import { findMovedCreates } from './movedCreates.ts';
import { comesBack, recordAbsent, recordWritten } from './recordOutcome.ts';

/** A create that may have been done, or whose contact may be there under another id. */
export function needsLookUp({ task, doubt }: Pending): boolean {
  return task.action === 'create' && doubt !== 'none';
}

/**
 * Looks for the stamp of each create that may be there already; what is found is ours, the rest is sent. One that got no
 * answer may have been moved by its user while we waited: it is looked for in the other folders, too.
 *
 * @throws GraphFailure
 */
export async function lookUpCreates(pending: readonly Pending[], execution: Execution): Promise<Pending[]> {
  const { assignment, target, tools, folderId, formerFolderIds } = execution;
  const { list } = assignment;
  const { mailbox } = target;
  const doubtful = pending.filter(needsLookUp);
  if (doubtful.length === 0) return [...pending];
  const keys = doubtful.map(({ task }) => stampKey(list.id, task.sourceKey));
  const found = await mailbox.findAllStamped(folderId, keys);
  const unanswered = doubtful.filter(({ doubt }, index) => doubt === 'unanswered' && found[index]?.length === 0);
  const moved = await findMovedCreates(unanswered.map(sourceKeyOf), {
    ...{ list, mailbox, folderId, formerFolderIds },
    readInstallation: tools.readInstallation,
  });
  const resolved: Pending[] = [];
  for (const item of pending) {
    const { task } = item;
    if (task.action !== 'create' || item.doubt === 'none') {
      resolved.push(item);
      continue;
    }
    const { original, doubles } = await tellApart(task.sourceKey, found[doubtful.indexOf(item)] ?? [], execution);
    const where = original ?? moved.get(task.sourceKey);
    const left = [...settleLookUp(task, item.doubt === 'gone', where, execution), ...doubles];
    resolved.push(...left.map((next): Pending => ({ ...(next === task ? item : { task: next }), doubt: 'none' })));
  }
  return resolved;
}

function sourceKeyOf({ task }: Pending): string {
  return task.sourceKey;
}

async function tellApart(
  sourceKey: string,
  [found, ...others]: readonly StampedContact[],
  execution: Execution,
): Promise<Originals> {
  if (others.length === 0) return { original: found, doubles: [] };
  return lookUpDoubles(sourceKey, execution);
}

/** What is left to do for a create once its stamp was looked for; `gone`: its contact was there once. */
function settleLookUp(
  task: Task & { action: 'create' },
  gone: boolean,
  found: StampedContact | undefined,
  execution: Execution,
): Task[] {
  const { ledger } = execution;
  const { sourceKey, wanted } = task;
  if (!found && gone && !comesBack(task, execution)) {
    recordAbsent(sourceKey, wanted, execution);
    return [];
  }
  if (!found) return [task];
  if (found.stamp.version === wanted.version) {
    recordWritten(task, found.id, execution);
    return [];
  }
  const entry = foundEntry(sourceKey, found, undefined);
  ledger.put(entry);
  const { contactId } = entry;
  const { managedFields } = ledger;
  const reason = 'contentInDoubt';
  if (!isAdopted(entry)) return [{ action: 'patch', sourceKey, contactId, wanted, fields: managedFields, reason }];
  return [planAdopted(sourceKey, wanted, entry, managedFields)];
}
