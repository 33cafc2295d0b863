import { createWorld, hour, listOf, type World } from '../world.ts';

let world: World;
let target: string;
let ids: string[];

type TableName = keyof World['tables'];
/** Rows by table and partition. */
type Rows = Map<string, Awaited<ReturnType<World['tables']['sources']['query']>>>;

beforeEach(() => {
  world = createWorld();
  [target = ''] = world.addTargets(1);
  ids = world.addContacts(3);
});

function mailbox(): ReturnType<World['graph']['mailbox']> {
  return world.graph.mailbox(target);
}

function folder(): string {
  return mailbox().findFolder(['Company'])?.id ?? '';
}

function edit(index: number, department: string): void {
  const id = ids[index] ?? '';
  world.source.edit(id, { ...world.source.contact(id).contact, department });
}

async function installationId(): Promise<string> {
  const row = await world.tables.sources.get('$installation', 'id');
  return String(row?.properties.id);
}

const partitions = (): [TableName, string][] => [
  ['sources', '$installation'],
  ['sources', '$lists'],
  ['sources', 'staff'],
  ['mailboxes', target],
  ['progress', 'staff'],
];

/** Another installation with the same lists takes the place of this one, with tables of its own. @returns the rows of this one */
async function otherInstallation(rows: Rows = new Map()): Promise<Rows> {
  const left: Rows = new Map();
  for (const [table, partition] of partitions()) {
    const own = await world.tables[table].query(partition);
    left.set(`${table} ${partition}`, own);
    for (const { rowKey } of own) await world.tables[table].write(partition, [{ kind: 'delete', rowKey }]);
    for (const { rowKey, properties } of rows.get(`${table} ${partition}`) ?? []) {
      await world.tables[table].write(partition, [{ kind: 'insert', rowKey, properties }]);
    }
  }
  world.restart();
  await world.clock.advance(hour);
  return left;
}

async function expectOthers(id: string): Promise<void> {
  const problem = { code: 'OtherInstallation', detail: expect.stringContaining(`"takeOver": "${id}"`) };
  expect(await world.progress(target)).toMatchObject({ state: 'failed', problem });
}

function writes(): string[] {
  const reads = ['findFolder', 'getFolder', 'isDeleted', 'listStamped', 'getContact', 'deletedItemsId'];
  return world
    .takeCalls(target)
    .map(({ operation }) => operation)
    .filter(operation => !reads.includes(operation));
}

test('a folder that we make is marked in the call that makes it', async () => {
  await world.sync();
  expect(mailbox().folder(folder()).installation).toBe(await installationId());
  expect(writes()).toEqual(['createFolder', 'create', 'create', 'create']);
});

describe.each([
  ['a folder of another installation', false],
  ['a folder of the user’s that another installation writes into', true],
])('%s', (_, isUsers) => {
  let first: string;
  let rowsOfFirst: Rows;

  beforeEach(async () => {
    if (isUsers) mailbox().add(mailbox().addFolder('Company'), { displayName: 'My own' });
    await world.sync();
    first = await installationId();
    rowsOfFirst = await otherInstallation();
    world.takeCalls();
  });

  test('is not touched, and the mailbox says whose it is', async () => {
    world.source.remove(ids[0] ?? '');
    const before = structuredClone([...mailbox().contacts.values()]);
    await world.sync();
    expect(writes()).toEqual([]);
    expect([...mailbox().contacts.values()]).toEqual(before);
    await expectOthers(first);
  });

  test('is taken over by name: nothing is doubled, and it is left alone by the first one', async () => {
    await world.sync();
    world.setLists(listOf({ takeOver: first }));
    edit(0, 'Engines');
    await world.resync();
    await world.drain();
    const names = ['Contact 1', 'Contact 2', 'Contact 3', ...(isUsers ? ['My own'] : [])];
    expect(world.targetNames(target)).toEqual(names);
    expect(await world.progress(target)).toMatchObject({ state: 'current', contacts: 3 });
    const second = await installationId();

    await otherInstallation(rowsOfFirst);
    world.setLists(listOf());
    world.takeCalls();
    await world.resync(target, 'full');
    await world.drain();
    expect(writes()).toEqual([]);
    await expectOthers(second);

    world.exclude(target);
    await world.clock.advance(hour);
    await world.sync();
    expect(world.targetNames(target)).toEqual(names);
    expect(await world.progress(target)).toMatchObject({ state: 'cleared', contacts: 0 });
    expect(await world.latestRun()).toMatchObject({ problems: [], notes: [{ code: 'OtherInstallation' }] });
  });

  test('is still ours where the id of our installation was lost', async () => {
    await otherInstallation(rowsOfFirst);
    await world.tables.sources.write('$installation', [{ kind: 'delete', rowKey: 'id' }]);
    world.restart();
    for (const department of ['Engines', 'Boilers']) {
      edit(0, department);
      await world.resync(target, 'full');
      await world.drain();
      expect(world.target(target)?.['Contact 1']?.department).toBe(department);
      expect(await world.progress(target)).toMatchObject({ state: 'current', contacts: 3 });
    }
    expect(await installationId()).not.toBe(first);
  });
});

test('a folder of the user’s costs no read when a contact changes', async () => {
  mailbox().addFolder('Company');
  await world.sync();
  edit(0, 'Engines');
  world.takeCalls();
  await world.sync();
  expect(world.takeCalls(target)).toMatchObject([{ operation: 'patch', fields: ['department'] }]);
  const versions = mailbox()
    .contactsIn(folder())
    .map(({ stamp }) => stamp?.version?.split('.')[2]);
  expect(versions).toEqual(Array(3).fill(await installationId()));
});

describe('a folder that an older version made', () => {
  beforeEach(async () => {
    await world.sync();
    const made = mailbox().folder(folder());
    mailbox().folders.set(made.id, { ...made, installation: undefined });
    const [row] = await world.tables.mailboxes.query(target, { from: 'list:', to: 'list;' });
    const { installations, formerFolders, epoch, ...columns } = row?.properties ?? {};
    await world.tables.mailboxes.write(target, [{ kind: 'replace', rowKey: 'list:staff', properties: columns }]);
    world.takeCalls();
  });

  test('is not written to by an upgrade, nor by a reconcile that finds nothing', async () => {
    await world.sync();
    await world.resync(target, 'full');
    await world.drain();
    expect(writes()).toEqual([]);
  });

  test('costs nothing more when a contact changes', async () => {
    edit(0, 'Engines');
    await world.sync();
    expect(world.takeCalls(target).map(({ operation }) => operation)).toEqual(['patch']);
  });

  test('is marked by the next pass that looks at it and writes', async () => {
    edit(0, 'Engines');
    await world.resync(target);
    await world.drain();
    expect(writes()).toEqual(['markFolder', 'patch']);
    expect(mailbox().folder(folder()).installation).toBe(await installationId());
  });
});
