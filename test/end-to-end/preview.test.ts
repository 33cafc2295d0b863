import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FoundContact } from '../../shared/api/contacts.ts';
import type { ContactExplanation } from '../../shared/api/explain.ts';
import type { Preview } from '../../shared/api/preview.ts';
import type { RunView } from '../../shared/api/runs.ts';
import { connectTables } from '../../shared/store/tables/tables.ts';
import { writeSettings } from '../local/settings.ts';
import { addContact, contentsOfFolder, folderNames, patchContact } from '../world/contactRows.ts';
import { type Host, startWorld, type World } from '../world/world.ts';

const mailbox = 'directory@contoso.example';
const lists = [
  {
    id: 'staff',
    source: { mailbox, folders: ['Staff'] },
    targets: { groups: ['everyone@contoso.example'], exclude: { groups: ['robots@contoso.example'] } },
    destination: { folder: 'Company', category: null },
  },
  {
    id: 'paused',
    enabled: false,
    source: { mailbox, folders: ['Staff'] },
    targets: { groups: ['everyone@contoso.example'] },
    destination: { folder: 'Paused', category: null },
  },
];

let world: World;
let host: Host;
let directory: string;
let staff: string;
let ada: string;
let bob: string;
let robot: string;
const ids: string[] = [];

beforeAll(async () => {
  world = await startWorld({ lists });
  const { graph } = world;
  directory = await graph.addUser('directory');
  ada = await graph.addUser('ada');
  bob = await graph.addUser('bob');
  robot = await graph.addUser('robot');
  await graph.addUser('outsider');
  await graph.addGroup('everyone', [ada, bob, robot]);
  await graph.addGroup('robots', [robot]);
  staff = await graph.addFolder(directory, 'Staff');
  for (const name of ['Ann', 'Bea', 'Cid', 'Dan']) {
    const emailAddresses = [{ name, address: `${name.toLowerCase()}@example.com` }];
    ids.push(await addContact(graph, directory, staff, { displayName: name, department: 'Sales', emailAddresses }));
  }
  host = await world.startHost();
});

afterAll(() => world?.stop());

async function ask<Answer>(path: string, body: unknown = {}): Promise<Answer> {
  const answer = await host.call('POST', path, body);
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Answer;
}

/** Every row of every table, with etags, and every contact of every mailbox. */
async function everything(): Promise<unknown[]> {
  const tables = connectTables({ connectionString: world.settings().TABLES_CONNECTION ?? '' });
  const lists = ['$lists', 'staff', 'paused'];
  const rows = [
    ...lists.flatMap(id => [tables.sources.query(id), tables.progress.query(id)]),
    ...[directory, ada, bob, robot].map(id => tables.mailboxes.query(id)),
    tables.runs.queryAcross('summary', 100),
  ];
  const contacts = [ada, bob, robot, directory].map(async id => [
    await folderNames(world.graph, id),
    await contentsOfFolder(world.graph, id, 'Company'),
  ]);
  return [await Promise.all(rows), await Promise.all(contacts)];
}

/** A preview, after which everything is as it was and nothing but GET went to Graph. */
async function preview(body: { mailbox?: string } = {}): Promise<Preview> {
  const before = await everything();
  await world.graph.control('DELETE', '/counters');
  await world.resetStatistics();
  const shown = await ask<Preview>('/api/lists/staff/preview', body);
  const { byRoute } = await world.graph.control<{ byRoute: Record<string, number> }>('GET', '/counters');
  expect(Object.keys(byRoute).filter(route => !route.startsWith('GET ') || route.includes('delta'))).toEqual([]);
  const { queues } = await world.statistics();
  expect(Object.values(queues).map(({ sent }) => sent)).toEqual(Object.keys(queues).map(() => 0));
  expect(await everything()).toEqual(before);
  return shown;
}

