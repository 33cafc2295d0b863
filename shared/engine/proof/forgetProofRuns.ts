import { newRunId } from '../../store/runId.ts';
import type { Services } from '../services.ts';
import { resultsKeptFor } from './readProofRun.ts';

const runsAtOnce = 50;

/** Deletes what runs found that looked into mailboxes, seven days after they began. Resolves with the number of runs. */
export async function forgetProofRuns({ clock, proofRuns }: Pick<Services, 'clock' | 'proofRuns'>): Promise<number> {
  // Ids sort newest first: what comes after this one is older.
  const oldest = newRunId(clock.now() - resultsKeptFor, '');
  let forgotten = 0;
  for (let old = await readOld(); old.length > 0; old = await readOld()) {
    for (const id of old) await proofRuns.remove(id);
    forgotten += old.length;
  }
  return forgotten;

  function readOld(): Promise<string[]> {
    return proofRuns.readOld(runsAtOnce, oldest);
  }
}
