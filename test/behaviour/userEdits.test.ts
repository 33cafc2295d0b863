import { addContact, contentOf, contentsOfFolder, patchContact } from '../world/contactRows.ts';
import { type GraphWorld, startGraphWorld } from '../world/graphWorld.ts';
import type { AppHost } from '../world/world.ts';

type Json = Readonly<Record<string, unknown>>;

const list = {
  id: 'staff',
  source: { mailbox: 'directory@contoso.example', folders: ['Staff'] },
  targets: { mailboxes: ['ada@contoso.example'] },
  destination: { folder: 'Company' },
  mapping: { spouseName: null },
};

const names = ['Ann', 'Ben', 'Cid', 'Dot', 'Eve'];

let world: GraphWorld;
let host: AppHost;
let directory: string;
let ada: string;
let folder: string;
const sourceIds = new Map<string, string>();

beforeAll(async () => {
  world = await startGraphWorld({ lists: [list] });
  const { graph } = world;
  directory = await graph.addUser('directory');
  ada = await graph.addUser('ada');
  const staff = await graph.addFolder(directory, 'Staff');
  for (const displayName of names) {
    const fields = { displayName, department: 'Sales', jobTitle: 'Clerk', businessPhones: ['1', '2'] };
    sourceIds.set(displayName, await addContact(graph, directory, staff, fields));
  }
  host = await world.startHost();
  await host.runSchedule();
  folder = (await graph.findFolder(ada, 'Company')) ?? '';
});

afterAll(() => world?.stop());

async function targetRow(displayName: string): Promise<Json> {
  const rows = await world.graph.readContacts(ada, folder);
  return rows.find(row => row.displayName === displayName) ?? {};
}

async function changeSource(displayName: string, fields: Json): Promise<void> {
  await patchContact(world.graph, directory, sourceIds.get(displayName) ?? '', fields);
}

test('what a user changes in other fields survives a change at the source', async () => {
  const ann = await targetRow('Ann');
  const edits = {
    spouseName: 'Sam',
    personalNotes: 'Met in Oslo',
    mobilePhone: '7',
    jobTitle: 'My clerk',
    businessPhones: ['9'],
    homeAddress: { city: 'Oslo' },
    categories: ['Company', 'Friends'],
  };
  await patchContact(world.graph, ada, String(ann.id), edits);
  await changeSource('Ann', { department: 'Marketing', spouseName: 'Max' });
  await world.graph.control('DELETE', '/counters');

  const run = await host.runSchedule();

  expect(run.contacts).toEqual({ created: 0, updated: 1, deleted: 0, failed: 0 });
  expect(contentOf(await targetRow('Ann'))).toEqual({ displayName: 'Ann', department: 'Marketing', ...edits });
  const { byMailbox } = await world.graph.control<{ byMailbox: Record<string, Json> }>('GET', '/counters');
  expect(byMailbox[ada]).toMatchObject({ requests: 2, writes: 1 });
});

test('a change at the source that no mapped field shows writes nothing', async () => {
  await changeSource('Ann', { spouseName: 'Moritz' });

  const run = await host.runSchedule();

  expect(run.contacts).toEqual({ created: 0, updated: 0, deleted: 0, failed: 0 });
  expect(await targetRow('Ann')).toMatchObject({ spouseName: 'Sam' });
});

test('the source wins in a field that it changes', async () => {
  const ben = await targetRow('Ben');
  await patchContact(world.graph, ada, String(ben.id), { jobTitle: 'Mine', department: 'Mine' });
  await changeSource('Ben', { jobTitle: 'Chief' });

  await host.runSchedule();

  expect(await targetRow('Ben')).toMatchObject({ jobTitle: 'Chief', department: 'Mine' });
});

test('a field that the source clears is cleared', async () => {
  await changeSource('Eve', { jobTitle: null, businessPhones: [] });

  await host.runSchedule();

  expect(contentOf(await targetRow('Eve'))).toEqual({
    displayName: 'Eve',
    department: 'Sales',
    categories: ['Company'],
  });
});

test('a contact that the user deleted stays deleted, until the source changes it', async () => {
  const cid = await targetRow('Cid');
  await world.graph.call('DELETE', `/users/${ada}/contacts/${cid.id}`);

  await changeSource('Ben', { jobTitle: 'Boss' });
  await host.runSchedule();
  expect(await targetRow('Cid')).toEqual({});
  const full = await host.resync({ mode: 'full' });
  expect(full.contacts).toEqual({ created: 0, updated: 0, deleted: 0, failed: 0 });
  expect(await targetRow('Cid')).toEqual({});

  await changeSource('Cid', { jobTitle: 'Back' });
  const run = await host.runSchedule();
  expect(run.contacts).toEqual({ created: 1, updated: 0, deleted: 0, failed: 0 });
  expect(contentOf(await targetRow('Cid'))).toMatchObject({ jobTitle: 'Back', department: 'Sales' });
});

test('a contact that the user moved elsewhere is kept up to date there', async () => {
  const { graph } = world;
  const dot = await targetRow('Dot');
  await graph.control('POST', `/mailboxes/${ada}/moveContact`, { contactId: dot.id, folderId: 'contacts' });
  await changeSource('Dot', { jobTitle: 'Moved' });

  const run = await host.runSchedule();

  expect(run.contacts).toEqual({ created: 0, updated: 1, deleted: 0, failed: 0 });
  expect(await targetRow('Dot')).toEqual({});
  const inDefault = await graph.readContacts(ada, 'contacts');
  expect(inDefault.map(contentOf)).toEqual([expect.objectContaining({ displayName: 'Dot', jobTitle: 'Moved' })]);
});

test('a full reconcile leaves edits, moves and the user’s own contacts alone', async () => {
  const { graph } = world;
  await addContact(graph, ada, folder, { displayName: 'Friend', categories: ['Company'] });
  const before = [await graph.readContacts(ada, folder), await graph.readContacts(ada, 'contacts')];

  const run = await host.resync({ mode: 'full' });

  expect(run.contacts).toEqual({ created: 0, updated: 0, deleted: 0, failed: 0 });
  expect([await graph.readContacts(ada, folder), await graph.readContacts(ada, 'contacts')]).toEqual(before);
});

test('a contact that leaves the source leaves the target, and nothing else does', async () => {
  const { graph } = world;
  await graph.call('DELETE', `/users/${directory}/contacts/${sourceIds.get('Eve')}`);

  const run = await host.runSchedule();

  expect(run.contacts).toEqual({ created: 0, updated: 0, deleted: 1, failed: 0 });
  const left = (await contentsOfFolder(graph, ada, 'Company'))?.map(({ displayName }) => displayName);
  expect(left?.sort()).toEqual(['Ann', 'Ben', 'Cid', 'Friend']);
});

test('a full reconcile makes a folder that the user deleted again and fills it', async () => {
  const { graph } = world;
  await graph.call('DELETE', `/users/${ada}/contactFolders/${folder}`);

  await host.resync({ mode: 'full' });

  const again = (await contentsOfFolder(graph, ada, 'Company'))?.map(({ displayName }) => displayName);
  expect(again?.sort()).toEqual(['Ann', 'Ben', 'Cid']);
});
