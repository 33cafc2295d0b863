import { availableParallelism } from 'node:os';
import type { DirectedTest, Fault } from './faults.ts';
import { type PlantedFault, plantAll } from './plantAll.ts';
import { runDirected, runRandom } from './suite.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

/** Of a random search for one fault. */
const mostSchedules = 300;

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
    await checkDirected(
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
        await workspace.change(new Map());
      }),
    );
    await checkRandom(workspaces, verdicts);
    const found = verdicts.filter(({ found }) => found !== undefined);
    const random = found.filter(({ fault }) => fault.tests === undefined);
    console.log(
      `${found.length} of ${chosen.length} faults found, ${random.length} by random schedules and ${found.length - random.length} by directed ones, in ${secondsSince(started)}`,
    );
    return found.length === chosen.length;
  } finally {
    await Promise.all(workspaces.map(workspace => workspace.remove()));
  }
}

/** Without a fault all tests that are to find one have to pass. */
async function checkDirected(workspaces: readonly Workspace[], tests: readonly DirectedTest[]): Promise<void> {
  const started = Date.now();
  const files = [...Map.groupBy(tests, ({ file }) => file).values()];
  const failures = await Promise.all(
    workspaces.map(async (workspace, place) => {
      const mine = files.filter((_, index) => index % workspaces.length === place).flat();
      return mine.length > 0 ? runDirected(workspace, mine) : [];
    }),
  );
  if (failures.flat().length > 0) throw new Error(`Without any fault these tests fail:\n${failures.flat().join('\n')}`);
  console.log(`Without any fault these tests pass (${secondsSince(started)})`);
}

/** Without a fault all schedules have to converge that were tried until they found one. */
async function checkRandom([workspace]: readonly Workspace[], verdicts: readonly Verdict[]): Promise<void> {
  const started = Date.now();
  const schedules = Math.max(0, ...verdicts.map(({ found }) => found?.schedules ?? 0));
  if (!workspace || schedules === 0) return;
  const found = await runRandom(workspace, schedules);
  if (found) throw new Error(`Without any fault the random search finds ${found.violation}`);
  console.log(`Without any fault the first ${schedules} random schedules converge (${secondsSince(started)})`);
}

interface Found {
  readonly by: string;
  /** Of a random search: how many were tried. */
  readonly schedules?: number;
}

interface Verdict {
  readonly fault: Fault;
  /** Undefined when nothing found the fault. */
  readonly found: Found | undefined;
  readonly error?: unknown;
  readonly started: number;
}

async function judge({ fault, files }: PlantedFault, workspace: Workspace): Promise<Verdict> {
  const started = Date.now();
  try {
    await workspace.change(files);
    return { fault, found: await find(fault, workspace), started };
  } catch (error) {
    return { fault, found: undefined, error, started };
  }
}

async function find({ tests }: Fault, workspace: Workspace): Promise<Found | undefined> {
  if (tests === undefined) {
    const found = await runRandom(workspace, mostSchedules);
    return found && { by: found.violation, schedules: found.schedules };
  }
  const [test] = await runDirected(workspace, tests);
  return test === undefined ? undefined : { by: `"${test}"` };
}

function describe({ fault, found, error, started }: Verdict): string {
  const how = found === undefined ? `NOT FOUND ${error ?? ''}` : `found by ${found.by}`;
  return `${found === undefined ? 'FAIL' : 'ok'} ${fault.name} (${fault.rule}): ${how} (${secondsSince(started)})`;
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
