import type { FolderTreeView } from '../../shared/api/contactFolders.ts';
import type { ListView } from '../../shared/api/lists.ts';
import type { ListMailboxView, MailboxView } from '../../shared/api/mailboxes.ts';
import type { RunView } from '../../shared/api/runs.ts';
import { addContact } from '../world/contactRows.ts';
import { type Host, startWorld, type World } from '../world/world.ts';

const mailbox = 'directory@contoso.example';
const everyone = { groups: ['everyone@contoso.example'] };
const lists = [
  {
    id: 'staff',
    name: 'Company staff',
    source: { mailbox, folders: ['Staff'] },
    targets: everyone,
    destination: { folder: 'Staff list' },
  },
  { id: 'board', source: { mailbox, folders: ['Nowhere'] }, targets: everyone, destination: { folder: 'Board list' } },
  {
    id: 'quiet',
    enabled: false,
    source: { mailbox, folders: ['Staff'] },
    targets: everyone,
    destination: { folder: 'Q' },
  },
  {
    id: 'broken',
    source: { mailbox, folders: ['Staff'] },
    targets: everyone,
    destination: { folder: 'B' },
    mapping: { nope: 'x' },
  },
];

let world: World;
let host: Host;
let members: string[];
let failing: string;

beforeAll(async () => {
  world = await startWorld({ lists });
  const { graph } = world;
  const directory = await graph.addUser('directory');
  members = await Promise.all(['ada', 'bob', 'eve', 'fay'].map(name => graph.addUser(name)));
  failing = members[2] ?? '';
  await graph.addUser('outsider');
  await graph.addGroup('everyone', [...members, await graph.addUser('gone', { accountEnabled: false })]);
  const staff = await graph.addFolder(directory, 'Staff');
  await graph.addFolder(directory, 'Partners/Lawyers');
  for (const displayName of ['Ann', 'Ben', 'Cid']) await addContact(graph, directory, staff, { displayName });
  await graph.control('POST', `/mailboxes/${failing}/state`, { state: 'accessDenied' });
  host = await world.startHost();
  await host.resync();
});

afterAll(() => world?.stop());

async function get<Body>(path: string): Promise<Body> {
  const answer = await host.call('GET', path);
  expect([answer.status, answer.headers.get('Content-Type')]).toEqual([200, 'application/json']);
  return (await answer.json()) as Body;
}

test('every list is shown with its state, and the reason where it does not run', async () => {
  const { lists: shown, notes } = await get<{ lists: ListView[]; notes: unknown[] }>('/api/lists');
  expect(notes).toEqual([]);
  expect(shown.map(({ id, state, problem }) => [id, state, problem?.code])).toEqual([
    ['staff', 'ok', undefined],
    ['board', 'error', 'SourceFolderNotFound'],
    ['quiet', 'paused', undefined],
    ['broken', 'refused', 'Refused'],
  ]);
  const staff = await get<ListView>('/api/lists/staff');
  expect(staff).toMatchObject({
    ...{ name: 'Company staff', head: 3, contacts: 3, hold: null, kept: 0 },
    mailboxes: { current: 3, behind: 0, waiting: 0, failed: 1, skipped: 1, leaving: 0 },
    changeNotifications: { state: 'off' },
  });
});

test('the mailboxes of a list come page by page and by state', async () => {
  const seen: ListMailboxView[] = [];
  let pages = 0;
  for (let continuation = ''; ; pages += 1) {
    const page = await get<{ mailboxes: ListMailboxView[]; continuation?: string }>(
      `/api/lists/staff/mailboxes?limit=2${continuation}`,
    );
    seen.push(...page.mailboxes);
    if (page.continuation === undefined) break;
    continuation = `&continuation=${page.continuation}`;
  }
  expect(pages).toBe(2);
  expect(seen.map(({ id }) => id)).toEqual(seen.map(({ id }) => id).toSorted());
  const states = seen.map(({ state }) => state).sort();
  expect(states).toEqual(['current', 'current', 'current', 'failed', 'skipped']);
  const failed = await get<{ mailboxes: ListMailboxView[] }>('/api/lists/staff/mailboxes?state=failed');
  expect(failed.mailboxes).toEqual([
    expect.objectContaining({ id: failing, problem: expect.objectContaining({ code: 'ErrorAccessDenied' }) }),
  ]);
});

