import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SyncMessage } from '../../../shared/engine/messages.ts';
import type { Properties, Tables } from '../../../shared/ports/tableStorage.ts';
import { crash, failure } from '../../memory/graphFaults.ts';
import { createWorld, hour, listOf, minute, type World } from '../engine/world.ts';
import { cautious, dieInRun, liveBefore } from './lifeBefore.ts';

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

/** Written by it, too: rows and messages after `dieInRun`. */
const midRunFile = 'midRunOf1b85c47.snapshot.json';

let world: World;

function read(file: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8'));
}

async function replaceRows(tables: Tables, rows: readonly RowOfEarlierVersion[]): Promise<void> {
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
  let current: string;
  let behind: string;

  beforeEach(async () => {
    world = createWorld(listOf(cautious));
    [current = '', behind = ''] = await liveBefore(world, failure('accessDenied'));
    await replaceRows(world.tables, read(file) as RowOfEarlierVersion[]);
    world.restart();
    world.graph.mailbox(behind).failure = undefined;
    world.takeCalls();
  });

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

describe(midRunFile, () => {
  const names = Array.from({ length: 25 }, (_, index) => `Contact ${index + 1}`);
  let patched: string;
  let filled: string;
  let messages: SyncMessage[];

  beforeEach(async () => {
    const recorded = read(midRunFile) as { rows: RowOfEarlierVersion[]; messages: SyncMessage[] };
    messages = recorded.messages;
    world = createWorld(listOf());
    [patched = '', filled = ''] = await dieInRun(world, crash);
    await replaceRows(world.tables, recorded.rows);
    await world.clock.advance(minute);
    for (const ours of world.queues.syncQueue.receive()) ours.complete();
    world.restart();
    world.takeCalls();
  });

  /** What was in a mailbox and not in its ledger is written over, never made twice; what the ledger knew is left alone. */
  async function expectFinished(): Promise<void> {
    const writes = world.takeCalls().filter(({ operation }) => ['create', 'patch', 'delete'].includes(operation));
    const written = writes.map(({ operation, mailbox, displayName }) => `${operation} ${mailbox} ${displayName}`);
    expect(written.toSorted()).toEqual([
      ...[4, 5, 6].map(number => `create ${filled} Contact ${number}`),
      ...[21, 22, 23, 24, 25].map(number => `patch ${patched} Contact ${number}`),
      ...[2, 3].map(number => `patch ${filled} Contact ${number}`),
    ]);
    for (const mailbox of [patched, filled]) {
      const contacts = names.map(displayName => [displayName, { displayName, department: 'Engines' }]);
      expect(world.target(mailbox)).toEqual(Object.fromEntries(contacts));
      expect(await world.progress(mailbox)).toMatchObject({ state: 'current', position: 50, contacts: 25 });
      expect((await world.mailboxState(mailbox)).lease?.lease.working).toBe(false);
    }
  }

  test('nobody writes while the dead owner may still do so', async () => {
    for (const mailbox of [patched, filled]) {
      expect((await world.mailboxState(mailbox)).lease?.lease.working).toBe(true);
    }
    await send();

    await world.deliver();

    expect(world.takeCalls()).toEqual([]);
    expect(await world.latestRun()).toMatchObject({ state: 'running', mailboxes: { total: 2, done: 0 } });
  });

  test('its messages end what was begun, once, and its run with that', async () => {
    await send();

    await world.drain();

    await expectFinished();
    expect(await world.latestRun()).toMatchObject({ state: 'finished', mailboxes: { total: 2, done: 2, failed: 0 } });
  });

  test('without its messages the next run ends what was begun', async () => {
    await world.clock.advance(hour);

    await world.sync();

    await expectFinished();
  });

  async function send(): Promise<void> {
    await world.queues.syncQueue.send(messages.map(body => ({ id: `${body.id} again`, body })));
  }
});
