import fc from 'fast-check';
import { commands, scenes } from './schedules.ts';
import { NotConverged, runSchedule } from './search.ts';
import { newStatistics, type Statistics } from './statistics.ts';

const schedulesPerSeed = 50;
/** Milliseconds for which a failing schedule is made smaller. */
const longestShrinking = 60_000;

export interface FoundViolation {
  readonly seed: number;
  readonly message: string;
  /** The smallest schedule that still fails, a line of JSON for the scene and one for each command. */
  readonly schedule: string;
}

/** The blocks of a search: each has a seed of its own, the first one `seed`, so that one can be tried again alone. */
export function blocksOf(seed: number, runs: number): { seed: number; count: number }[] {
  return Array.from({ length: Math.ceil(runs / schedulesPerSeed) }, (_, block) => ({
    seed: seed + block,
    count: Math.min(schedulesPerSeed, runs - block * schedulesPerSeed),
  }));
}

/** Tries random schedules; a block ends with the first violation, whose schedule is made as small as it gets. */
export async function searchBlock(
  seed: number,
  count: number,
  statistics: Statistics,
): Promise<FoundViolation | undefined> {
  let shrinkUntil = Infinity;
  const property = fc.asyncProperty(fc.scheduler(), scenes, commands, async (scheduler, scene, chosen) => {
    const isShrinking = shrinkUntil < Infinity;
    if (Date.now() > shrinkUntil) return;
    try {
      await runSchedule(scheduler, scene, chosen, isShrinking ? newStatistics() : statistics);
    } catch (error) {
      if (!isShrinking) shrinkUntil = Date.now() + longestShrinking;
      throw error;
    }
  });
  const result = await fc.check(property, { seed, numRuns: count });
  if (!result.failed || !result.counterexample) return undefined;
  statistics.violations += 1;
  const [, scene, chosen] = result.counterexample;
  const { errorInstance } = result;
  return {
    seed,
    message: errorInstance instanceof NotConverged ? errorInstance.message : String((errorInstance as Error)?.stack),
    schedule: [JSON.stringify(scene), ...[...chosen].map(String)].join('\n'),
  };
}
