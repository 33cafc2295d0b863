import { addContact, contentsOfFolder, patchContact } from '../world/contactRows.ts';
import { type Host, startWorld, type World } from '../world/world.ts';

const folder = `Zoë's "Büro" 📇 50% & more #1?`;
const category = 'Büro "1" 👋';

const office = {
  id: 'office',
  source: { mailbox: "o'directory@contoso.example", folders: [`Staff "A" & O'Hara's 🏢`] },
  targets: { mailboxes: ["d'arcy@contoso.example"] },
  destination: { folder, category },
};

/** Outlook takes two business phones, so a third is refused, in the way Graph refuses it. */
const phones = {
  id: 'phones',
  source: { mailbox: "o'directory@contoso.example", folders: ['Phones'] },
  targets: { mailboxes: ["d'arcy@contoso.example"] },
  destination: { folder: 'Phones', category: null },
  mapping: { businessPhones: 'imAddresses', imAddresses: null },
};

const longNote = `${'a😀b'.repeat(25_000)}`;

/** What is written to the source, and what a target should show of it. */
const oddContacts: [string, Record<string, unknown>, Record<string, unknown>?][] = [
  ['quotes and markup', { displayName: `O'Brien "Bud" <b>&amp;\\ / # ? % ; {}[] -- \${x}`, companyName: "'; DROP" }],
  ['emoji, combining and rare characters', { displayName: '👩🏽‍💻 Zoë 𠮷野家 e\u0301', givenName: 'Zo\u0308e' }],
  ['right-to-left text and marks', { displayName: '\u202Eمرحبا\u200F \u2067שלום\u2069', jobTitle: '\u200Eמנהל' }],
  ['line breaks and a tab', { displayName: 'Line', personalNotes: 'one\r\ntwo\n\tthree' }],
  ['no name at all', { mobilePhone: '+1 555 0188' }],
  ['nothing at all', {}],
  ['a birthday on 29 February', { displayName: 'Leap', birthday: '2000-02-29T00:00:00Z' }, { birthday: '2000-02-29' }],
  ['a birthday long ago', { displayName: 'Old', birthday: '1904-02-29T23:59:00Z' }, { birthday: '1904-02-29' }],
  ['a note of 100,000 characters', { displayName: 'Long', personalNotes: longNote }],
  ['a name that differs from its parts', { displayName: 'The Boss', givenName: 'Ann', surname: 'Lee', title: 'Dr' }],
  ['three addresses, one without a name', { displayName: 'Mail', emailAddresses: emailAddresses() }],
  [
    'half an address',
    { displayName: 'Half', homeAddress: { city: 'Ulm', postalCode: '' } },
    { homeAddress: { city: 'Ulm' } },
  ],
  ['blanks around', { displayName: ' Blank ', department: ' ' }],
  ['the list’s category in another case', { displayName: 'Cat', categories: [category.toUpperCase(), 'Own'] }, cats()],
];

function emailAddresses() {
  return [
    { name: "Q'uote", address: "q'uote@contoso.example" },
    { name: 'two@contoso.example', address: 'two@contoso.example' },
    { name: '😀', address: 'three+tag@contoso.example' },
  ];
}

function cats() {
  return { categories: ['Own', category] };
}

let world: World;
let host: Host;
let directory: string;
let target: string;
let phonesFolder: string;

beforeAll(async () => {
  world = await startWorld({ lists: [office, phones] });
  const { graph } = world;
  directory = await graph.addUser("o'directory");
  target = await graph.addUser("d'arcy");
  const source = await graph.addFolder(directory, office.source.folders[0] ?? '');
  phonesFolder = await graph.addFolder(directory, 'Phones');
  for (const [, fields] of oddContacts) await addContact(graph, directory, source, fields);
  host = await world.startHost();
});

afterAll(() => world?.stop());

test('odd contacts arrive as they are', async () => {
  expect(longNote).toHaveLength(100_000);

  const run = await host.runSchedule();

  expect(run.contacts).toEqual({ created: oddContacts.length, updated: 0, deleted: 0, failed: 0 });
  const arrived = await contentsOfFolder(world.graph, target, folder);
  expect(arrived).toHaveLength(oddContacts.length);
  for (const [, fields, shown] of oddContacts) {
    expect(arrived).toContainEqual({ categories: [category], ...fields, ...shown });
  }
});