test('mailboxes come with their addresses, in the pages of a list, the problems of a run, and one by one', async () => {
  const address = 'eve@contoso.example';
  const failed = await get<{ mailboxes: unknown[] }>('/api/lists/staff/mailboxes?state=failed');
  expect(failed.mailboxes).toMatchObject([{ id: failing, address }]);
  const { runs } = await get<{ runs: RunView[] }>('/api/runs');
  expect(runs.flatMap(({ problems }) => problems.filter(({ mailbox }) => mailbox === failing))).toMatchObject([
    { mailbox: failing, address },
  ]);
  expect(await get(`/api/mailboxes/${failing}`)).toMatchObject({ id: failing, address });
  const body = { mailbox: members[0], contact: 'Ann' };
  const explained = await (await host.call('POST', '/api/lists/staff/explain', body)).json();
  expect(explained).toMatchObject({ mailbox: members[0], address: 'ada@contoso.example' });
  expect(host.errors()).not.toContain('@contoso.example');
});

test.each([
  ['/api/lists/staff/mailboxes?stat=failed', 'Unknown query parameter "stat": did you mean "state"?'],
  ['/api/lists?state=failed', 'Unknown query parameter "state"'],
  ['/api/runs?limit=5&page=2', 'Unknown query parameter "page"'],
  ['/api/lists?limits=5', 'Unknown query parameter "limits"'],
  ['/api/lists/staff/mailboxes?state=failed&state=current', 'state: is given more than once; give it once'],
])('%s is refused, since it would answer more than was asked for', async (path, detail) => {
  const answer = await host.call('GET', path);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ title: 'The query does not fit', detail });
});

test('what keys, Graph and older clients put into a query is known', async () => {
  await get('/api/runs?clientId=default&limit=5');
  await get('/api/lists?validationToken=none');
  expect((await host.call('GET', '/api/health?probe=1')).status).toBe(200);
});

test('a misspelt property of a body is refused with its name and the one that was meant', async () => {
  const answer = await host.call('POST', '/api/lists/staff/resync', { mailbx: members[0], mode: 'full' });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ detail: 'Unrecognized key: "mailbx": did you mean "mailbox"?' });
});

test('an address leads to its id and to how its mailbox stands', async () => {
  const answer = await host.call('POST', '/api/mailboxes/find', { address: 'ADA@contoso.example' });
  const found = (await answer.json()) as MailboxView;
  expect([answer.status, found.id]).toEqual([200, members[0]]);
  expect(found).toEqual(await get(`/api/mailboxes/${members[0]}`));
  expect(found).toEqual(await get(`/api/mailboxes/${members[0]?.toUpperCase()}`));
  expect(found.lists).toEqual([
    expect.objectContaining({
      ...{ list: 'staff', state: 'current', position: 3, contacts: 3, failed: 0, folder: 'Staff list', refused: [] },
    }),
  ]);
});

test('an address that no list knows is found without lists, one that nobody has is not', async () => {
  const outsider = await host.call('POST', '/api/mailboxes/find', { address: 'outsider@contoso.example' });
  const { id, lists: known } = (await outsider.json()) as MailboxView;
  expect([outsider.status, known]).toEqual([200, []]);
  expect((await host.call('GET', `/api/mailboxes/${id}`)).status).toBe(404);
  expect((await host.call('POST', '/api/mailboxes/find', { address: 'ghost@contoso.example' })).status).toBe(404);
});

test('the contact folders of a mailbox are shown as a source names them', async () => {
  const found = await host.call('POST', '/api/mailboxes/find', { address: mailbox });
  const { id } = (await found.json()) as MailboxView;
  const { folders, complete } = await get<FolderTreeView>(`/api/mailboxes/${id}/folders`);
  expect(complete).toBe(true);
  expect(folders).toMatchObject([
    {
      ...{ path: 'contacts', contacts: 0 },
      folders: [
        { path: 'Staff', contacts: 3, folders: [] },
        { path: 'Partners', contacts: 0, folders: [{ path: 'Partners/Lawyers', contacts: 0 }] },
      ],
    },
  ]);
});

test('a user without a mailbox has no folders; one that may not be read says so', async () => {
  await world.graph.control('POST', `/mailboxes/${members[3]}/state`, { state: 'notEnabled' });
  const none = await host.call('GET', `/api/mailboxes/${members[3]}/folders`);
  expect(none.status).toBe(404);
  const denied = await host.call('GET', `/api/mailboxes/${failing}/folders`);
  expect(denied.status).toBe(503);
  expect(await denied.json()).toMatchObject({ detail: expect.stringContaining('ErrorAccessDenied') });
});
