import { GraphFailure } from '../../ports/contactMailbox.ts';
import type { Execution, Task } from './execution.ts';

/**
 * The ids of contacts that are deleted for good and that Exchange may keep in Deleted Items all the same: it was seen to
 * do that with those that have a birthday (rules.md: Graph, Permanent deletion).
 */
export function findPurged(tasks: readonly Task[], { assignment: { list }, ledger }: Execution): readonly string[] {
  if (list.removals !== 'deleteForGood') return [];
  return tasks.flatMap(task => {
    const isDeletion = task.action === 'delete' || task.action === 'deleteDuplicate';
    return isDeletion && ledger.get(task.sourceKey)?.fields.birthday ? [task.contactId] : [];
  });
}

/** Nobody can do anything about them, so a mailbox that does not answer now is no failure of it. */
export async function countLeftovers(
  contactIds: readonly string[],
  { target: { mailbox }, ledger }: Execution,
): Promise<void> {
  if (contactIds.length === 0) return;
  try {
    const found = await mailbox.getContacts(contactIds);
    for (const contact of found) if (contact) ledger.count('leftInDeletedItems');
  } catch (error) {
    if (!(error instanceof GraphFailure)) throw error;
  }
}
