import { readdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Fault, faults } from './faults.ts';
import { runDirected, runRandom } from './suite.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

const patches = join(import.meta.dirname, 'faults');

/**
 * Puts each fault into a copy of the product and sees that the suite fails: by its random schedules, or by the directed
 * tests that the fault names. Prints a line each; exit code 1 when one is not found, or its patch no longer applies.
 * Arguments: only the faults of these names.
 */
async function main(only: readonly string[]): Promise<boolean> {
  const started = Date.now();
  await checkPatches();
  const chosen = faults.filter(({ name }) => only.length === 0 || only.includes(name));
  const workspaces = await Promise.all(Array.from({ length: availableParallelism() }, createWorkspace));
  try {
    await checkProduct(workspaces, chosen);
    const queue = [...chosen];
    const verdicts: Verdict[] = [];
    await Promise.all(
      workspaces.map(async workspace => {
        for (let fault = queue.shift(); fault; fault = queue.shift()) {
          const verdict = await judge(fault, workspace);
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

/** A patch that no fault names would never be tried. */
async function checkPatches(): Promise<void> {
  const named = faults.map(({ name }) => `${name}.patch`);
  const unnamed = (await readdir(patches)).filter(file => !named.includes(file));
  if (unnamed.length > 0) throw new Error(`No fault is named after ${unnamed.join(', ')}`);
}

/** Without a fault all that is to find one has to pass. */
async function checkProduct(workspaces: readonly Workspace[], chosen: readonly Fault[]): Promise<void> {
  const started = Date.now();
  const [first, second = first] = workspaces;
  if (!first || !second) return;
  const directed = runDirected(
    first,
    chosen.flatMap(({ tests = [] }) => tests),
  );
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

async function judge(fault: Fault, workspace: Workspace): Promise<Verdict> {
  const started = Date.now();
  try {
    await workspace.apply(join(patches, `${fault.name}.patch`));
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
