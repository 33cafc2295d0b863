import type { Pin } from '../../domain/pin.ts';
import type { SyncedList } from '../../settings/contactList.ts';
import { definitionPrint, definitionSettings, withDefinition } from '../../settings/definition.ts';
import type { ListPartition } from '../../store/listPartition.ts';

/**
 * The list written as it was defined before the run that was rolled back, while it is pinned to that.
 *
 * @throws DamagedRow
 */
export async function asPinned<List extends SyncedList>(
  list: List,
  pin: Pick<Pin, 'definition'> | undefined,
  partition: Pick<ListPartition, 'readDefinition'>,
): Promise<List> {
  const { definition } = pin ?? {};
  if (definition === undefined || definition === definitionPrint(list)) return list;
  return withDefinition(list, await partition.readDefinition(definition, definitionSettings));
}
