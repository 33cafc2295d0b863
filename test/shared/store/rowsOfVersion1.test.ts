import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decideHold } from '../../../shared/engine/holds/decideHold.ts';
import type { Properties, Tables } from '../../../shared/ports/tableStorage.ts';
import { failure } from '../../memory/graphFaults.ts';
import { createWorld, hour, listOf, type World } from '../engine/world.ts';

interface RowOfVersion1 {
  readonly table: keyof Tables;
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly properties: Properties;
}

/**
 * What the first version left in the tables after `live`: one mailbox up to date, one that could not be written to and
 * is behind by a change, and a removal that waits for a decision. Never to be written again by a newer version.
 */
const rows = JSON.parse(readFileSync(join(import.meta.dirname, 'rowsOfVersion1.json'), 'utf8')) as RowOfVersion1[];

let world: World;
let current: string;
let behind: string;

beforeEach(async () => {
  world = createWorld(listOf({ safeguards: { maxRemovalShare: 0, maxRemovals: 0 } }));
  [current = '', behind = ''] = await live(world);
  await replaceRows(world.tables);
  world.restart();
  world.graph.mailbox(behind).failure = undefined;
  world.takeCalls();
});

async function live({ source, graph, sync, addContacts, addTargets }: World): Promise<string[]> {
  const [first = '', second = '', third = ''] = addContacts(3);
  const targets = addTargets(2);
  await sync();
  source.edit(first, { displayName: 'Contact 1', department: 'Engines' });
  await sync();
  graph.mailbox(targets[1] ?? '').failure = failure('accessDenied');
  source.edit(second, { displayName: 'Contact 2', department: 'Boilers' });
  source.remove(third);
  await sync();
  return targets;
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

test('are taken up: what was done is not done again, and what was behind is caught up', async () => {
  await world.clock.advance(hour);
  await world.sync();

  const calls = world.takeCalls().map(({ operation, mailbox }) => [operation, mailbox]);
  expect(calls).toEqual([
    ['readChanges', world.sourceId],
    ['groupMembers', expect.any(String)],
    ['patch', behind],
  ]);
  expect(world.target(behind)?.['Contact 2']).toEqual({ displayName: 'Contact 2', department: 'Boilers' });
  expect(world.targetNames(behind)).toEqual(['Contact 1', 'Contact 2', 'Contact 3']);
  expect(await world.progress(behind)).toMatchObject({ state: 'current', position: 5 });
});

test('keep their hold, which can be decided', async () => {
  const decision = { decision: 'approve' as const, removals: 1 };
  expect(await decideHold('staff', decision, world)).toEqual({ kind: 'decided' });

  await world.clock.advance(hour);
  await world.sync();

  expect([world.targetNames(current), world.targetNames(behind)]).toEqual(Array(2).fill(['Contact 1', 'Contact 2']));
});

test('keep the runs that were', async () => {
  const run = await world.latestRun();

  expect(run).toMatchObject({ state: 'finished', mailboxes: { total: 2, done: 1, failed: 1 }, problems: [{}, {}] });
});
