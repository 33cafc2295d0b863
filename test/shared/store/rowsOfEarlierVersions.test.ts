import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Properties, Tables } from '../../../shared/ports/tableStorage.ts';
import { failure } from '../../memory/graphFaults.ts';
import { createWorld, hour, listOf, type World } from '../engine/world.ts';
import { cautious, liveBefore } from './lifeBefore.ts';

interface RowOfEarlierVersion {
  readonly table: keyof Tables;
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly properties: Properties;
}

/**
 * What the first version, and the last one before columns were added, left in the tables after `liveBefore`. Never to be
 * written again by a newer version; `test/versions/writeRows.ts` runs the earlier one.
 */
const files = ['rowsOfVersion1.json', 'rowsOf1b85c47.json'];

let rows: RowOfEarlierVersion[];
let world: World;
let current: string;
let behind: string;

async function takeOver(file: string): Promise<void> {
  rows = JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8'));
  world = createWorld(listOf(cautious));
  [current = '', behind = ''] = await liveBefore(world, failure('accessDenied'));
  await replaceRows(world.tables);
  world.restart();
  world.graph.mailbox(behind).failure = undefined;
  world.takeCalls();
}

async function replaceRows(tables: Tables): Promise<void> {
  for (const { table, partitionKey } of rows) {
    const now = await tables[table].query(partitionKey);
    await Promise.all(
      now.map(({ rowKey }) => tables[table].write(partitionKey, [{ kind: 'delete' as const, rowKey }])),
    );
  }
  for (const { table, partitionKey, rowKey, properties } of rows) {
    await tables[table].write(partitionKey, [{ kind: 'insert', rowKey, properties }]);
  }
}

describe.each(files)('%s', file => {
  beforeEach(() => takeOver(file));

  test('are taken up: what was done is not done again, and what was behind is caught up', async () => {
    await world.clock.advance(hour);
    await world.sync();

    const calls = world.takeCalls().map(({ operation, mailbox }) => [operation, mailbox]);
    expect(calls).toEqual([
      ['readChanges', world.sourceId],
      // Once, for the number of private contacts that the list goes on to share.
      ['listExtended', world.sourceId],
      ['groupMembers', expect.any(String)],
      ['patch', behind],
    ]);
    expect(world.target(behind)?.['Contact 2']).toEqual({ displayName: 'Contact 2', department: 'Boilers' });
    expect(world.targetNames(behind)).toEqual(['Contact 1', 'Contact 2', 'Contact 3']);
    expect(await world.progress(behind)).toMatchObject({ state: 'current', position: 5 });
  });

  test('keep their hold, which can be decided', async () => {
    const decision = { decision: 'approve' as const, removals: 1 };
    expect(await world.decide(decision)).toEqual({ kind: 'decided' });

    await world.clock.advance(hour);
    await world.sync();

    expect([world.targetNames(current), world.targetNames(behind)]).toEqual(Array(2).fill(['Contact 1', 'Contact 2']));
  });

  test('keep the runs that were', async () => {
    const run = await world.latestRun();

    expect(run).toMatchObject({ state: 'finished', mailboxes: { total: 2, done: 1, failed: 1 }, problems: [{}, {}] });
  });
});
