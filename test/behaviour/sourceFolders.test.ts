import { addContact, contentsOfFolder, folderNames, patchContact } from '../world/contactRows.ts';
import { type GraphWorld, startGraphWorld } from '../world/graphWorld.ts';
import type { AppHost } from '../world/world.ts';

const mailbox = 'directory@contoso.example';
const targets = { mailboxes: ['ada@contoso.example'] };

const lists = [
  {
    id: 'default-folder',
    source: { mailbox, folders: ['contacts'] },
    targets,
    destination: { folder: 'Everyone', category: 'All' },
  },
  {
    id: 'several-folders',
    source: { mailbox, folders: ['Directory/Staff', 'Directory/Partners/Lawyers'] },
    targets,
    destination: { folder: 'Company', category: null },
  },
  {
    id: 'overrides',
    source: { mailbox, folders: ['Directory/Staff'] },
    targets,
    destination: { folder: 'Short', category: null },
    mapping: {
      mobilePhone: null,
      personalNotes: 'department',
      officeLocation: 'businessAddress.city',
      assistantName: 'businessPhones[1]',
      homeAddress: 'businessAddress',
      department: null,
    },
  },
];

const ann = {
  displayName: 'Ann',
  department: 'Sales',
  mobilePhone: '7',
  businessPhones: ['1', '2'],
  businessAddress: { city: 'Oslo', street: 'Main 1' },
};

let world: GraphWorld;
let host: AppHost;
let directory: string;
let ada: string;
let staff: string;
let lawyers: string;
let annId: string;

beforeAll(async () => {
  world = await startGraphWorld({ lists });
  const { graph } = world;
  directory = await graph.addUser('directory');
  ada = await graph.addUser('ada');
  staff = await graph.addFolder(directory, 'Directory/Staff');
  lawyers = await graph.addFolder(directory, 'Directory/Partners/Lawyers');
  await graph.addFolder(directory, 'Staff');
  annId = await addContact(graph, directory, staff, ann);
  await addContact(graph, directory, staff, { displayName: 'Bob' });
  await addContact(graph, directory, lawyers, { displayName: 'Liz' });
  await addContact(graph, directory, 'contacts', { displayName: 'Max' });
  host = await world.startHost();
});

afterAll(() => world?.stop());

async function namesIn(folder: string): Promise<unknown[] | undefined> {
  const contents = await contentsOfFolder(world.graph, ada, folder);
  return contents?.map(({ displayName }) => displayName).sort();
}

async function move(contactId: string, folderId: string): Promise<void> {
  await world.graph.control('POST', `/mailboxes/${directory}/moveContact`, { contactId, folderId });
}

test('the default folder, folders at a path and several folders arrive, each list in a folder of its own', async () => {
  const run = await host.runSchedule();

  expect(run.problems).toEqual([]);
  expect(run.mailboxes).toMatchObject({ total: 1, done: 1 });
  expect(await folderNames(world.graph, ada)).toEqual(['Company', 'Everyone', 'Short']);
  expect(await contentsOfFolder(world.graph, ada, 'Everyone')).toEqual([{ displayName: 'Max', categories: ['All'] }]);
  expect(await namesIn('Company')).toEqual(['Ann', 'Bob', 'Liz']);
  expect(await contentsOfFolder(world.graph, ada, 'Company')).toContainEqual(ann);
});

test('a mapping leaves fields alone and fills others from parts', async () => {
  const { businessPhones, businessAddress } = ann;
  expect(await contentsOfFolder(world.graph, ada, 'Short')).toContainEqual({
    displayName: 'Ann',
    businessPhones,
    businessAddress,
    personalNotes: 'Sales',
    officeLocation: 'Oslo',
    assistantName: '2',
    homeAddress: businessAddress,
  });
});

test('a change arrives wherever it is mapped to', async () => {
  await patchContact(world.graph, directory, annId, {
    department: 'Marketing',
    businessPhones: ['1'],
    businessAddress: { city: 'Bergen' },
  });

  const run = await host.runSchedule();

  expect(run.contacts).toEqual({ created: 0, updated: 2, deleted: 0, failed: 0 });
  expect(await contentsOfFolder(world.graph, ada, 'Short')).toContainEqual({
    displayName: 'Ann',
    businessPhones: ['1'],
    businessAddress: { city: 'Bergen' },
    personalNotes: 'Marketing',
    officeLocation: 'Bergen',
    homeAddress: { city: 'Bergen' },
  });
});

test('a contact that moves between two folders of a list stays the contact it was', async () => {
  const folder = (await world.graph.findFolder(ada, 'Company')) ?? '';
  const before = await world.graph.readContacts(ada, folder);

  await move(annId, lawyers);
  const run = await host.runSchedule();

  // The list of the first folder alone loses it.
  expect(run.contacts).toEqual({ created: 0, updated: 0, deleted: 1, failed: 0 });
  expect(await namesIn('Short')).toEqual(['Bob']);
  expect(await world.graph.readContacts(ada, folder)).toEqual(before);
});

test('it is followed to its new folder', async () => {
  await patchContact(world.graph, directory, annId, { jobTitle: 'Lawyer' });

  const run = await host.runSchedule();

  expect(run.contacts).toEqual({ created: 0, updated: 1, deleted: 0, failed: 0 });
  expect(await contentsOfFolder(world.graph, ada, 'Company')).toContainEqual(
    expect.objectContaining({ displayName: 'Ann', jobTitle: 'Lawyer' }),
  );
});

test('moved and changed at once, and back again before the next run', async () => {
  await move(annId, staff);
  await patchContact(world.graph, directory, annId, { jobTitle: 'Clerk' });
  expect((await host.runSchedule()).contacts).toEqual({ created: 1, updated: 1, deleted: 0, failed: 0 });
  expect(await namesIn('Short')).toEqual(['Ann', 'Bob']);

  await move(annId, lawyers);
  await move(annId, staff);
  expect((await host.runSchedule()).contacts).toEqual({ created: 0, updated: 0, deleted: 0, failed: 0 });
  expect(await namesIn('Company')).toEqual(['Ann', 'Bob', 'Liz']);
  expect(await namesIn('Short')).toEqual(['Ann', 'Bob']);
});

test('a contact that moves out of a list and into another leaves the one and joins the other', async () => {
  await move(annId, 'contacts');

  const run = await host.runSchedule();

  expect(run.contacts).toEqual({ created: 1, updated: 0, deleted: 2, failed: 0 });
  expect(await namesIn('Everyone')).toEqual(['Ann', 'Max']);
  expect(await namesIn('Company')).toEqual(['Bob', 'Liz']);
  expect(await namesIn('Short')).toEqual(['Bob']);
});

test('a source folder that is gone is an error of its list, removes nothing, and its other folders and the other lists run', async () => {
  const { graph } = world;
  await graph.call('DELETE', `/users/${directory}/contactFolders/${lawyers}`);
  await addContact(graph, directory, staff, { displayName: 'Neo' });

  const run = await host.runSchedule();

  const problem = { list: 'several-folders', code: 'SourceFolderNotFound', detail: expect.any(String) };
  expect(run.problems).toEqual([problem]);
  expect(run.contacts).toEqual({ created: 2, updated: 0, deleted: 0, failed: 0 });
  expect(await namesIn('Company')).toEqual(['Bob', 'Liz', 'Neo']);
  expect(await namesIn('Short')).toEqual(['Bob', 'Neo']);
});
