import { createWorld, hour, listOf, minute, type World } from './world.ts';

const rollout = { rings: [{ groups: ['pilot@contoso.com'] }], wait: 'PT1H', from: 5 };
const staff = listOf({ rollout });
let world: World;
let pilot: string;
let others: string[];
/** A contact of the source. */
let first: string;

async function begin(list = staff): Promise<void> {
  world = createWorld(list);
  [pilot = '', ...others] = world.addTargets(4);
  world.graph.setGroup('pilot@contoso.com', [pilot]);
  [first = ''] = world.addContacts(3);
  await world.sync();
}

beforeEach(() => begin());

function count(mailboxId: string): number | undefined {
  return world.targetNames(mailboxId)?.length;
}

/** How many contacts each mailbox has, the pilot's first. */
function counts(): (number | undefined)[] {
  return [pilot, ...others].map(count);
}

async function syncAfter(milliseconds: number): Promise<void> {
  await world.clock.advance(milliseconds);
  await world.sync();
}

test('a small round is everybodys at once', () => {
  expect(counts()).toEqual([3, 3, 3, 3]);
});

test('a large round comes to the first ring, waits, and goes on with everybody', async () => {
  world.addContacts(5, 'New');
  await world.sync();
  expect(counts()).toEqual([8, 3, 3, 3]);

  world.restart();
  await syncAfter(50 * minute);
  expect(counts()).toEqual([8, 3, 3, 3]);

  await syncAfter(11 * minute);
  expect(counts()).toEqual([8, 8, 8, 8]);
});

test('while a ring waits nobody gets a message', async () => {
  world.addContacts(5, 'New');
  await world.sync();
  await syncAfter(10 * minute);
  const { sent } = await world.run();
  expect(sent).toBe(0);
});

test('a first sync comes in rings, and nobody else gets a folder', async () => {
  world = createWorld(staff);
  [pilot = '', ...others] = world.addTargets(3);
  world.graph.setGroup('pilot@contoso.com', [pilot]);
  world.addContacts(6);
  await world.sync();
  expect(counts()).toEqual([6, undefined, undefined]);
  await syncAfter(hour);
  expect(counts()).toEqual([6, 6, 6]);
});

test('no full reconcile carries a mailbox past its ceiling, and one that joins is brought to it', async () => {
  world.addContacts(5, 'New');
  world.source.edit(first, { ...world.source.contact(first).contact, department: 'Board' });
  await world.sync();
  const joined = world.graph.addUser('joined@contoso.com');
  world.graph.setGroup('all@contoso.com', [pilot, ...others, joined]);
  await world.resync(undefined, 'full');
  await world.drain();
  expect([...counts(), count(joined)]).toEqual([8, 3, 3, 3, 3]);
  expect(world.target(joined)?.['Contact 1']?.department).toBe('Sales');
  expect(world.target(pilot)?.['Contact 1']?.department).toBe('Board');
});

test('rounds that come meanwhile wait behind the large one', async () => {
  world.addContacts(5, 'New');
  await world.sync();
  world.addContacts(1, 'Late');
  await world.sync();
  expect(counts()).toEqual([8, 3, 3, 3]);
  await syncAfter(hour);
  expect(counts()).toEqual([9, 9, 9, 9]);
});

test('a mailbox that somebody asks for by name gets what the first ring has, and keeps it', async () => {
  world.addContacts(5, 'New');
  await world.sync();
  const [named = ''] = others;
  await world.resync(named);
  await world.drain();
  expect(counts()).toEqual([8, 8, 3, 3]);
  await world.resync(undefined, 'full');
  await world.drain();
  expect(counts()).toEqual([8, 8, 3, 3]);
  expect((await world.run()).sent).toBe(0);
});

test('new settings come in rings, however few contacts there are', async () => {
  world.setLists(listOf({ rollout, mapping: { department: null }, defaults: { companyName: 'Contoso' } }));
  await world.sync();
  const companies = () => [pilot, ...others].map(id => world.target(id)?.['Contact 1']?.companyName);
  expect(companies()).toEqual(['Contoso', undefined, undefined, undefined]);

  world.addContacts(1, 'Late');
  await world.sync();
  await world.resync(undefined, 'full');
  await world.drain();
  expect(companies()).toEqual(['Contoso', undefined, undefined, undefined]);
  await syncAfter(hour);
  expect(companies()).toEqual(['Contoso', 'Contoso', 'Contoso', 'Contoso']);
  expect(counts()).toEqual([4, 4, 4, 4]);
});

test('a list without rings keeps no row of them', async () => {
  await begin(listOf());
  expect(await world.openSource('staff').readRollout()).toBeUndefined();
});
