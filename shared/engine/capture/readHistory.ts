import type { PinnedTo } from '../../domain/pin.ts';
import { gatherHistory, type History, keptSince } from '../../domain/rollback.ts';
import type { BeforeImage } from '../../store/journalRows.ts';
import type { ListPartition } from '../../store/listPartition.ts';
import type { SourceCheckpoint } from '../../store/sourceCheckpoint.ts';

/** What happened since the position; of positions of another journal nothing is told. */
export async function readHistory(
  partition: ListPartition,
  { position, epoch }: Pick<PinnedTo, 'position' | 'epoch'>,
  { head, epoch: present }: Pick<SourceCheckpoint, 'head' | 'epoch'>,
  now: number,
): Promise<History<BeforeImage>> {
  if (epoch !== present || position > head) return { kind: 'untold', oldest: head };
  const gathered = gatherHistory<BeforeImage>(position, keptSince(now));
  for await (const page of partition.readPagesAfter(position)) {
    for (const change of page) if (change.position <= head) gathered.add(change);
  }
  return gathered.endAt(head);
}
