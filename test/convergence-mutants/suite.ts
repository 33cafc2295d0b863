import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { DirectedTest } from './faults.ts';
import type { Workspace } from './workspace.ts';

const jest = 'node_modules/jest/bin/jest.js';
const randomSearch = 'test/convergence-mutants/randomSearch.ts';

const jestResult = z.object({
  testResults: z.array(
    z.object({
      message: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

/**
 * Runs tests that are named by their file and the start of their full name.
 *
 * @returns the full names of those that failed
 * @throws when a file cannot be run, or has no such test
 */
export async function runDirected(workspace: Workspace, tests: readonly DirectedTest[]): Promise<string[]> {
  const files = await findFiles(workspace, new Set(tests.map(({ file }) => file)));
  const names = tests.map(({ name }) => `^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`).join('|');
  const resultFile = join(workspace.directory, 'directed-tests.json');
  await workspace.run(jest, ...files, '-t', names, '--json', '--outputFile', resultFile, '--silent', '--runInBand');
  const { testResults } = jestResult.parse(JSON.parse(await readFile(resultFile, 'utf8')));
  const ran = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status !== 'pending');
  const missing = tests.filter(({ name }) => !ran.some(({ fullName }) => fullName.startsWith(name)));
  if (missing.length > 0) {
    const messages = testResults.map(({ message }) => message).join('\n');
    throw new Error(`There is no test "${missing.map(({ name }) => name).join('", "')}"\n${messages}`);
  }
  return ran.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
}

async function findFiles({ directory }: Workspace, ends: ReadonlySet<string>): Promise<string[]> {
  const paths = await readdir(join(directory, 'test'), { recursive: true });
  return [...ends].map(end => {
    const found = paths.filter(path => `/${path}`.endsWith(`/${end}.test.ts`));
    if (found.length !== 1) throw new Error(`${found.length} test files end with ${end}`);
    return `test/${found[0]}`;
  });
}

export interface FoundBySearch {
  /** Which schedule did not converge, and how. */
  readonly violation: string;
  /** How many were tried until then, this one included. */
  readonly schedules: number;
}

const foundBySearch = z.object({ violation: z.string(), schedules: z.number() });

/** Tries random schedules, the same ones each time. @returns undefined when all converged */
export async function runRandom(workspace: Workspace, schedules: number): Promise<FoundBySearch | undefined> {
  const { exitCode, output } = await workspace.run(randomSearch, String(schedules));
  if (exitCode !== 0) throw new Error(`The random search does not run:\n${output}`);
  return output === '' ? undefined : foundBySearch.parse(JSON.parse(output));
}
