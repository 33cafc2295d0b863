import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { describeStatistics } from './describeStatistics.ts';
import { orders, runRegression } from './regressions/runRegression.ts';
import { regressions } from './regressions/schedules.ts';
import { replay } from './replay.ts';
import { NotConverged } from './search.ts';
import { blocksOf, type FoundViolation } from './searchSchedules.ts';
import { addStatistics, newStatistics } from './statistics.ts';
import type { BlockResult, WorkerBlocks } from './worker.ts';

/** A worker keeps what processes that died in it were waiting for: it ends before that slows it down. */
const blocksPerWorker = 4;

const usage = `npm run convergence -- [--runs N] [--seed N]    tries N random schedules (1000 unless said), and those that failed once
npm run convergence -- --replay FILE [--seed N]  runs the schedule of a file and prints who went on when`;

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '1000' }, seed: { type: 'string' }, replay: { type: 'string' } },
});
const seed = numberOf(values.seed ?? String(Date.now() % 1_000_000_000));
if (values.replay !== undefined) process.exitCode = (await replay(values.replay, seed)) ? 0 : 1;
else {
  await search(numberOf(values.runs));
  await runRegressions();
}

function numberOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  console.error(usage);
  process.exit(2);
}

/** The blocks spread over the processor's cores; exit code 1 when a schedule does not converge. */
async function search(runs: number): Promise<void> {
  const started = Date.now();
  const statistics = newStatistics();
  const blocks = blocksOf(seed, runs);
  const shares = Array.from({ length: Math.ceil(blocks.length / blocksPerWorker) }, (_, share) =>
    blocks.slice(share * blocksPerWorker, (share + 1) * blocksPerWorker),
  );
  const cores = Math.min(availableParallelism(), shares.length);
  console.log(`${runs} schedules from seed ${seed} on ${cores} cores`);
  await Promise.all(
    Array.from({ length: cores }, async () => {
      for (let share = shares.shift(); share; share = shares.shift()) {
        await runWorker({ blocks: share }, result => {
          addStatistics(statistics, result.statistics);
          if (result.violation) describeViolation(result.violation);
        });
      }
    }),
  );
  console.log(describeStatistics(statistics, (Date.now() - started) / 1000));
  if (statistics.violations > 0) process.exitCode = 1;
}

/** Those that the search found before; exit code 1 when one does not converge. */
async function runRegressions(): Promise<void> {
  for (const regression of regressions) {
    try {
      await runRegression(regression, orders.all);
    } catch (error) {
      if (!(error instanceof NotConverged)) throw error;
      console.log(`\nVIOLATION again: ${regression.name}\n${error.message}\n`);
      process.exitCode = 1;
    }
  }
  console.log(`${regressions.length} schedules that failed once, in ${orders.all} orders each`);
}

function runWorker(workerData: WorkerBlocks, onResult: (result: BlockResult) => void): Promise<void> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData });
  worker.on('message', onResult);
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('exit', code => (code === 0 ? resolve() : reject(new Error(`A worker ended with code ${code}`))));
  });
}

function describeViolation({ seed: blockSeed, message, schedule }: FoundViolation): void {
  console.log(`\nVIOLATION, again with --seed ${blockSeed} --runs 50:\n${message}\n${schedule}\n`);
}
