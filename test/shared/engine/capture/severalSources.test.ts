import type { Contact } from '../../../../shared/domain/contact.ts';
import { failure } from '../../../memory/graphFaults.ts';
import { createWorld, listOf, type World } from '../world.ts';

const mailbox = 'directory@contoso.com';
const staffOnly = listOf({ source: { mailbox, folders: ['Staff'] } });
const sources = [
  { name: 'staff', mailbox, folders: ['Staff'] },
  { name: 'partners', mailbox: 'partners@contoso.com', folders: ['Lawyers'] },
];
const loose = { safeguards: { maxRemovalShare: 1, maxRemovals: 100 } };
const sideBySide = listOf({ sources, ...loose });
const joined = listOf({ sources, match: 'email', ...loose });

let world: World;
let target: string;
let partners: ReturnType<World['graph']['mailbox']>;
let lawyers: string;

function start(list = joined): void {
  world = createWorld(list);
  [target = ''] = world.addTargets(1);
  partners = world.graph.mailbox(world.graph.addUser('partners@contoso.com'));
  lawyers = partners.addFolder('Lawyers');
}

function person(displayName: string, address: string, others: Partial<Contact> = {}): Contact {
  return { displayName, emailAddresses: [{ address }], ...others };
}

function ada(others: Partial<Contact> = {}): Contact {
  return person('Ada', 'ada@contoso.example', others);
}

function addStaff(contact: Contact): string {
  return world.source.add(world.sourceFolder, contact);
}

function addLawyer(contact: Contact): string {
  return partners.add(lawyers, contact);
}

function held(): Record<string, Contact> {
  return world.target(target, 'Company') as Record<string, Contact>;
}

function writes(): string[] {
  const operations = world.takeCalls(target).map(({ operation }) => operation);
  return operations.filter(operation => ['create', 'patch', 'delete'].includes(operation));
}

describe('two sources side by side', () => {
  beforeEach(() => start(sideBySide));

  test('both arrive, the same person twice', async () => {
    addStaff(ada());
    addLawyer(person('Ada L.', 'ada@contoso.example'));
    await world.sync();
    expect(Object.keys(held()).sort()).toEqual(['Ada', 'Ada L.']);
  });

  test('one that cannot be read holds up the other, and nothing of it is gone', async () => {
    const first = addStaff(ada());
    addLawyer(person('Bob', 'bob@contoso.example'));
    await world.sync();
    partners.failure = failure('accessDenied');
    world.source.remove(first);
    addStaff(person('Cleo', 'cleo@contoso.example'));
    const { problems } = await world.sync();
    expect(problems).toMatchObject([{ detail: expect.stringMatching(/^Source "partners": /) }]);
    expect(Object.keys(held()).sort()).toEqual(['Bob', 'Cleo']);
    partners.failure = undefined;
    expect((await world.sync()).problems).toEqual([]);
    expect(Object.keys(held()).sort()).toEqual(['Bob', 'Cleo']);
  });

  test('what is missing of one is named by its place in the settings', async () => {
    world.setLists(listOf({ ...loose, sources: [sources[0], { ...sources[1], folders: ['Lawyers', 'Notaries'] }] }));
    addStaff(ada());
    await world.sync();
    const [list] = await world.app.readLists();
    expect(list).toMatchObject({
      problem: {
        code: 'SourceFolderNotFound',
        detail: expect.stringMatching(/^Source "partners": sources\[1\]\.folders\[1\] \("Notaries"\)/),
      },
    });
  });

  test('a condition of one chooses among its contacts, and a contact that meets it no more goes', async () => {
    const where = { field: 'companyName', in: ['Contoso'] };
    world.setLists(listOf({ ...loose, sources: [{ ...sources[0], where }, sources[1]] }));
    const first = addStaff(ada({ companyName: 'Contoso' }));
    addStaff(person('Bob', 'bob@contoso.example'));
    addLawyer(person('Cleo', 'cleo@contoso.example'));
    await world.sync();
    expect(Object.keys(held()).sort()).toEqual(['Ada', 'Cleo']);
    world.source.edit(first, ada({ companyName: 'Fabrikam' }));
    await world.sync();
    expect(Object.keys(held())).toEqual(['Cleo']);
  });
});

