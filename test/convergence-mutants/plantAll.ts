import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Fault, faults } from './faults.ts';
import { changes, plant } from './plant.ts';

const product = join(import.meta.dirname, '../../shared');
const directory = join(import.meta.dirname, 'faults');

export interface PlantedFault {
  readonly fault: Fault;
  /** The files of the product that it changes, by their paths below `shared`. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Finds the place of every fault in the product as it is now.
 *
 * @throws with all that are not to be found, or when a file of changes is no fault's
 */
export async function plantAll(): Promise<PlantedFault[]> {
  await checkNames();
  const sources = await readProduct();
  const planted: PlantedFault[] = [];
  const missing: string[] = [];
  for (const fault of faults) {
    try {
      const text = await readFile(join(directory, `${fault.name}.yaml`), 'utf8');
      planted.push({ fault, files: plant(sources, changes.parse(parse(text))) });
    } catch (error) {
      missing.push(`${fault.name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  if (missing.length > 0) throw new Error(`The product has no place for ${missing.join('\n')}`);
  return planted;
}

async function checkNames(): Promise<void> {
  const named = faults.map(({ name }) => `${name}.yaml`);
  const unnamed = (await readdir(directory)).filter(file => !named.includes(file));
  if (unnamed.length > 0) throw new Error(`No fault is named after ${unnamed.join(', ')}`);
}

async function readProduct(): Promise<Map<string, string>> {
  const paths = (await readdir(product, { recursive: true })).filter(path => path.endsWith('.ts'));
  const sources = await Promise.all(
    paths.map(async path => [path, await readFile(join(product, path), 'utf8')] as const),
  );
  return new Map(sources);
}