/** `npm run preview` with the settings of the host. */
async function previewByCommand(): Promise<Preview> {
  const folder = await mkdtemp(join(tmpdir(), 'preview-'));
  const file = join(folder, 'settings.json');
  await writeSettings(file, world.settings());
  const command = join(import.meta.dirname, '../local/preview.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [command, '--settings', file, '--json']);
  await rm(folder, { recursive: true });
  return JSON.parse(stdout) as Preview;
}

function counts({ creates, patches, deletes }: Preview): Partial<RunView['contacts']> {
  return { created: creates, updated: patches, deleted: deletes };
}

describe('before the first run', () => {
  test('the preview of one mailbox, by address or id, and of all', async () => {
    const shown = await preview({ mailbox: 'ADA@contoso.example' });
    expect(shown).toMatchObject({ list: 'staff', mailbox: ada, creates: 4, patches: 0, deletes: 0, kept: 0, held: 0 });
    expect(shown.operations.map(({ displayName, reason }) => [displayName, reason])).toEqual(
      ['Ann', 'Bea', 'Cid', 'Dan'].map(name => [name, 'new at the source']),
    );
    expect((await preview({ mailbox: ada })).creates).toBe(4);
    const all = await preview();
    expect(all).toMatchObject({ creates: 8, mailboxes: { total: 2, changed: 2 }, operations: [] });
    expect(await previewByCommand()).toEqual(all);
  });

  test('a run right after does exactly that', async () => {
    const shown = await preview();
    expect((await host.runSchedule()).contacts).toMatchObject(counts(shown));
  });
});

test('changes, what users did, and a run that does exactly that', async () => {
  const { graph } = world;
  const company = (await graph.findFolder(ada, 'Company')) ?? '';
  const rows = await graph.readContacts(ada, company);
  const idOf = (name: string) => String(rows.find(({ displayName }) => displayName === name)?.id);
  await patchContact(graph, ada, idOf('Ann'), { nickName: 'Annie' });
  await graph.call('DELETE', `/users/${ada}/contacts/${idOf('Bea')}`);
  await patchContact(graph, directory, ids[0] ?? '', { mobilePhone: '+1 206 555 0100' });
  await graph.call('DELETE', `/users/${directory}/contacts/${ids[2]}`);
  await addContact(graph, directory, staff, { displayName: 'Eve' });

  const all = await preview();
  expect(all).toMatchObject({ creates: 2, patches: 2, deletes: 2 });
  const shown = await preview({ mailbox: ada });
  expect(shown.operations.map(({ action, displayName, reason }) => [action, displayName, reason])).toEqual([
    ['create', 'Eve', 'new at the source'],
    ['patch', 'Ann', 'mobile phone changed at the source'],
    ['delete', 'Cid', 'removed at the source'],
    ['keep', 'Ann', 'kept: the user changed nick name'],
    ['keep', 'Bea', 'kept away: deleted by the user'],
  ]);
  const run = await host.resync({ mailbox: ada }, 'staff');
  expect(run.contacts).toMatchObject(counts(shown));
  const rest = await preview();
  expect((await host.runSchedule()).contacts).toMatchObject(counts(rest));
});

test('explain says in words what is there and why not', async () => {
  const explain = async (contact: string, user = 'ada@contoso.example') =>
    (await ask<{ contacts: ContactExplanation[] }>('/api/lists/staff/explain', { mailbox: user, contact })).contacts[0];
  expect(await explain('ann@example.com')).toMatchObject({ present: true, state: 'present', sourceKey: ids[0] });
  expect(await explain(ids[1] ?? '')).toMatchObject({ present: false, state: 'deletedByUser' });
  expect(await explain('cid@example.com')).toMatchObject({ present: false, state: 'removed' });
  expect(await explain('ghost@example.com')).toMatchObject({ present: false, state: 'notInSource' });
  expect(await explain('ann@example.com', robot)).toMatchObject({
    present: false,
    state: 'excluded',
    reason: expect.stringContaining('robots@contoso.example'),
  });
});

test('clear removes what we wrote, and nothing fills it again until a resync names the mailbox', async () => {
  const answer = await host.call('POST', `/api/lists/staff/mailboxes/${bob.toUpperCase()}/clear`);
  expect(answer.status).toBe(202);
  const { runId } = (await answer.json()) as { runId: string };
  expect(answer.headers.get('Location')).toBe(`/api/runs/${runId}`);
  expect((await host.waitForRun(runId)).contacts).toMatchObject({ deleted: 4 });
  expect(await folderNames(world.graph, bob)).not.toContain('Company');

  await host.runSchedule();
  await host.resync({ mode: 'full' });
  expect(await folderNames(world.graph, bob)).not.toContain('Company');
  const refused = await host.call('POST', '/api/lists/staff/preview', { mailbox: bob });
  expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining('was cleared')]);

  expect((await host.resync({ mailbox: bob }, 'staff')).contacts).toMatchObject({ created: 4 });
  expect(await contentsOfFolder(world.graph, bob, 'Company')).toHaveLength(4);
});

