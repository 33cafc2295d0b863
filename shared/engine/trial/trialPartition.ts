import type { ListPartition } from '../../store/listPartition.ts';
import { noteDamageOf } from '../noteDamage.ts';

/**
 * The rows of a trial. What it finds damaged is noted where the list's status and its next capture see it, since nothing
 * of the trial's own rows is kept.
 */
export function openTrialPartition(
  trial: ListPartition,
  { noteDamage }: Pick<ListPartition, 'noteDamage'>,
): ListPartition {
  const stored = { noteDamage };
  return {
    ...trial,
    noteDamage,
    readSnapshot: () => noteDamageOf(stored, trial.readSnapshot),
    // A trial reads all of it anyway.
    readSnapshotOutlines: () => noteDamageOf(stored, trial.readSnapshot),
    readSnapshotContacts: keys => noteDamageOf(stored, () => trial.readSnapshotContacts(keys)),
    readSnapshotOf: (ids, hasOtherIds) => noteDamageOf(stored, () => trial.readSnapshotOf(ids, hasOtherIds)),
  };
}
