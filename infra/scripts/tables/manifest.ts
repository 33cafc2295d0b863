import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod';
import { readLines, UnreadableBackup } from './storedLine.ts';

const fileFacts = z.object({ rows: z.int().nonnegative(), sha256: z.string() });
const manifestSchema = z.object({ files: z.record(z.string(), fileFacts) });

/** What the file of a table holds: its rows, and the SHA-256 of its bytes in hexadecimal. */
type FileFacts = z.infer<typeof fileFacts>;

/** The files of a backup by name. */
type Manifest = z.infer<typeof manifestSchema>;

export function manifestFile(directory: string): string {
  return join(directory, 'manifest.json');
}

/** Written last, so that a backup that was interrupted has none. */
export async function writeManifest(directory: string, rowsByFile: ReadonlyMap<string, number>): Promise<void> {
  const files: Record<string, FileFacts> = {};
  for (const [name, rows] of rowsByFile) files[name] = { rows, sha256: await hashOf(join(directory, name)) };
  const partial = `${manifestFile(directory)}.partial`;
  await writeFile(partial, `${JSON.stringify({ files } satisfies Manifest, undefined, 2)}\n`, { mode: 0o600 });
  await rename(partial, manifestFile(directory));
}

/**
 * Compares each file that the manifest names with it, and resolves with their names.
 *
 * @param needed names of files that every backup has
 * @throws UnreadableBackup for the first that is not as it was written
 */
export async function checkBackup(directory: string, needed: readonly string[]): Promise<string[]> {
  const { files } = await readManifest(manifestFile(directory));
  const missing = needed.find(name => !files[name]);
  if (missing) throw new UnreadableBackup(`${manifestFile(directory)} does not name ${missing}`);
  for (const [name, facts] of Object.entries(files)) await checkFile(join(directory, name), facts);
  return Object.keys(files);
}

async function readManifest(file: string): Promise<Manifest> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new UnreadableBackup(
      `${file} is missing: the backup was interrupted, copied in part, or made by an earlier version, with which it can be restored`,
    );
  });
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch {
    throw new UnreadableBackup(`${file} is no manifest of a backup`);
  }
}

async function checkFile(file: string, { rows, sha256 }: FileFacts): Promise<void> {
  const found = await countRows(file);
  if (found !== rows) {
    throw new UnreadableBackup(`${file} has ${found} rows, and had ${rows} when it was written`);
  }
  if ((await hashOf(file)) !== sha256) {
    throw new UnreadableBackup(`${file} was changed after it was written (SHA-256)`);
  }
}

/** A backup has the order of keys, so the rows of a partition are together: no more than one partition is in memory. */
async function countRows(file: string): Promise<number> {
  const partitions = new Set<string>();
  let partition: string | undefined;
  let rowKeys = new Set<string>();
  let rows = 0;
  for await (const { partitionKey, rowKey } of readLines(file)) {
    rows += 1;
    const cameBefore = partitionKey === partition ? rowKeys.has(rowKey) : partitions.has(partitionKey);
    if (cameBefore) {
      throw new UnreadableBackup(`${file}, line ${rows}: this row, or its partition, came before`);
    }
    if (partitionKey !== partition) rowKeys = new Set();
    partition = partitionKey;
    partitions.add(partitionKey);
    rowKeys.add(rowKey);
  }
  return rows;
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
