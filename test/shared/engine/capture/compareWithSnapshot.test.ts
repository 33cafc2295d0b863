import { createWorld, listOf, type World } from '../world.ts';

const list = listOf({ source: { kind: 'csv', blob: 'partners.csv', key: 'Number' } });

interface Row {
  readonly number: number;
  readonly name: string;
  readonly department: string;
}

let world: World;
let target: string;
let rows: Row[];

beforeEach(async () => {
  world = createWorld(list);
  [target = ''] = world.addTargets(1);
  rows = Array.from({ length: 80 }, (_, number) => ({ number, name: `Person ${number}`, department: 'Sales' }));
  await write();
});

async function write(): Promise<void> {
  const lines = rows.map(
    ({ number, name, department }) => `${number},${name},${department},${name.replace(' ', '')}@partner.example\n`,
  );
  world.files.put('partners.csv', `Number,Name,Department,E-mail Address\n${lines.join('')}`);
  await world.sync();
}

function change(number: number, department: string): void {
  rows = rows.map(row => (row.number === number ? { ...row, department } : row));
}

/** How often all contacts of the snapshot were read with all that they are. */
function watchWholeReadings(): () => number {
  const queries = jest.spyOn(world.tables.sources, 'query');
  return () => queries.mock.calls.filter(([, range, select]) => range?.from === 'contact:' && !select).length;
}

async function newest(count: number) {
  const head = (await world.head()) ?? 0;
  const changes = await world.openListPartition('staff').readJournal(head - count, head);
  return changes?.map(({ contact, before }) => [before?.contact.department, contact?.department]);
}

describe('a file that is read anew', () => {
  test('is compared by fingerprints, and the rows of whoever differs are all that is read beside', async () => {
    const wholeReadings = watchWholeReadings();
    change(3, 'Engines');
    rows = [...rows.slice(0, -1), { number: 80, name: 'Person 80', department: 'Sales' }];
    await write();
    expect(wholeReadings()).toBe(0);
    expect(await newest(3)).toEqual([
      ['Sales', 'Engines'],
      [undefined, 'Sales'],
      ['Sales', undefined],
    ]);
    expect(world.targetNames(target)).toHaveLength(80);
    expect(await world.app.readList('staff')).toMatchObject({ contacts: 80, state: 'ok' });
  });

  test('costs no reading of the snapshot where it did not change', async () => {
    const queries = jest.spyOn(world.tables.sources, 'query');
    await world.sync();
    expect(queries.mock.calls.filter(([, range]) => range?.from === 'contact:')).toEqual([]);
  });

  test('takes the whole snapshot where somebody new may be somebody who is gone', async () => {
    const wholeReadings = watchWholeReadings();
    const before = world.target(target)?.['Person 7'];
    rows = rows.map(row => (row.number === 7 ? { ...row, number: 700 } : row));
    await write();
    expect(wholeReadings()).toBe(1);
    expect(world.target(target)?.['Person 7']).toEqual(before);
    expect(await newest(1)).toEqual([[undefined, 'Sales']]);
  });

  test('takes the whole snapshot where much differs', async () => {
    const wholeReadings = watchWholeReadings();
    for (const { number } of rows) change(number, 'Engines');
    await write();
    expect(wholeReadings()).toBe(1);
    expect(Object.values(world.target(target) ?? {}).filter(({ department }) => department === 'Engines')).toHaveLength(
      80,
    );
  });
});

test('of a folder that lost one contact and got another, nothing but those is read', async () => {
  world = createWorld();
  const [gone = ''] = world.addContacts(3);
  await world.sync();
  const wholeReadings = watchWholeReadings();
  world.source.remove(gone);
  world.addContacts(1, 'Newcomer');
  await world.run();
  expect(wholeReadings()).toBe(0);
});
