import { DamagedRow } from '../store/damagedRow.ts';
import type { Source } from '../store/sources.ts';

/**
 * The list shows what readers of its snapshot and journal find damaged, and its next capture mends it.
 *
 * @throws DamagedRow
 */
export async function noteDamageOf<Value>(
  source: Pick<Source, 'noteDamage'>,
  read: () => Promise<Value>,
): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DamagedRow) await source.noteDamage(error);
    throw error;
  }
}
