import { availableParallelism } from 'node:os';
import type { DirectedTest, Fault } from './faults.ts';
import { type PlantedFault, plantAll } from './plantAll.ts';
import { runDirected, runRandom } from './suite.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

/**
 * Puts each fault into a copy of the product and sees that the suite fails: by its random schedules, or by the directed
 * tests that the fault names. Prints a line each; exit code 1 when one is not found, or has no place in the product any more.
 * Arguments: only the faults of these names.
 */
async function main(only: readonly string[]): Promise<boolean> {
  const started = Date.now();
  const planted = await plantAll();
  const chosen = planted.filter(({ fault }) => only.length === 0 || only.includes(fault.name));
  const workspaces = await Promise.all(Array.from({ length: availableParallelism() }, createWorkspace));
  try {
    await checkProduct(
      workspaces,
      chosen.flatMap(({ fault }) => fault.tests ?? []),
    );
    const queue = [...chosen];
    const verdicts: Verdict[] = [];
    await Promise.all(
      workspaces.map(async workspace => {
        for (let next = queue.shift(); next; next = queue.shift()) {
          const verdict = await judge(next, workspace);
          verdicts.push(verdict);
          console.log(describe(verdict));
        }
      }),
    );
    const found = verdicts.filter(({ killedBy }) => killedBy !== undefined);
    const random = found.filter(({ fault }) => fault.tests === undefined);
    console.log(
      `${found.length} of ${chosen.length} faults found, ${random.length} by random schedules and ${found.length - random.length} by directed ones, in ${secondsSince(started)}`,
    );
    return found.length === chosen.length;
  } finally {
    await Promise.all(workspaces.map(workspace => workspace.remove()));
  }
}

/** Without a fault all that is to find one has to pass. */
async function checkProduct(workspaces: readonly Workspace[], tests: readonly DirectedTest[]): Promise<void> {
  const started = Date.now();
  const [first, second = first] = workspaces;
  if (!first || !second) return;
  const directed = runDirected(first, tests);
  // One after the other where there is only one copy.
  if (first === second) await directed;
  const [failures, violation] = await Promise.all([directed, runRandom(second)]);
  if (failures.length > 0) throw new Error(`Without any fault these tests fail:\n${failures.join('\n')}`);
  if (violation !== undefined) throw new Error(`Without any fault the random search finds ${violation}`);
  console.log(`Without any fault everything passes (${secondsSince(started)})`);
}

interface Verdict {
  readonly fault: Fault;
  /** Undefined when nothing found the fault. */
  readonly killedBy: string | undefined;
  readonly error?: unknown;
  readonly started: number;
}

async function judge({ fault, files }: PlantedFault, workspace: Workspace): Promise<Verdict> {
  const started = Date.now();
  try {
    await workspace.change(files);
    return { fault, killedBy: await find(fault, workspace), started };
  } catch (error) {
    return { fault, killedBy: undefined, error, started };
  }
}

async function find({ tests }: Fault, workspace: Workspace): Promise<string | undefined> {
  if (tests === undefined) return runRandom(workspace);
  const [test] = await runDirected(workspace, tests);
  return test === undefined ? undefined : `"${test}"`;
}

function describe({ fault, killedBy, error, started }: Verdict): string {
  const how = killedBy === undefined ? `NOT FOUND ${error ?? ''}` : `found by ${killedBy}`;
  return `${killedBy === undefined ? 'FAIL' : 'ok'} ${fault.name} (${fault.rule}): ${how} (${secondsSince(started)})`;
}

function secondsSince(started: number): string {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`;
}

try {
  if (!(await main(process.argv.slice(2)))) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