test('nothing of them is written again', async () => {
  await world.graph.control('DELETE', '/counters');

  const again = await host.runSchedule();
  const full = await host.resync({ mode: 'full' });

  expect(again.mailboxes.total).toBe(0);
  expect(full.contacts).toEqual({ created: 0, updated: 0, deleted: 0, failed: 0 });
  const { byMailbox } = await world.graph.control<{ byMailbox: Record<string, { writes: number }> }>(
    'GET',
    '/counters',
  );
  expect(byMailbox[target]?.writes).toBe(0);
});

/** One write to the target, after as many others, as if its telephone numbers did not please Graph. */
function refuseWrite(method: string, skip: number): Promise<unknown> {
  const match = { method, mailbox: target, path: '/contacts', skip, times: 1 };
  const message = 'The property businessPhones of 555-0171 is not valid';
  return world.graph.control('POST', '/faults', {
    match,
    fault: { status: 400, code: 'ErrorInvalidProperty', message },
  });
}

test('a contact that Graph refuses fails with the reason, the others arrive, and a change makes up for it', async () => {
  const { graph } = world;
  await addContact(graph, directory, phonesFolder, { displayName: 'First', imAddresses: ['1'] });
  const refused = await addContact(graph, directory, phonesFolder, {
    displayName: 'Zebulon Quark',
    imAddresses: ['555-0172'],
  });
  await addContact(graph, directory, phonesFolder, { displayName: 'Last', imAddresses: ['2', '3'] });
  await refuseWrite('POST', 1);

  const run = await host.runSchedule();

  expect(run.contacts).toEqual({ created: 2, updated: 0, deleted: 0, failed: 1 });
  expect(run.mailboxes).toMatchObject({ total: 1, done: 1 });
  const detail = expect.stringMatching(/^Graph refused the contact \S+: businessPhones$/);
  const where = { list: 'phones', mailbox: target, address: "d'arcy@contoso.example" };
  expect(run.problems).toEqual([{ ...where, code: 'ErrorInvalidProperty', detail }]);
  expect(await contentsOfFolder(graph, target, 'Phones')).toEqual([
    { displayName: 'First', businessPhones: ['1'] },
    { displayName: 'Last', businessPhones: ['2', '3'] },
  ]);

  await patchContact(graph, directory, refused, { imAddresses: ['555-0171'] });
  const next = await host.runSchedule();

  expect(next.contacts).toEqual({ created: 1, updated: 0, deleted: 0, failed: 0 });
  expect(next.problems).toEqual([]);
  expect(await contentsOfFolder(graph, target, 'Phones')).toContainEqual({
    displayName: 'Zebulon Quark',
    businessPhones: ['555-0171'],
  });
});

test('a change that Graph refuses leaves the contact as it was', async () => {
  const { graph } = world;
  const [before] = (await contentsOfFolder(graph, target, 'Phones')) ?? [];
  const folderId = await graph.findFolder(directory, 'Phones');
  const rows = await graph.readContacts(directory, folderId ?? '');
  const first = rows.find(({ displayName }) => displayName === 'First');
  await patchContact(graph, directory, String(first?.id), { jobTitle: 'Clerk', imAddresses: ['1', '2'] });
  const second = rows.find(({ displayName }) => displayName === 'Last');
  await patchContact(graph, directory, String(second?.id), { jobTitle: 'Chief' });
  await refuseWrite('PATCH', 0);

  const run = await host.runSchedule();

  expect(run.contacts).toEqual({ created: 0, updated: 1, deleted: 0, failed: 1 });
  const shown = await contentsOfFolder(graph, target, 'Phones');
  expect(shown).toContainEqual(before);
  expect(shown).toContainEqual({ displayName: 'Last', jobTitle: 'Chief', businessPhones: ['2', '3'] });
});

test('neither the log nor a run shows anything of a contact, and only a run the address of a mailbox', async () => {
  const runs = await (await host.call('GET', '/api/runs')).text();
  for (const text of [runs, host.errors()]) expect(text).not.toMatch(/Zebulon|Quark|0171|O'Brien|Zoë/);
  expect(host.errors()).not.toMatch(/contoso\.example/);
});
