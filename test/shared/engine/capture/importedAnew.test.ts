import { createWorld, listOf, type World } from '../world.ts';

/** 20 contacts, of which 4 may go without asking. */
const list = listOf({ safeguards: { maxRemovalShare: 0.2, maxRemovals: 3 } });
const names = Array.from({ length: 20 }, (_, index) => `Person ${index + 1}`);

let world: World;
let target: string;

beforeEach(async () => {
  world = createWorld(list);
  [target = ''] = world.addTargets(1);
  importAll();
  await world.sync();
  world.takeCalls();
});

function importAll(from: readonly string[] = names, department = 'Sales'): string[] {
  return from.map(name => world.source.add(world.sourceFolder, contentOf(name, department)));
}

function contentOf(displayName: string, department: string) {
  const address = `${displayName.replace(' ', '.').toLowerCase()}@contoso.com`;
  return { displayName, department, emailAddresses: [{ address }] };
}

function empty(): void {
  for (const { id } of world.source.contactsIn(world.sourceFolder)) world.source.remove(id);
}

function writes(): string[] {
  const operations = world.takeCalls(target).map(({ operation }) => operation);
  return operations.filter(operation => ['create', 'patch', 'delete'].includes(operation));
}

describe('a source that is emptied and filled again with the same people', () => {
  test('between two runs writes nothing', async () => {
    empty();
    importAll();
    expect((await world.sync()).problems).toEqual([]);
    expect(writes()).toEqual([]);
    expect(await world.head()).toBe(20);
  });

  test('with a run in between is held, writes nothing, and the hold ends by itself', async () => {
    empty();
    expect((await world.sync()).problems).toMatchObject([{ code: 'SourceUnexpectedlyEmpty' }]);
    importAll(names.slice(0, 15));
    expect((await world.sync()).problems).toMatchObject([{ code: 'TooManyRemovals' }]);
    importAll(names.slice(15));
    expect((await world.sync()).problems).toEqual([]);
    expect(writes()).toEqual([]);
    expect(world.targetNames(target)).toHaveLength(20);
  });

  test('over a delta link that dies writes nothing', async () => {
    empty();
    importAll();
    world.source.killDeltaTokens();
    await world.sync();
    expect(writes()).toEqual([]);
  });

  test('and whose removal was rejected meanwhile is followed again, and writes nothing', async () => {
    empty();
    await world.sync();
    await world.decide({ decision: 'reject', removals: 20 });
    await world.sync();
    const [first = ''] = importAll();
    await world.sync();
    expect(writes()).toEqual([]);
    world.source.remove(first);
    await world.sync();
    expect(writes()).toEqual(['delete']);
  });

  test('changes only the fields that differ, and keeps what users did', async () => {
    const edited = world.targetId(target, 'Person 2');
    const { contact } = world.graph.mailbox(target).contact(edited);
    world.graph.mailbox(target).edit(edited, { ...contact, jobTitle: 'My friend' });
    empty();
    importAll(['Person 1'], 'Engines');
    importAll(names.slice(1));
    world.takeCalls();
    await world.sync();
    expect(world.takeCalls(target)).toMatchObject([{ operation: 'patch', fields: ['department'] }]);
    expect(world.target(target)?.['Person 2']).toMatchObject({ jobTitle: 'My friend', department: 'Sales' });
  });

  test('is followed from then on by its new ids, over several imports, in single changes and from the start', async () => {
    for (let round = 0; round < 3; round += 1) {
      empty();
      importAll();
      await world.sync();
    }
    expect(writes()).toEqual([]);
    const [first, second] = world.source.contactsIn(world.sourceFolder);
    const found = await world.explain(target, first?.id ?? '');
    expect(found.contacts).toMatchObject([{ present: true, state: 'present' }]);
    world.source.edit(first?.id ?? '', contentOf('Person 1', 'Engines'));
    world.source.remove(second?.id ?? '');
    world.source.add(world.sourceFolder, contentOf('Newcomer', 'Sales'));
    await world.sync();
    expect(writes().sort()).toEqual(['create', 'delete', 'patch']);
    world.source.killDeltaTokens();
    world.source.remove(first?.id ?? '');
    await world.sync();
    expect(writes()).toEqual(['delete']);
    expect(world.targetNames(target)).toEqual(['Newcomer', ...names.slice(2)].sort());
  });

  test('because its mailbox was replaced behind its user writes nothing', async () => {
    world.source.replace();
    const folder = world.source.addFolder('Staff');
    for (const name of names) world.source.add(folder, contentOf(name, 'Sales'));
    expect((await world.sync()).problems).toEqual([]);
    expect(writes()).toEqual([]);
  });

  test('and whose first contacts are restored beside the new ones has each of them', async () => {
    const [first] = world.source.contactsIn(world.sourceFolder);
    empty();
    importAll();
    await world.sync();
    world.source.move(first?.id ?? '', world.sourceFolder);
    world.source.edit(first?.id ?? '', contentOf('Restored', 'Sales'));
    await world.sync();
    expect(writes()).toEqual(['create']);
    expect(world.targetNames(target)).toHaveLength(21);
    world.source.edit(first?.id ?? '', contentOf('Restored', 'Engines'));
    await world.sync();
    expect(writes()).toEqual(['patch']);
    await world.resync(target, 'full');
    await world.drain();
    expect(writes()).toEqual([]);
  });
});

test('a change of one contact reads one row of the snapshot', async () => {
  const [first] = world.source.contactsIn(world.sourceFolder);
  await world.sync();
  const reads: string[] = [];
  const { get, query } = world.tables.sources;
  world.tables.sources.get = (partition, row) => {
    reads.push(row.split(':')[0] ?? '');
    return get(partition, row);
  };
  world.tables.sources.query = (partition, range, select) => {
    reads.push(`${range?.from}..`);
    return query(partition, range, select);
  };
  world.source.edit(first?.id ?? '', contentOf('Person 1', 'Engines'));
  await world.capture();
  expect(reads.filter(read => !read.startsWith('checkpoint'))).toEqual(['contact']);
});
