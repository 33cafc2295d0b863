import type { DamagedRow } from '../../state/damagedRow.ts';
import type { ListIndex, Source } from '../../state/sources.ts';
import type { FanOutList } from './fanOut.ts';

/** A list that was captured once and is not in the settings any more. */
export interface VanishedList {
  readonly list: FanOutList;
  readonly head: number;
  /** Its policy cannot be read: nothing is done about its mailboxes. */
  readonly damage?: DamagedRow;
}

export interface ConfiguredLists {
  /** Ids of all lists in the settings, paused and refused ones included. */
  readonly ids: ReadonlySet<string>;
  /** False when a refused list has no usable id: it could be any that seems to have vanished. */
  readonly complete: boolean;
}

/** Lists whose mailboxes are to be cleaned up, or left, by the policy that they last had (design: Safeguards). */
export async function findVanishedLists(
  configured: ConfiguredLists,
  index: ListIndex,
  openSource: (listId: string) => Source,
): Promise<VanishedList[]> {
  if (!configured.complete) return [];
  const vanished = (await index.readAll()).filter(id => !configured.ids.has(id));
  const lists = await Promise.all(
    vanished.map(async id => {
      const stored = await openSource(id).readSealedCheckpoint();
      if (!stored) return [];
      const { head, policies } = stored.checkpoint;
      const { whenTargetLeaves, ...safeguards } = policies;
      const list = { id, settings: '', whenTargetLeaves, safeguards, vanished: true };
      const isUnknown = stored.damage?.place.rowKey === 'checkpoint';
      return [{ list, head, ...(isUnknown ? { damage: stored.damage } : {}) }];
    }),
  );
  return lists.flat();
}
