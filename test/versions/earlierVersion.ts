import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

const projectDirectory = join(import.meta.dirname, '../..');

/** The package before rows got the columns of this one. */
export const earlierVersion = '1b85c47';

const directory = join(projectDirectory, 'dist/earlier-version', earlierVersion);

/** Whether it was built before, or the history goes back so far: that of a shallow clone does not. */
export function hasEarlierVersion(): boolean {
  if (existsSync(directory)) return true;
  const { status } = spawnSync('git', ['cat-file', '-e', `${earlierVersion}^{commit}`], { cwd: projectDirectory });
  return status === 0;
}

/**
 * A folder with the code of the earlier version, its libraries and its built app in `dist/`. Made once, from the
 * repository's history and the registry.
 *
 * @throws when the history does not go back so far
 */
export function buildEarlierVersion(): string {
  if (existsSync(directory)) return directory;
  const staging = `${directory}.${process.pid}`;
  mkdirSync(staging, { recursive: true });
  try {
    const archive = execFileSync('git', ['archive', earlierVersion], { cwd: projectDirectory, maxBuffer: 2 ** 29 });
    execFileSync('tar', ['--extract', '--directory', staging], { input: archive });
    const install = ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    execFileSync('npm', install, { cwd: staging, stdio: ['ignore', 'ignore', 'inherit'] });
    symlinkSync(join(projectDirectory, 'node_modules/esbuild'), join(staging, 'node_modules/esbuild'));
    execFileSync(process.execPath, ['esbuild.config.ts'], { cwd: staging, stdio: 'ignore' });
    renameSync(staging, directory);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  return directory;
}
