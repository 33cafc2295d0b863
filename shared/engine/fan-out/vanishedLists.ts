import type { DamagedRow } from '../../store/damagedRow.ts';
import { isOfCheckpoint } from '../../store/sourceCheckpoint.ts';
import type { Services } from '../services.ts';
import type { FanOutList } from './fanOutQuestion.ts';

/** A list that was captured once and is not in the settings any more. */
export interface VanishedList {
  readonly list: FanOutList;
  readonly head: number;
  /** Its policy cannot be read: nothing is done about its mailboxes. */
  readonly damage?: DamagedRow;
}

/**
 * Lists whose mailboxes are to be cleaned up, or left, by the policy that they last had (rules.md: Safeguards, Vanished
 * lists).
 */
export async function findVanishedLists({
  configuredLists,
  refusedLists,
  listIndex,
  openListPartition,
}: Pick<Services, 'configuredLists' | 'refusedLists' | 'openListPartition'> & {
  readonly listIndex: Pick<Services['listIndex'], 'readAll'>;
}): Promise<VanishedList[]> {
  // A refused list without a usable id could be any that seems to have vanished.
  if (refusedLists.some(({ id }) => id === undefined)) return [];
  const configured = new Set([...configuredLists, ...refusedLists].map(({ id }) => id));
  const vanished = (await listIndex.readAll()).filter(id => !configured.has(id));
  const lists = await Promise.all(
    vanished.map(async id => {
      const stored = await openListPartition(id).readSealedCheckpoint();
      if (!stored) return [];
      const { damage } = stored;
      const { head, policies } = stored.checkpoint;
      const { whenTargetLeaves, ...safeguards } = policies;
      const list = { id, settings: '', whenTargetLeaves, safeguards, vanished: true };
      return [{ list, head, ...(damage && isOfCheckpoint(damage) ? { damage } : {}) }];
    }),
  );
  return lists.flat();
}
