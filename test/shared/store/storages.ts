import type { Tables } from '../../../shared/ports/tableStorage.ts';
import { connectTables } from '../../../shared/store/tables/tables.ts';
import { startStorage } from '../../local/storage/index.ts';
import { createMemoryTables } from '../../memory/tables.ts';

interface OpenStorage {
  readonly tables: Tables;
  close(): Promise<void>;
}

async function openMemory(): Promise<OpenStorage> {
  return { tables: createMemoryTables(), close: async () => {} };
}

async function openAzurite(): Promise<OpenStorage> {
  const { tablesConnectionString, close } = await startStorage();
  return { tables: connectTables({ connectionString: tablesConnectionString }), close };
}

/** Runs the tests on the tables in memory and on those of a storage account. */
export function describeState(name: string, tests: (tables: () => Tables) => void): void {
  describe.each([
    ['in memory', openMemory],
    ['in a storage account', openAzurite],
  ])(`${name} %s`, (_, open) => {
    let storage: OpenStorage;
    beforeAll(async () => {
      storage = await open();
    });
    afterAll(() => storage?.close());
    tests(() => storage.tables);
  });
}

let partitions = 0;

/** A key that no other test uses. */
export function newKey(prefix: string): string {
  partitions += 1;
  return `${prefix}-${partitions}`;
}

/** Keys that a careless encoding would break, or take for each other. */
export const oddKeys = [
  'AAMkAGI2',
  'AAMKAGI2',
  'aamkagi2',
  'a/b\\c#d?e',
  'a!002fb',
  '100%',
  'tab\tnew\nline',
  'a:b',
  'ä€😀',
];
