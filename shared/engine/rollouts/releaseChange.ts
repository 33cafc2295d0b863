import { release } from '../../domain/rollout.ts';
import { definitionPrint } from '../../settings/definition.ts';
import { policyOf } from '../../settings/rollout.ts';
import type { Services } from '../services.ts';

/**
 * Sends a change to the next ring that was halted, or that waits. One that waits while somebody halted the list by hand
 * goes on waiting. Resolves with whether it was sent on.
 *
 * @throws DamagedRow
 */
export async function releaseChange(
  listId: string,
  isHalted: boolean,
  { clock, lists, openListPartition }: Pick<Services, 'clock' | 'lists' | 'openListPartition'>,
): Promise<boolean> {
  const list = lists.find(({ id }) => id === listId);
  if (!list || (!list.rollout && !isHalted)) return false;
  const partition = openListPartition(listId);
  const read = await partition.readRollout();
  if (!read || read.rollout.kind !== (isHalted ? 'halted' : 'rolling')) return false;
  const policy = list.rollout ? policyOf(list.rollout) : noRings;
  return partition.writeRollout(release(read.rollout, definitionPrint(list), policy, clock.now()), read);
}

/** Where they are gone from the settings. */
const noRings = { rings: 0, wait: 0, from: 1, haltWhen: { failedShare: 0 } };