test.each<[string, string, unknown, number, RegExp]>([
  ['a preview of a list that is not there', '/api/lists/nothing/preview', {}, 404, /CONTACT_LISTS/],
  ['a preview of a paused list', '/api/lists/paused/preview', {}, 409, /enabled/],
  ['a preview of nobody', '/api/lists/staff/preview', { mailbox: 'ghost@contoso.example' }, 404, /object id/],
  ['a preview of no target', '/api/lists/staff/preview', { mailbox: 'outsider@contoso.example' }, 409, /no target/],
  ['a preview of somebody excluded', '/api/lists/staff/preview', { mailbox: 'robot@contoso.example' }, 409, /robots@/],
  ['a member that is not known', '/api/lists/staff/preview', { mailboxes: [] }, 400, /mailboxes/],
  [
    'an explanation without a contact',
    '/api/lists/staff/explain',
    { mailbox: 'ada@contoso.example' },
    400,
    /^contact: is missing$/,
  ],
  ['an explanation for nobody', '/api/lists/staff/explain', { mailbox: 'g@contoso.example', contact: 'x' }, 404, /id/],
  ['an explanation of a paused list', '/api/lists/paused/explain', { mailbox: 'a', contact: 'x' }, 409, /enabled/],
  ['a mailbox to clear that the list never had', '/api/lists/staff/mailboxes/ghost/clear', undefined, 404, /object id/],
  [
    'a mailbox to clear by address',
    '/api/lists/staff/mailboxes/ada@contoso.example/clear',
    undefined,
    404,
    /object id/,
  ],
  ['a member where none is taken', '/api/lists/staff/mailboxes/ghost/clear', { dryRun: true }, 400, /"dryRun"/],
  ['a mailbox to clear with an empty body', '/api/lists/staff/mailboxes/ghost/clear', {}, 404, /object id/],
  ['a mailbox to clear of a paused list', '/api/lists/paused/mailboxes/ghost/clear', undefined, 409, /enabled/],
])('%s is answered with what to do', async (_what, path, body, status, detail) => {
  const answer = await host.call('POST', path, body);
  expect(answer.status).toBe(status);
  expect(answer.headers.get('Content-Type')).toMatch(/^application\/problem\+json/);
  expect(((await answer.json()) as { detail: string }).detail).toMatch(detail);
});

test('contacts are found by words of their name, company or address, page by page', async () => {
  for (let index = 0; index < 55; index += 1) {
    const displayName = `Zoé ${index + 1}`;
    await addContact(world.graph, directory, staff, { displayName, companyName: 'Contoso' });
  }
  await host.resync({}, 'staff');
  const search = (body: unknown) =>
    ask<{ contacts: FoundContact[]; total: number; continuation?: string }>('/api/lists/staff/contacts/search', body);
  const first = await search({ text: 'zoe contoso' });
  const second = await search({ text: 'zoe contoso', continuation: first.continuation });
  expect([first.total, first.contacts.length, second.contacts.length]).toEqual([55, 50, 5]);
  expect([...first.contacts, ...second.contacts].map(({ displayName }) => displayName)).toEqual(
    Array.from({ length: 55 }, (_, index) => `Zoé ${index + 1}`),
  );
  expect(second).not.toHaveProperty('continuation');
});

test('nobody is named in the logs', () => {
  expect(host.errors()).not.toMatch(/Ann|Bea|Cid|Eve|Zo[eé]|example\.com/);
});
