import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { projectDirectory } from './infra.ts';

export const packageFile = join(projectDirectory, 'dist/contact-folder-sync.zip');

/** Runs `npm run package`. */
export async function runPackage(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(projectDirectory, 'infra/scripts/package.ts')]);
}

/** The package, unpacked in a folder of its own from which no library can be reached. */
export async function unpackApp(): Promise<{ directory: string; files: string[]; remove(): Promise<void> }> {
  await runPackage();
  const directory = mkdtempSync(join(tmpdir(), 'package-'));
  for (let above = directory; above !== dirname(above); above = dirname(above)) {
    if (existsSync(join(above, 'node_modules'))) throw new Error(`${above} has node_modules: set TMPDIR elsewhere`);
  }
  const files = Object.entries(unzipSync(readFileSync(packageFile)));
  for (const [name, content] of files) writeFileSync(join(directory, name), content);
  return { directory, files: files.map(([name]) => name), remove: () => rm(directory, { recursive: true }) };
}
