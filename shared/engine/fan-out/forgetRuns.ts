import { day } from '../../domain/durations.ts';
import type { Clock } from '../../ports/clock.ts';
import { newRunId } from '../../store/runId.ts';
import type { RunsTable } from '../../store/runs.ts';

/** Long enough to look back over a month's end. */
const keptFor = 35 * day;
const runsAtOnce = 50;

/** Deletes runs that nobody asks for any more. Resolves with their number. */
export async function forgetRuns(runs: RunsTable, clock: Clock): Promise<number> {
  // Ids sort newest first: what comes after this one is older.
  const oldest = newRunId(clock.now() - keptFor, '');
  let forgotten = 0;
  for (let old = await readOld(); old.length > 0; old = await readOld()) {
    for (const { id } of old) await runs.remove(id);
    forgotten += old.length;
  }
  return forgotten;

  function readOld() {
    return runs.readLatest(runsAtOnce, oldest);
  }
}
