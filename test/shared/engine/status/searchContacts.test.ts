import { decisionOn } from '../../../../shared/domain/sourceChanges.ts';
import { searchContacts } from '../../../../shared/engine/status/searchContacts.ts';
import { createWorld, type World } from '../world.ts';

let world: World;

beforeEach(async () => {
  world = createWorld();
  world.addTargets(1);
  const contacts = [
    { displayName: 'Zoé Müller', companyName: 'Contoso', emailAddresses: [{ address: 'zm@contoso.com' }] },
    { displayName: 'Bob Smith', givenName: 'Robert', companyName: 'Fabrikam' },
    { displayName: '山田 太郎', yomiSurname: 'ヤマダ', emailAddresses: [{ address: 'yamada@example.com' }] },
    { companyName: 'Contoso', emailAddresses: [{ address: 'info@contoso.com' }] },
  ];
  for (const contact of contacts) world.source.add(world.sourceFolder, contact);
  await world.sync();
});

async function search(text: string): Promise<(string | null)[]> {
  const { contacts } = await searchContacts(world.openListPartition('staff'), { text, from: 0, limit: 50 });
  return contacts.map(({ contact }) => contact.displayName ?? null);
}

test.each<[string, (string | null)[]]>([
  ['muller', ['Zoé Müller']],
  ['MÜLLER zoe', ['Zoé Müller']],
  ['robert', ['Bob Smith']],
  ['contoso', [null, 'Zoé Müller']],
  ['zm@contoso', ['Zoé Müller']],
  ['ヤマダ', ['山田 太郎']],
  ['山田', ['山田 太郎']],
  ['muller fabrikam', []],
  ['', [null, 'Bob Smith', 'Zoé Müller', '山田 太郎']],
])('%j finds %j', async (text, names) => {
  expect(await search(text)).toEqual(names);
});

test('pages come in the order of the names, numbers by their value, each contact once', async () => {
  world.addContacts(12);
  await world.sync();
  const pages = await Promise.all(
    [0, 5, 10, 15].map(from => searchContacts(world.openListPartition('staff'), { text: 'contact', from, limit: 5 })),
  );
  const names = pages.flatMap(({ contacts }) => contacts.map(({ contact }) => contact.displayName));
  expect(names).toEqual(Array.from({ length: 12 }, (_, index) => `Contact ${index + 1}`));
  expect(pages.map(({ total }) => total)).toEqual([12, 12, 12, 12]);
});

test('a contact whose removal waits or was rejected is told apart', async () => {
  const ids = world.addContacts(40);
  await world.sync();
  for (const id of ids.slice(0, 20)) world.source.remove(id);
  await world.sync();
  const question = { text: 'contact', from: 0, limit: 50 };
  const { contacts } = await searchContacts(world.openListPartition('staff'), question);
  const held = contacts.filter(contact => decisionOn(contact) === 'held');
  expect(held).toHaveLength(20);
  const asked = await searchContacts(world.openListPartition('staff'), { ...question, removal: 'held' });
  expect(asked).toEqual({ contacts: held, total: 20 });
});
