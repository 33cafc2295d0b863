import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const project = join(import.meta.dirname, '../..');

/** A copy of the product and its tests in a temporary folder, where files may be changed and tests run. */
export interface Workspace {
  readonly directory: string;
  /** The product as it is but for these files of `shared`, by their paths below it. */
  change(files: ReadonlyMap<string, string>): Promise<void>;
  /** Runs a script of the copy, or of a package, under Node. */
  run(script: string, ...args: string[]): Promise<{ readonly exitCode: number; readonly output: string }>;
  remove(): Promise<void>;
}

export async function createWorkspace(): Promise<Workspace> {
  const directory = await mkdtemp(join(tmpdir(), 'convergence-mutants-'));
  const filter = (path: string) => basename(path) !== 'node_modules';
  await cp(join(project, 'test'), join(directory, 'test'), { recursive: true, filter });
  await cp(join(project, 'package.json'), join(directory, 'package.json'));
  await symlink(join(project, 'node_modules'), join(directory, 'node_modules'));
  const { globalSetup, ...jest } = JSON.parse(await readFile(join(project, 'jest.config.json'), 'utf8'));
  await writeFile(join(directory, 'jest.config.json'), JSON.stringify(jest));
  await restore();
  return { directory, change, run, remove: () => rm(directory, { recursive: true }) };

  async function restore(): Promise<void> {
    await rm(join(directory, 'shared'), { recursive: true, force: true });
    await cp(join(project, 'shared'), join(directory, 'shared'), { recursive: true });
  }

  async function change(files: ReadonlyMap<string, string>): Promise<void> {
    await restore();
    for (const [path, source] of files) await writeFile(join(directory, 'shared', path), source);
  }

  function run(script: string, ...args: string[]): Promise<{ exitCode: number; output: string }> {
    return new Promise((resolve, reject) => {
      const options = { cwd: directory, timeout: longestRun };
      execFile(process.execPath, [script, ...args], options, (error, stdout, stderr) => {
        const output = `${stdout}${stderr}`;
        if (!error) resolve({ exitCode: 0, output });
        else if (typeof error.code === 'number') resolve({ exitCode: error.code, output });
        else reject(error);
      });
    });
  }
}

const longestRun = 300_000;