test('a note on one source keeps nobody of another that the list reads no more', async () => {
  const file = { name: 'file', kind: 'csv', blob: 'a.csv' };
  start(listOf({ ...loose, sources: [sources[0], file] }));
  world.files.put('a.csv', 'First Name,Birthday\nBob,5/6/1985\n');
  addStaff(ada());
  addLawyer(person('Cleo', 'cleo@contoso.example'));
  expect((await world.sync()).problems).toMatchObject([{ code: 'CsvValuesLeftOut' }]);
  expect(Object.keys(held()).sort()).toEqual(['Ada', 'Bob']);
  world.setLists(listOf({ ...loose, sources: [sources[1], file] }));
  await world.sync();
  expect(Object.keys(held()).sort()).toEqual(['Bob', 'Cleo']);
});

describe('a source that reads as empty beside one that does not', () => {
  const sides: [string, ReturnType<typeof listOf>][] = [
    ['side by side', listOf({ sources })],
    ['joined', listOf({ sources, match: 'email' })],
  ];

  test.each(sides)('is held however small it is, and believed when somebody approves: %s', async (_, list) => {
    start(list);
    for (let number = 0; number < 30; number++) addStaff(person(`Staff ${number}`, `s${number}@contoso.example`));
    const ids = ['Bea', 'Cid'].map(name => addLawyer(person(name, `${name}@law.example`)));
    await world.sync();
    for (const id of ids) partners.remove(id);
    await world.sync();
    expect(await world.app.readList('staff')).toMatchObject({
      state: 'held',
      hold: { reason: 'SourceUnexpectedlyEmpty', removals: 2, of: 2 },
    });
    addStaff(person('Newcomer', 'new@contoso.example'));
    await world.sync();
    expect(Object.keys(held())).toEqual(expect.arrayContaining(['Bea', 'Cid', 'Newcomer']));
    expect(await world.decide({ decision: 'approve', removals: 2 })).toEqual({ kind: 'decided' });
    await world.sync();
    expect(Object.keys(held())).toHaveLength(31);
    expect(await world.app.readList('staff')).toMatchObject({ state: 'ok', contacts: 31 });
  });

  test('goes where the settings name it no more', async () => {
    start(listOf({ sources }));
    addStaff(ada());
    for (const name of ['Bea', 'Cid']) addLawyer(person(name, `${name}@law.example`));
    for (let number = 0; number < 30; number++) addStaff(person(`Staff ${number}`, `s${number}@contoso.example`));
    await world.sync();
    world.setLists(listOf({ sources: sources.slice(0, 1) }));
    await world.sync();
    expect(Object.keys(held())).toHaveLength(31);
  });
});

test('a list that gets a second source writes nothing for the contacts that it had', async () => {
  start(staffOnly);
  const first = addStaff({ displayName: 'Nobody with an address' });
  addStaff(ada());
  addLawyer(person('Bob', 'bob@contoso.example'));
  await world.sync();
  world.takeCalls(target);
  world.setLists(sideBySide);
  await world.sync();
  expect(writes()).toEqual(['create']);
  world.source.edit(first, { displayName: 'Nobody with an address', jobTitle: 'Clerk' });
  await world.sync();
  expect(writes()).toEqual(['patch']);
  world.setLists(staffOnly);
  await world.sync();
  expect(writes()).toEqual(['delete']);
  expect(Object.keys(held()).sort()).toEqual(['Ada', 'Nobody with an address']);
});

