import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type MeasuredApp, openApp } from './measuredApp.ts';

const projectDirectory = join(import.meta.dirname, '../..');

export interface EarlierApp extends MeasuredApp {
  /** The whole id of the commit. */
  readonly commit: string;
  remove(): Promise<void>;
}

/**
 * Builds the app of a commit as that commit builds it, with its own libraries, in a temporary folder.
 *
 * @throws when git knows no such commit, or it cannot be built
 */
export async function buildEarlierApp(name: string): Promise<EarlierApp> {
  const commit = await findCommit(name);
  const directory = await mkdtemp(join(tmpdir(), 'contact-folder-sync-benchmark-'));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    await build(commit, directory);
    return { ...(await openApp(directory)), commit, remove };
  } catch (cause) {
    await remove();
    throw new Error(`--against: the app of ${name} cannot be built: ${messageOf(cause)}`, { cause });
  }
}

async function findCommit(name: string): Promise<string> {
  try {
    return (await run('git', ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`])).trim();
  } catch (cause) {
    const shallow = 'in a shallow clone, git fetch --unshallow brings the earlier ones';
    throw new Error(`--against: git knows no commit ${name} here; ${shallow}`, { cause });
  }
}

async function build(commit: string, directory: string): Promise<void> {
  const archive = join(directory, 'commit.tar');
  await run('git', ['archive', '--output', archive, commit]);
  await run('tar', ['-xf', archive], directory);
  await provideLibraries(directory);
  await run(process.execPath, ['esbuild.config.ts'], directory);
}

/** The libraries of this checkout where they are the same, which spares minutes. */
async function provideLibraries(directory: string): Promise<void> {
  const [here, there] = await Promise.all([projectDirectory, directory].map(readLock));
  if (here === there) {
    await symlink(join(projectDirectory, 'node_modules'), join(directory, 'node_modules'), 'junction');
    return;
  }
  // Scripts of packages bring what tests and tools need; a bundle needs none of it.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { npm_execpath: npm } = process.env;
  await (npm ? run(process.execPath, [npm, ...args], directory) : run('npm', args, directory));
}

function readLock(directory: string): Promise<string> {
  return readFile(join(directory, 'package-lock.json'), 'utf8');
}

async function run(file: string, args: readonly string[], directory = projectDirectory): Promise<string> {
  const { stdout } = await promisify(execFile)(file, args, { cwd: directory, maxBuffer: 50_000_000 });
  return stdout;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.message.trim().split('\n').at(-1) ?? '') : String(error);
}
