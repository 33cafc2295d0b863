import { createWorld, hour, listOf, type World } from '../world.ts';

let world: World;
let target: string;
let ids: string[];

type TableName = keyof World['tables'];
type Row = { rowKey: string; properties: Readonly<Record<string, string | number | boolean>> };
type Backup = Map<TableName, Map<string, Row[]>>;

beforeEach(async () => {
  world = createWorld();
  [target = ''] = world.addTargets(1);
  ids = world.addContacts(10);
  await world.sync();
});

/** Partitions that the worlds below write. */
function partitionsOf(table: TableName): string[] {
  return table === 'mailboxes' ? [target] : ['staff'];
}

async function backUp(...tables: TableName[]): Promise<Backup> {
  const backup: Backup = new Map();
  for (const table of tables) {
    const rows = new Map<string, Row[]>();
    for (const partition of partitionsOf(table)) rows.set(partition, await world.tables[table].query(partition));
    backup.set(table, rows);
  }
  return backup;
}

/** As a tool does it: row by row, in the place of what is there. */
async function putBack(backup: Backup): Promise<void> {
  for (const [table, partitions] of backup) {
    for (const [partition, rows] of partitions) {
      await lose(table, () => true);
      for (const { rowKey, properties } of rows) {
        await world.tables[table].write(partition, [{ kind: 'insert', rowKey, properties }]);
      }
    }
  }
  world.restart();
}

async function lose(table: TableName, isLost: (rowKey: string) => boolean): Promise<void> {
  for (const partition of partitionsOf(table)) {
    const rows = await world.tables[table].query(partition);
    for (const { rowKey } of rows.filter(row => isLost(row.rowKey))) {
      await world.tables[table].write(partition, [{ kind: 'delete', rowKey }]);
    }
  }
  world.restart();
}

function edit(index: number, department: string): void {
  const id = ids[index] ?? '';
  world.source.edit(id, { ...world.source.contact(id).contact, department });
}

/** Every contact of the source is there once, as the source has it; and nothing is left to do. */
async function expectMirror(): Promise<void> {
  const source = world.source.contactsIn(world.sourceFolder).map(({ contact }) => contact);
  expect(world.target(target)).toEqual(Object.fromEntries(source.map(contact => [contact.displayName, contact])));
  expect(await world.progress(target)).toMatchObject({ state: 'current', contacts: source.length, failed: 0 });
  expect(world.handlerErrors).toEqual([]);
  world.takeCalls();
  await world.sync();
  expect(world.takeCalls(target)).toEqual([]);
}

function listings(): number {
  return world.takeCalls(target).filter(({ operation }) => operation === 'listStamped').length;
}

const all: TableName[] = ['sources', 'mailboxes', 'progress', 'runs'];

describe('rows that were put back from a backup', () => {
  test.each<[string, TableName[]]>([
    ['of all tables', all],
    ['of the mailboxes', ['mailboxes']],
    ['of mailboxes and progress', ['mailboxes', 'progress']],
    ['of the lists', ['sources']],
    ['of lists and progress', ['sources', 'progress']],
  ])('%s: what was written since is found, and nothing is doubled or lost', async (_, tables) => {
    const backup = await backUp(...tables);
    world.addContacts(3, 'New');
    edit(0, 'Engines');
    await world.sync();
    world.source.remove(ids[1] ?? '');
    edit(2, 'Boilers');
    await world.sync();
    await putBack(backup);
    world.addContacts(1, 'Newest');
    edit(3, 'Cranes');
    await world.sync();
    await expectMirror();
  });

  test('are noticed once: the next change costs no read', async () => {
    const backup = await backUp(...all);
    world.addContacts(1, 'New');
    await world.sync();
    await putBack(backup);
    world.takeCalls();
    await world.sync();
    expect(listings()).toBe(1);
    edit(0, 'Engines');
    await world.sync();
    expect(world.takeCalls(target).map(({ operation }) => operation)).toEqual(['patch']);
    world.addContacts(1, 'Newer');
    await world.sync();
    expect(world.takeCalls(target).map(({ operation }) => operation)).toEqual(['create']);
  });

  test('of the lists, older than the mailboxes by as many positions as come again: the run notes it', async () => {
    const backup = await backUp('sources', 'progress');
    for (const index of [0, 1, 2]) edit(index, 'Engines');
    await world.sync();
    await putBack(backup);
    for (const index of [0, 1, 2]) edit(index, 'Boilers');
    await world.sync();
    const notes = [{ list: 'staff', mailbox: target, code: 'JournalSetBack' }];
    expect(await world.latestRun()).toMatchObject({ problems: [], notes });
    await expectMirror();
  });

  test('keep what the user deleted since the backup away', async () => {
    const backup = await backUp('mailboxes');
    world.graph.mailbox(target).remove(world.targetId(target, 'Contact 3'));
    await putBack(backup);
    edit(0, 'Engines');
    await world.sync();
    expect(world.targetNames(target)).not.toContain('Contact 3');
  });
});

