import type { Source } from '../../store/sources.ts';
import { noteDamageOf } from '../noteDamage.ts';

/**
 * The rows of a trial. What it finds damaged is noted where the list's status and its next capture see it, since nothing
 * of the trial's own rows is kept.
 */
export function openTrialSource(trial: Source, { noteDamage }: Pick<Source, 'noteDamage'>): Source {
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
