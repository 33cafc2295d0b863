import type { DirectoryReader, DirectoryRow } from '../../../../shared/ports/directoryReader.ts';
import { memoryGraphAdapters } from '../../../memory/adapters.ts';
import { createWorld, listOf, type World } from '../world.ts';

const partners = { name: 'partners', kind: 'contactFolder', mailbox: 'directory@contoso.com', folders: ['Staff'] };

let world: World;
let ada: string;
let bob: string;

/** Everybody in the directory is a target, and the list has a folder of partners beside it. */
async function startWith(directory: object) {
  const list = listOf({ sources: [{ name: 'people', kind: 'directory', ...directory }, partners], match: 'email' });
  world = createWorld(list);
  world.addContacts(1, 'Partner');
  [ada = '', bob = ''] = world.addTargets(2);
  const reader = readerOf([
    { id: ada, name: 'Ada' },
    { id: bob, name: 'Bob' },
  ]);
  const graph = { ...memoryGraphAdapters(world.graph, world.clock), openDirectoryReader: () => reader };
  const app = world.openApp({}, { graph });
  await world.clock.advance(1000);
  await world.drive(app.scheduleSync());
  return { list, app };
}

function readerOf(users: readonly { readonly id: string; readonly name: string }[]): DirectoryReader {
  const rows: DirectoryRow[] = users.map(({ id, name }) => ({
    id,
    removed: false,
    values: { displayName: name, mail: `${name}@contoso.com`, accountEnabled: true, userType: 'Member' },
  }));
  return {
    counts: () => ({ requests: 0, roundTrips: 0 }),
    readChanges: async (_collection, deltaLink) => ({ rows: deltaLink === undefined ? rows : [], deltaLink: '/delta' }),
    tryChanges: async () => {},
    listOrganisationContacts: async () => [],
    lookUpUsers: async () => [],
    lookUpContacts: async () => [],
    readReports: async () => [],
    memberIds: async () => [],
    readUserPhotos: async () => [],
  };
}

test('a person is not in their own list: preview, run and explanation agree, beside another source too', async () => {
  const { list, app } = await startWith({});

  const preview = await world.drive(app.previewMailbox(list, ada));
  expect(preview).toMatchObject({ creates: 2, operations: [{ displayName: 'Bob' }, { displayName: 'Partner 1' }] });
  expect(await world.drive(app.previewList(list))).toMatchObject({ creates: 4 });

  await world.drain();
  expect([world.targetNames(ada), world.targetNames(bob)]).toEqual([
    ['Bob', 'Partner 1'],
    ['Ada', 'Partner 1'],
  ]);
  const own = await world.drive(app.explainContact(list, ada, 'ada@contoso.com'));
  expect(own.contacts).toMatchObject([
    { present: false, state: 'ownEntry', reason: expect.stringContaining('includeSelf'), displayName: 'Ada' },
  ]);
  const others = await world.drive(app.explainContact(list, bob, 'ada@contoso.com'));
  expect(others.contacts).toMatchObject([{ present: true, state: 'present' }]);
  const partner = await world.drive(app.explainContact(list, ada, 'Partner 1'));
  expect(partner.contacts).toMatchObject([{ present: true, state: 'present' }]);
});

test('with includeSelf they are in it, and the explanation says so', async () => {
  const { list, app } = await startWith({ includeSelf: true });

  expect(await world.drive(app.previewMailbox(list, ada))).toMatchObject({ creates: 3 });
  await world.drain();
  expect(world.targetNames(ada)).toEqual(['Ada', 'Bob', 'Partner 1']);
  const own = await world.drive(app.explainContact(list, ada, 'ada@contoso.com'));
  expect(own.contacts).toMatchObject([{ present: true, state: 'present' }]);
});