describe('rows that were lost', () => {
  test('of the list: what changed meanwhile arrives, and nothing is doubled', async () => {
    world.addContacts(2, 'New');
    await world.sync();
    await lose('sources', () => true);
    edit(0, 'Engines');
    world.source.remove(ids[1] ?? '');
    await world.clock.advance(hour);
    await world.sync();
    await expectMirror();
  });

  test.each<[string, (rowKey: string) => boolean]>([
    ['one row', rowKey => rowKey.endsWith(ids[0] ?? '')],
    ['every row', rowKey => rowKey.startsWith('contact:')],
  ])('of the ledger (%s): a changed contact is not doubled', async (_, isLost) => {
    await lose('mailboxes', isLost);
    edit(0, 'Engines');
    await world.sync();
    await expectMirror();
  });

  test('of the ledger: other settings double nothing', async () => {
    await lose('mailboxes', rowKey => rowKey.startsWith('contact:'));
    world.setLists(listOf({ mapping: { nickName: 'displayName' } }));
    await world.sync();
    expect(world.targetNames(target)).toHaveLength(10);
    expect(world.target(target)?.['Contact 1']).toMatchObject({ nickName: 'Contact 1' });
  });

  test('of the ledger are not looked for when a new contact comes', async () => {
    world.takeCalls();
    world.addContacts(1, 'New');
    await world.sync();
    expect(world.takeCalls(target).map(({ operation }) => operation)).toEqual(['create']);
  });

  test('of every list with the id of the installation: the mailboxes know their folders all the same', async () => {
    await lose('sources', () => true);
    for (const partition of ['$installation', '$lists']) {
      for (const { rowKey } of await world.tables.sources.query(partition)) {
        await world.tables.sources.write(partition, [{ kind: 'delete', rowKey }]);
      }
    }
    edit(0, 'Engines');
    world.addContacts(1, 'New');
    await world.sync();
    await expectMirror();
  });

  test('of the mailbox: the folder is known as ours by its mark, and nothing is doubled', async () => {
    await lose('mailboxes', () => true);
    edit(0, 'Engines');
    await world.sync();
    await expectMirror();
    world.exclude(target);
    await world.clock.advance(hour);
    await world.sync();
    expect(world.targetNames(target)).toBeUndefined();
  });

  test('of a mailbox that leaves: the folder is found by its name, and goes', async () => {
    await lose('mailboxes', () => true);
    world.exclude(target);
    await world.clock.advance(hour);
    await world.sync();
    expect(world.targetNames(target)).toBeUndefined();
    expect(await world.progress(target)).toMatchObject({ wanted: 'leaving', state: 'cleared' });
  });
});

describe('lost progress', () => {
  test('does not fill a mailbox again that somebody had cleared, until a resync names it', async () => {
    await world.clear(target);
    await world.drain();
    expect(world.targetNames(target)).toBeUndefined();
    await lose('progress', () => true);
    await world.sync();
    await world.sync();
    expect(world.targetNames(target)).toBeUndefined();
    expect(await world.progress(target)).toMatchObject({ wanted: 'cleared', state: 'cleared' });
    await world.resync(target);
    await world.drain();
    expect(world.targetNames(target)).toHaveLength(10);
    await lose('progress', () => true);
    await world.sync();
    expect(await world.progress(target)).toMatchObject({ wanted: 'target', state: 'current' });
    await expectMirror();
  });

  test('of one mailbox alone does not fill it, either', async () => {
    const [, other = ''] = world.addTargets(2);
    world.graph.setGroup('all@contoso.com', [target, other]);
    await world.sync();
    await world.clear(target);
    await world.drain();
    await lose('progress', rowKey => rowKey === target);
    await world.sync();
    expect(world.targetNames(target)).toBeUndefined();
    expect(await world.progress(target)).toMatchObject({ wanted: 'cleared', state: 'cleared' });
  });

  test('does not forget a mailbox that left', async () => {
    world.exclude(target);
    await lose('progress', () => true);
    await world.clock.advance(hour);
    await world.sync();
    expect(world.targetNames(target)).toBeUndefined();
    expect(await world.progress(target)).toMatchObject({ wanted: 'leaving', state: 'cleared' });
  });

  test('is looked for once where there is nothing', async () => {
    world.exclude(target);
    await world.clock.advance(hour);
    await world.sync();
    for (const table of ['progress', 'mailboxes'] as const) await lose(table, () => true);
    await world.sync();
    const searched = await world.openListPartition('staff').readMailboxSearch();
    await world.clock.advance(hour);
    await world.sync();
    expect(await world.openListPartition('staff').readMailboxSearch()).toBe(searched);
  });
});

describe('a message is a hint', () => {
  async function send(mailbox: string): Promise<void> {
    const run = '0000000000000-00000000';
    const lists = [{ list: 'staff', head: 10 }];
    const body = { kind: 'syncMailbox' as const, id: 'forged', run, mailbox, lists, attempt: 0 };
    await world.queues.syncQueue.send([{ id: `forged-${mailbox}`, body }]);
    await world.drain();
  }

  test('that names a mailbox which is no target gets nothing written', async () => {
    const stranger = world.graph.addUser('stranger@contoso.com');
    world.takeCalls();
    await send(stranger);
    expect(world.takeCalls(stranger)).toEqual([]);
    expect(await world.ledger(stranger)).toEqual([]);
    expect(await world.progress(stranger)).toBeUndefined();
  });

  test('that names a target which nobody has noted yet is taken at its word', async () => {
    const newcomer = world.graph.addUser('newcomer@contoso.com');
    world.graph.setGroup('all@contoso.com', [target, newcomer]);
    await send(newcomer);
    expect(world.targetNames(newcomer)).toHaveLength(10);
    await world.sync();
    expect(await world.progress(newcomer)).toMatchObject({ wanted: 'target', state: 'current' });
  });

  test('that names a mailbox by its address is refused, and makes no second mailbox of it', async () => {
    world.graph.mailbox(target).purge(world.targetId(target, 'Contact 1'));
    await send('target1@contoso.com').catch(() => undefined);
    expect(world.handlerErrors[0]).toMatchObject({ name: 'ForeignMessage' });
    expect(await world.tables.mailboxes.query('target1@contoso.com')).toEqual([]);
    world.handlerErrors.length = 0;
  });
});
