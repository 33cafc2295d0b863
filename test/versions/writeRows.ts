/**
 * `node test/versions/writeRows.ts`: runs the earlier version in memory and writes the rows that it leaves, and the
 * messages that wait with them, for `test/shared/store/rowsOfEarlierVersions.test.ts`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MemoryTables } from '../memory/tables.ts';
import { type listOf as listOfNow, minute, type World } from '../shared/engine/world.ts';
import { cautious, dieInRun, liveBefore } from '../shared/store/lifeBefore.ts';
import { buildEarlierVersion, earlierVersion } from './earlierVersion.ts';

const folder = join(import.meta.dirname, '../shared/store');

async function main(): Promise<void> {
  const earlier = buildEarlierVersion();
  const { createWorld, listOf } = (await import(join(earlier, 'test/shared/workflows/world.ts'))) as {
    createWorld: (list: unknown) => World;
    listOf: typeof listOfNow;
  };
  const { crash, failure } = (await import(
    join(earlier, 'test/memory/graphFaults.ts')
  )) as typeof import('../memory/graphFaults.ts');

  const before = createWorld(listOf(cautious));
  const rows = await rowsOf(before, await liveBefore(before, failure('accessDenied')));
  writeFileSync(join(folder, `rowsOf${earlierVersion}.json`), `${JSON.stringify(rows, undefined, 2)}\n`);

  const midRun = createWorld(listOf());
  const left = await rowsOf(midRun, await dieInRun(midRun, crash));
  await midRun.clock.advance(minute);
  const messages = midRun.queues.syncQueue.receive().map(({ body }) => body);
  writeFileSync(
    join(folder, `midRunOf${earlierVersion}.snapshot.json`),
    `{"messages":[\n${linesOf(messages)}\n],"rows":[\n${linesOf(left)}\n]}\n`,
  );
}

async function rowsOf({ tables }: World, targets: readonly string[]): Promise<unknown[]> {
  const runs = await tables.runs.queryAcross('summary', 100);
  const partitions: [keyof MemoryTables, readonly string[]][] = [
    ['sources', ['$lists', 'staff']],
    ['mailboxes', targets],
    ['progress', ['staff']],
    ['runs', runs.map(({ partitionKey }) => partitionKey)],
  ];
  const rows = [];
  for (const [table, keys] of partitions) {
    for (const partitionKey of keys) {
      for (const { rowKey, properties } of await tables[table].query(partitionKey)) {
        rows.push({ table, partitionKey, rowKey, properties });
      }
    }
  }
  return rows;
}

function linesOf(values: readonly unknown[]): string {
  return values.map(value => JSON.stringify(value)).join(',\n');
}

main();
