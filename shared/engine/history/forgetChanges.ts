import { keptSince } from '../../domain/rollback.ts';
import type { ContactList } from '../../settings/contactList.ts';
import { DamagedRow } from '../../store/damagedRow.ts';
import type { ListPartition } from '../../store/listPartition.ts';
import type { Services } from '../services.ts';

/**
 * Deletes what the journals tell of longer ago, less what a mailbox that joins is wound back by: everything above the
 * lowest ceiling. Resolves with the number of changes.
 */
export async function forgetChanges({
  clock,
  lists,
  listIndex,
  openListPartition,
}: Pick<Services, 'clock' | 'lists' | 'listIndex' | 'openListPartition'>): Promise<number> {
  const before = keptSince(clock.now());
  let forgotten = 0;
  for (const id of await listIndex.readAll()) {
    const partition = openListPartition(id);
    const ceiling = await lowestCeiling(
      lists.find(list => list.id === id),
      partition,
    );
    forgotten += await partition.trimJournal(before, ceiling);
  }
  return forgotten;
}

/** Undefined for a list whose mailboxes all go to the head; 0 where that cannot be read, which the list's status says. */
async function lowestCeiling(list: ContactList | undefined, partition: ListPartition): Promise<number | undefined> {
  try {
    const read = list?.rollout && (await partition.readRollout());
    if (!read) return undefined;
    return read.rollout.kind === 'none' ? read.rollout.reached.head : read.rollout.from.head;
  } catch (error) {
    if (error instanceof DamagedRow) return 0;
    throw error;
  }
}
