import { DamagedRow } from '../store/damagedRow.ts';
import type { ListPartition } from '../store/listPartition.ts';

/**
 * The list shows what readers of its snapshot and journal find damaged, and its next capture mends it.
 *
 * @throws DamagedRow
 */
export async function noteDamageOf<Value>(
  partition: Pick<ListPartition, 'noteDamage'>,
  read: () => Promise<Value>,
): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DamagedRow) await partition.noteDamage(error);
    throw error;
  }
}
