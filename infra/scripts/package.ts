/** `npm run package`: builds the app and makes `dist/contact-folder-sync.zip`, which is what is deployed. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { appFiles, buildApp } from '../../esbuild.config.ts';

/** Azure fetches and unpacks all of it before an instance can start. */
const maximumBytes = 3_000_000;

/** The earliest that a zip can hold, in local time as zips have it: the same files make the same package. */
const modifiedAt = new Date(1980, 0, 1);

/**
 * A zip of files by name, of the same bytes for the same files.
 *
 * @throws Error when it is larger than 3 MB
 */
export function zipFiles(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const sorted = Object.entries(files).sort(([left], [right]) => (left < right ? -1 : 1));
  const zip = zipSync(Object.fromEntries(sorted), { level: 9, mtime: modifiedAt });
  if (zip.length > maximumBytes) {
    throw new Error(`The package has ${zip.length} bytes, more than ${maximumBytes}: see what was added to the app.`);
  }
  return zip;
}

/** Builds and packs the app. Whatever else lies in `dist/` stays out. Rejects as `buildApp` and `zipFiles` do. */
export async function packageApp(): Promise<{ file: string; bytes: number }> {
  const { directory } = await buildApp();
  const zip = zipFiles(Object.fromEntries(appFiles.map(file => [file, readFileSync(join(directory, file))])));
  const file = join(directory, 'contact-folder-sync.zip');
  const staged = `${file}.${process.pid}`;
  writeFileSync(staged, zip);
  renameSync(staged, file);
  return { file, bytes: zip.length };
}

async function main(): Promise<void> {
  try {
    const { bytes } = await packageApp();
    process.stderr.write(`Packed dist/contact-folder-sync.zip: ${(bytes / 1e6).toFixed(2)} MB\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}

if (process.argv[1] === import.meta.filename) main();
