import { parentPort, workerData } from 'node:worker_threads';
import { type FoundViolation, searchBlock } from './searchSchedules.ts';
import { newStatistics, type Statistics } from './statistics.ts';

/** A block of schedules that is done. */
export interface BlockResult {
  readonly statistics: Statistics;
  readonly violation: FoundViolation | undefined;
}

export interface WorkerBlocks {
  readonly blocks: readonly { readonly seed: number; readonly count: number }[];
}

const { blocks } = workerData as WorkerBlocks;
for (const { seed, count } of blocks) {
  const statistics = newStatistics();
  const violation = await searchBlock(seed, count, statistics);
  parentPort?.postMessage({ statistics, violation } satisfies BlockResult);
}
