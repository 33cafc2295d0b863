import { failure } from '../../../memory/graphFaults.ts';
import { createWorld, hour, listOf, type World } from '../world.ts';

let world: World;
let english: string;
let german: string;
let contactId: string;

const destination = { folder: { default: 'Company', de: 'Firma' }, category: { default: 'Staff', de: 'Belegschaft' } };

beforeEach(() => {
  world = createWorld(listOf({ destination }));
  [english = '', german = ''] = world.addTargets(2);
  world.graph.setLanguage(german, 'de-AT');
  [contactId = ''] = world.addContacts(2);
});

function edit(department: string): void {
  world.source.edit(contactId, { ...world.source.contact(contactId).contact, department });
}

function categories(target: string, folder: string): (readonly string[] | undefined)[] {
  return Object.values(world.target(target, folder) ?? {}).map(contact => contact.categories);
}

/** How often a user's language was asked for since the last look. */
function questions(): number {
  return world.takeCalls().filter(({ operation }) => operation === 'findLanguage').length;
}

test('names folder and category as the user speaks, also for mailboxes that are handled side by side', async () => {
  await world.sync();
  expect(categories(english, 'Company')).toEqual([['Staff'], ['Staff']]);
  expect(categories(german, 'Firma')).toEqual([['Belegschaft'], ['Belegschaft']]);
  expect(world.target(english, 'Firma')).toBeUndefined();
  expect(world.target(german, 'Company')).toBeUndefined();
});

test('asks for the language once, and keeps the names when it changes', async () => {
  await world.sync();
  expect(questions()).toBe(2);
  world.graph.setLanguage(german, 'fr');
  world.graph.setLanguage(english, 'de');
  edit('Engines');
  await world.sync();
  await world.resync(undefined, 'full');
  await world.drain();
  expect(questions()).toBe(0);
  expect(categories(german, 'Firma')).toEqual([['Belegschaft'], ['Belegschaft']]);
  expect(world.target(english, 'Company')?.['Contact 1']).toMatchObject({
    department: 'Engines',
    categories: ['Staff'],
  });
});

test('renames a folder when the settings name it otherwise in the language that it was made for', async () => {
  await world.sync();
  const folder = world.graph.mailbox(german).findFolder(['Firma'])?.id;
  world.graph.setLanguage(german, 'fr');
  world.setLists(listOf({ destination: { ...destination, folder: { default: 'Company', de: 'Kollegen' } } }));
  await world.sync();
  expect(world.graph.mailbox(german).findFolder(['Kollegen'])?.id).toBe(folder);
  expect(world.targetNames(english)).toEqual(['Contact 1', 'Contact 2']);
});

test('renames the folders of before that had one name for all', async () => {
  world.setLists(listOf({ destination: { folder: 'Company', category: 'Staff' } }));
  await world.sync();
  expect(questions()).toBe(0);
  world.setLists(listOf({ destination }));
  await world.sync();
  expect(categories(german, 'Firma')).toEqual([['Belegschaft'], ['Belegschaft']]);
  expect(categories(english, 'Company')).toEqual([['Staff'], ['Staff']]);
  await world.sync();
  expect((await world.progress(german))?.state).toBe('current');
});

test('takes out what it wrote when the mailbox leaves, and asks again when it comes back', async () => {
  await world.sync();
  world.exclude(german);
  await world.clock.advance(hour);
  await world.sync();
  expect(world.target(german, 'Firma')).toBeUndefined();
  world.graph.setLanguage(german, 'en');
  world.setLists(listOf({ destination }));
  await world.clock.advance(hour);
  await world.sync();
  expect(categories(german, 'Company')).toEqual([['Staff'], ['Staff']]);
});

test('waits with the mailbox while the directory does not answer', async () => {
  world.graph.fail({ on: { operation: 'findLanguage', mailbox: '' }, answer: failure('unavailable') });
  await world.sync();
  await world.clock.advance(hour);
  await world.sync();
  expect(categories(german, 'Firma')).toHaveLength(2);
});
