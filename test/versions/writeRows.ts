/**
 * `node test/versions/writeRows.ts`: runs the earlier version in memory and writes the rows that it leaves, for
 * `test/shared/state/rowsOfEarlierVersions.test.ts`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MemoryTables } from '../memory/tables.ts';
import { cautious, liveBefore } from '../shared/state/lifeBefore.ts';
import type { listOf as listOfNow, World } from '../shared/workflows/world.ts';
import { buildEarlierVersion, earlierVersion } from './earlierVersion.ts';

const file = join(import.meta.dirname, `../shared/state/rowsOf${earlierVersion}.json`);

async function main(): Promise<void> {
  const earlier = buildEarlierVersion();
  const { createWorld, listOf } = (await import(join(earlier, 'test/shared/workflows/world.ts'))) as {
    createWorld: (list: unknown) => World;
    listOf: typeof listOfNow;
  };
  const { failure } = (await import(
    join(earlier, 'test/memory/graphFaults.ts')
  )) as typeof import('../memory/graphFaults.ts');
  const world = createWorld(listOf(cautious));
  const targets = await liveBefore(world, failure('accessDenied'));
  const runs = await world.tables.runs.queryAcross('summary', 100);
  const partitions: [keyof MemoryTables, string[]][] = [
    ['sources', ['$lists', 'staff']],
    ['mailboxes', targets],
    ['progress', ['staff']],
    ['runs', runs.map(({ partitionKey }) => partitionKey)],
  ];
  const rows = [];
  for (const [table, keys] of partitions) {
    for (const partitionKey of keys) {
      for (const { rowKey, properties } of await world.tables[table].query(partitionKey)) {
        rows.push({ table, partitionKey, rowKey, properties });
      }
    }
  }
  writeFileSync(file, `${JSON.stringify(rows, undefined, 2)}\n`);
}

main();