describe('contacts of several sources that share an address', () => {
  beforeEach(() => start());

  test('are one person: the first source wins, the second fills', async () => {
    addLawyer(person('Lovelace, Ada', 'ADA@contoso.example', { jobTitle: 'Counsel', companyName: 'Law Ltd' }));
    addStaff(ada({ companyName: 'Contoso' }));
    await world.sync();
    expect(held()).toMatchObject({ Ada: { companyName: 'Contoso', jobTitle: 'Counsel' } });
    expect(writes()).toEqual(['create']);
  });

  test('who leaves the first source and stays in the second is patched', async () => {
    const first = addStaff(ada({ mobilePhone: '+49 30 1' }));
    addLawyer(person('Lovelace, Ada', 'ada@contoso.example', { jobTitle: 'Counsel' }));
    await world.sync();
    writes();
    world.source.remove(first);
    await world.sync();
    expect(writes()).toEqual(['patch']);
    expect(held()).toMatchObject({ 'Lovelace, Ada': { jobTitle: 'Counsel' } });
    expect(held()['Lovelace, Ada']?.mobilePhone).toBeUndefined();
  });

  test('who was in a source that is read from the start and has nobody any more stays by the other', async () => {
    const first = addStaff(ada());
    addLawyer(person('Lovelace, Ada', 'ada@contoso.example'));
    await world.sync();
    writes();
    world.source.remove(first);
    world.source.killDeltaTokens();
    await world.sync();
    expect(writes()).toEqual(['patch']);
    expect(Object.keys(held())).toEqual(['Lovelace, Ada']);
  });

  test('who comes to the first source after the second is patched', async () => {
    addLawyer(person('Lovelace, Ada', 'ada@contoso.example', { jobTitle: 'Counsel' }));
    await world.sync();
    writes();
    const first = addStaff(ada());
    await world.sync();
    expect(writes()).toEqual(['patch']);
    expect(held()).toMatchObject({ Ada: { jobTitle: 'Counsel' } });
    world.source.edit(first, ada({ jobTitle: 'Head' }));
    await world.sync();
    expect(held()).toMatchObject({ Ada: { jobTitle: 'Head' } });
  });

  test('what the second source changes is seen where the first leaves it empty, and only there', async () => {
    addStaff(ada({ companyName: 'Contoso' }));
    const second = addLawyer(person('Ada', 'ada@contoso.example', { companyName: 'Law Ltd' }));
    await world.sync();
    writes();
    partners.edit(second, person('Ada', 'ada@contoso.example', { companyName: 'Law & Co' }));
    await world.sync();
    expect(writes()).toEqual([]);
    partners.edit(second, person('Ada', 'ada@contoso.example', { companyName: 'Law & Co', jobTitle: 'Counsel' }));
    await world.sync();
    expect(writes()).toEqual(['patch']);
    expect(held()).toMatchObject({ Ada: { companyName: 'Contoso', jobTitle: 'Counsel' } });
  });

  test('and that do so no more are two', async () => {
    addStaff(ada());
    const second = addLawyer(person('Bob', 'ada@contoso.example'));
    await world.sync();
    partners.edit(second, person('Bob', 'bob@contoso.example'));
    await world.sync();
    expect(Object.keys(held()).sort()).toEqual(['Ada', 'Bob']);
    partners.edit(second, person('Bob', 'ada@contoso.example'));
    await world.sync();
    expect(Object.keys(held())).toEqual(['Ada']);
  });

  test('an address that two of one source have joins nobody', async () => {
    addStaff(person('Reception 1', 'info@contoso.example'));
    addStaff(person('Reception 2', 'info@contoso.example'));
    addLawyer(person('Reception 3', 'info@contoso.example'));
    await world.sync();
    expect(Object.keys(held()).sort()).toEqual(['Reception 1', 'Reception 2', 'Reception 3']);
  });

  test('nothing is written by a second run, nor by delta links that die', async () => {
    addStaff(ada());
    addLawyer(person('Ada', 'ada@contoso.example', { jobTitle: 'Counsel' }));
    addLawyer(person('Bob', 'bob@contoso.example'));
    await world.sync();
    writes();
    await world.sync();
    world.source.killDeltaTokens();
    await world.sync();
    partners.killDeltaTokens();
    await world.sync();
    expect(writes()).toEqual([]);
  });

  test('a full mailbox, which is listed, hides nobody', async () => {
    addStaff(ada());
    addLawyer(person('Ada', 'ada@contoso.example', { jobTitle: 'Counsel' }));
    await world.sync();
    writes();
    partners.overQuota = true;
    addStaff(person('Bob', 'bob@contoso.example'));
    await world.sync();
    expect(writes()).toEqual(['create']);
    expect(held()).toMatchObject({ Ada: { jobTitle: 'Counsel' } });
  });

  test('a removal that waits and comes back is the person it was', async () => {
    world.setLists({ ...joined, safeguards: { maxRemovalShare: 0, maxRemovals: 0 } });
    const first = addStaff(ada());
    const second = addLawyer(person('Ada', 'ada@contoso.example', { jobTitle: 'Counsel' }));
    addStaff(person('Bob', 'bob@contoso.example'));
    await world.sync();
    writes();
    world.source.remove(first);
    partners.remove(second);
    expect((await world.sync()).problems).toMatchObject([{ code: 'TooManyRemovals' }]);
    addLawyer(person('Ada', 'ada@contoso.example', { jobTitle: 'Counsel' }));
    expect((await world.sync()).problems).toEqual([]);
    expect(writes()).toEqual([]);
    expect(Object.keys(held()).sort()).toEqual(['Ada', 'Bob']);
  });
});
