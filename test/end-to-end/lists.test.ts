import { addContact, contentsOfFolder, folderNames } from '../world/contactRows.ts';
import { type Host, startWorld, type World } from '../world/world.ts';

const staff = {
  id: 'staff',
  source: { mailbox: 'directory@contoso.example', folders: ['Staff'] },
  targets: { mailboxes: ['ada@contoso.example'] },
  destination: { folder: 'Company' },
};

function listLike(id: string, changes: Record<string, unknown>) {
  return { ...staff, id, destination: { folder: `From ${id}` }, ...changes };
}

const refusedLists: [string, Record<string, unknown>, RegExp][] = [
  ['unknown-field', { mapping: { favouriteColour: 'displayName' } }, /mapping\.favouriteColour: .*not a field/],
  ['unknown-value', { mapping: { department: 'team' } }, /mapping\.department: "team" is not a field/],
  ['types', { mapping: { emailAddresses: 'displayName' } }, /mapping\.emailAddresses: .*cannot hold "displayName"/],
  ['empty-folder', { destination: { folder: ' ' } }, /destination\.folder: a folder needs a name/],
  ['no-source-folder', { source: { ...staff.source, folders: [] } }, /source\.folders: name at least one/],
  ['nobody', { targets: { mailboxes: [] } }, /targets: name at least one mailbox or group/],
  ['misspelt', { targtes: {} }, /"?targtes"?/],
  [
    'loop',
    {
      source: { ...staff.source, folders: ['Board'] },
      targets: { mailboxes: ['Directory@contoso.example'] },
      destination: { folder: 'staff' },
    },
    /destination\.folder: "staff" is read by the list "staff"/,
  ],
];

/** The name of a list's folder is what is worth knowing of it. */
const doubtfulList = listLike('doubtful', { enabled: false, destination: { folder: 'contacts', category: 'A; B' } });

const unreadableLists = [
  listLike('no-mailbox', { source: { ...staff.source, mailbox: 'nobody@contoso.example' } }),
  listLike('no-folder', { source: { ...staff.source, folders: ['Staff/Nowhere'] } }),
  listLike('loop-by-group', { targets: { groups: ['everyone@contoso.example'] }, destination: { folder: 'Staff' } }),
];

const partlyUnknownTargets = listLike('part', {
  targets: {
    mailboxes: ['ghost@contoso.example', 'bob@contoso.example'],
    groups: ['ghosts@contoso.example', 'everyone@contoso.example'],
    exclude: { mailboxes: ['directory@contoso.example'] },
  },
});

let world: World;
let host: Host;
let ada: string;
let bob: string;
let directory: string;

beforeAll(async () => {
  world = await startWorld({
    lists: [
      staff,
      ...refusedLists.map(([id, changes]) => listLike(id, changes)),
      ...unreadableLists,
      listLike('paused', { enabled: false }),
      partlyUnknownTargets,
      doubtfulList,
      listLike('twin', {}),
      listLike('twin', { destination: { folder: 'Other' } }),
    ],
  });
  const { graph } = world;
  directory = await graph.addUser('directory');
  ada = await graph.addUser('ada');
  bob = await graph.addUser('bob');
  await graph.addGroup('everyone', [directory, ada]);
  const folder = await graph.addFolder(directory, 'Staff');
  await addContact(graph, directory, folder, { displayName: 'Zebulon Quark', mobilePhone: '+1 555 0177' });
  host = await world.startHost();
});

afterAll(() => world?.stop());

test('a list with a fault is refused by name at the start, and the host runs', async () => {
  for (const [id, , fault] of refusedLists) {
    const line = host
      .errors()
      .match(new RegExp(`^.*The contact list ${id} is refused and changes nothing: (.*)$`, 'm'));
    expect(line?.[1]).toMatch(fault);
  }
  expect((await host.call('GET', '/api/health')).status).toBe(200);
});

test('two lists with one id are both refused, and nothing else is', async () => {
  expect(host.errors().match(/The contact list twin is refused .*: id: 2 lists have the id "twin"/g)).toHaveLength(2);
  const answer = await host.call('POST', '/api/lists/twin/resync', {});
  expect(answer.status).toBe(409);
  expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('give each its own') });
});

test('a list that the next version refuses goes on, with a warning in the log and in its status', async () => {
  expect(host.errors()).toMatch(
    /The contact list doubtful: destination\.category: "A; B" holds a comma or a semicolon/,
  );
  const list = await (await host.call('GET', '/api/lists/doubtful')).json();
  expect(list).toMatchObject({
    state: 'paused',
    notes: [
      { code: 'RefusedSoon', detail: expect.stringContaining('by which Outlook separates categories') },
      { code: 'DefaultFolder', detail: expect.stringMatching(/^destination\.folder: "contacts" is the default/) },
    ],
  });
});

test.each([
  ['run by hand', 'resync', {}],
  ['decided upon', 'hold', { decision: 'approve', removals: 1 }],
])('a list with a fault or on pause cannot be %s, and the answer says why', async (_what, action, body) => {
  for (const [id, , fault] of refusedLists) {
    const answer = await host.call('POST', `/api/lists/${id}/${action}`, body);
    expect(answer.status).toBe(409);
    expect(((await answer.json()) as { detail: string }).detail).toMatch(fault);
  }
  const paused = await host.call('POST', `/api/lists/paused/${action}`, body);
  expect(paused.status).toBe(409);
  expect(await paused.json()).toMatchObject({ title: 'The list is paused' });
});

test('a run serves the good lists and names what is wrong with the others', async () => {
  const run = await host.runSchedule();

  const found = run.problems.map(({ list, code }) => `${list}: ${code}`).sort();
  expect(found).toEqual([
    'loop-by-group: WritesIntoSource',
    'no-folder: SourceFolderNotFound',
    'no-mailbox: SourceMailboxNotFound',
    'part: UnknownTargetGroup',
    'part: UnknownTargetMailbox',
  ]);
  for (const { detail } of run.problems) expect(detail).toMatch(/: (check|correct|exclude) /);
  expect(run.mailboxes).toEqual({ total: 2, done: 2, waiting: 0, failed: 0, skipped: 0 });

  const zebulon = { displayName: 'Zebulon Quark', mobilePhone: '+1 555 0177' };
  expect(await contentsOfFolder(world.graph, ada, 'Company')).toEqual([{ ...zebulon, categories: ['Company'] }]);
  expect(await contentsOfFolder(world.graph, ada, 'From part')).toEqual([{ ...zebulon, categories: ['From part'] }]);
  expect(await contentsOfFolder(world.graph, bob, 'From part')).toEqual([{ ...zebulon, categories: ['From part'] }]);
  expect(await folderNames(world.graph, ada)).toEqual(['Company', 'From part']);
  expect(await folderNames(world.graph, bob)).toEqual(['From part']);
  expect(await folderNames(world.graph, directory)).toEqual(['Staff']);
});

test('what is wrong with a list is logged once, and a run that meets it again counts it', async () => {
  const logged = () => host.errors().match(/A list has a problem/g)?.length;
  expect(logged()).toBe(5);
  const run = await host.runSchedule();
  expect(run.problems).toHaveLength(5);
  expect(logged()).toBe(5);
  expect(host.errors()).toMatch(/"figure":"runFannedOut",.*"problems":5,"problemsRepeated":5,/);
});

test('neither the log nor a run shows anything of a contact', async () => {
  const runs = await (await host.call('GET', '/api/runs')).text();
  for (const text of [runs, host.errors()]) expect(text).not.toMatch(/Zebulon|Quark|0177/);
});
