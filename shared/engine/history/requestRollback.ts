import type { PinnedTo } from '../../domain/pin.ts';
import type { NoRollback } from '../../domain/rollback.ts';
import type { ContactList } from '../../settings/contactList.ts';
import { readHistory } from '../capture/index.ts';
import { requestResync } from '../fan-out/index.ts';
import type { Services } from '../services.ts';
import { findPosition, type RollbackGoal } from './findPosition.ts';

type RollbackServices = Pick<Services, 'clock' | 'newId' | 'listIndex' | 'runs' | 'captureQueue' | 'openListPartition'>;

/**
 * Has the list's content put back as it was, and the list pinned. What halted the list is lifted; what halted everything
 * is not, and the rollback waits for its release. Resolves with the id of the run that does it.
 *
 * @throws DamagedRow
 */
export async function requestRollback(
  list: Pick<ContactList, 'id'>,
  goal: RollbackGoal,
  services: RollbackServices,
): Promise<{ readonly kind: 'asked'; readonly run: string; readonly position: number } | NoRollback> {
  const found = await findPinnedTo(list.id, goal, services);
  if (found.kind !== 'possible') return found;
  await services.openListPartition(list.id).pin(found.to);
  await services.listIndex.release(list.id);
  const run = await requestResync([list], undefined, 'incremental', services);
  return { kind: 'asked', run, position: found.to.position };
}

/** @throws DamagedRow */
export async function findPinnedTo(
  listId: string,
  goal: RollbackGoal,
  services: Pick<Services, 'clock' | 'runs' | 'openListPartition'>,
): Promise<{ readonly kind: 'possible'; readonly to: PinnedTo } | NoRollback> {
  const partition = services.openListPartition(listId);
  const { checkpoint } = (await partition.readCheckpoint()) ?? {};
  if (!checkpoint?.capturedAt) return { kind: 'neverCaptured' };
  const found = await findPosition(listId, goal, checkpoint, services);
  if (found.kind !== 'found') return found;
  const { position } = found;
  if (position > checkpoint.head) return { kind: 'notReached', newest: checkpoint.head };
  const now = services.clock.now();
  const definition = found.definition ?? (await partition.readPin())?.definition;
  const to = { position, epoch: checkpoint.epoch, at: now, definition };
  const history = await readHistory(partition, to, checkpoint, now);
  return history.kind === 'told' ? { kind: 'possible', to } : history;
}

/** Lets the list go on: its sources are read from the start. Resolves with the run that does it, or that it is not pinned. */
export async function unpin(
  list: Pick<ContactList, 'id'>,
  services: RollbackServices,
): Promise<{ readonly run: string } | 'notPinned'> {
  const partition = services.openListPartition(list.id);
  if (!(await partition.readPin())) return 'notPinned';
  await partition.unpin();
  return { run: await requestResync([list], undefined, 'incremental', services) };
}
