import { addContact, contentsOfFolder, patchContact } from '../world/contactRows.ts';
import { type Host, startWorld, type World } from '../world/world.ts';

const mailbox = 'directory@contoso.example';
const everyone = { groups: ['everyone@contoso.example'] };
const lists = [
  { id: 'staff', source: { mailbox, folders: ['Staff'] }, targets: everyone, destination: { folder: 'Staff list' } },
  { id: 'board', source: { mailbox, folders: ['Board'] }, targets: everyone, destination: { folder: 'Board list' } },
];

let world: World;
let host: Host;
let directory: string;
let ada: string;
let bob: string;
let ann: string;

beforeAll(async () => {
  world = await startWorld({ lists });
  const { graph } = world;
  directory = await graph.addUser('directory');
  ada = await graph.addUser('ada');
  bob = await graph.addUser('bob');
  await graph.addUser('outsider');
  await graph.addGroup('everyone', [ada, bob]);
  ann = await addContact(graph, directory, await graph.addFolder(directory, 'Staff'), { displayName: 'Ann' });
  await addContact(graph, directory, await graph.addFolder(directory, 'Board'), { displayName: 'Bea' });
  host = await world.startHost({ FULL_RECONCILE_SCHEDULE: '' });
});

afterAll(() => world?.stop());

async function nicknameAt(user: string): Promise<unknown> {
  const contents = await contentsOfFolder(world.graph, user, 'Staff list');
  return contents?.[0]?.nickName;
}

test('a resync answers 202 with its run, which can be read at once and finishes', async () => {
  const answer = await host.call('POST', '/api/resync');

  expect(answer.status).toBe(202);
  const { runId } = (await answer.json()) as { runId: string };
  expect(answer.headers.get('Location')).toBe(`/api/runs/${runId}`);
  const shown = await host.call('GET', `/api/runs/${runId}`);
  expect(await shown.json()).toMatchObject({ id: runId, cause: 'resync', lists: ['staff', 'board'] });
  const run = await host.waitForRun(runId);
  expect(run.mailboxes).toEqual({ total: 2, done: 2, waiting: 0, failed: 0, skipped: 0 });
  expect(run.contacts).toEqual({ created: 4, updated: 0, deleted: 0, failed: 0 });
  expect(run.problems).toEqual([]);
  expect(Date.parse(run.finishedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(run.startedAt));
});

test('a resync of one list runs that list alone', async () => {
  await patchContact(world.graph, directory, ann, { nickName: 'A' });

  const board = await host.resync({}, 'board');
  expect(board).toMatchObject({ lists: ['board'], mailboxes: { total: 0 } });
  expect(await nicknameAt(ada)).toBeUndefined();

  const staff = await host.resync({}, 'staff');
  expect(staff).toMatchObject({ lists: ['staff'], mailboxes: { total: 2, done: 2 }, contacts: { updated: 2 } });
  expect(await nicknameAt(ada)).toBe('A');
});

test('a resync of one mailbox, by address or id, touches that mailbox alone', async () => {
  await patchContact(world.graph, directory, ann, { nickName: 'B' });
  await world.graph.control('DELETE', '/counters');

  const byAddress = await host.resync({ mailbox: 'ADA@contoso.example' });
  expect(byAddress.mailboxes).toMatchObject({ total: 1, done: 1 });
  expect([await nicknameAt(ada), await nicknameAt(bob)]).toEqual(['B', 'A']);

  const byId = await host.resync({ mailbox: bob }, 'staff');
  expect(byId).toMatchObject({ mailboxes: { total: 1, done: 1 }, contacts: { updated: 1 } });
  expect(await nicknameAt(bob)).toBe('B');
});

test('a mailbox that is no target of the list is a problem of the run, and nothing is written to it', async () => {
  const run = await host.resync({ mailbox: 'outsider@contoso.example' }, 'staff');

  expect(run.mailboxes.total).toBe(0);
  expect(run.problems).toEqual([{ list: 'staff', code: 'NotATarget', detail: expect.any(String) }]);
});

test.each<[string, string, unknown, number, RegExp]>([
  ['a list that is not there', '/api/lists/nothing/resync', {}, 404, /CONTACT_LISTS/],
  ['a mailbox that is not there', '/api/resync', { mailbox: 'ghost@contoso.example' }, 404, /address or the object id/],
  ['a body that is not JSON', '/api/resync', '{"mailbox": ', 400, /JSON/],
  ['a body that is a list', '/api/resync', [], 400, /object/],
  ['a member that is not known', '/api/lists/staff/resync', { mailboxes: ['x'] }, 400, /mailboxes/],
  ['a mailbox that is a number', '/api/lists/staff/resync', { mailbox: 7 }, 400, /mailbox/],
  ['a mode that is not known', '/api/resync', { mode: 'quick' }, 400, /mode/],
  ['a body that is far too large', '/api/resync', { mailbox: 'x'.repeat(20_000) }, 413, /10000|10,000/],
])('%s is answered with what to do', async (_what, path, body, status, detail) => {
  const runsBefore = await (await host.call('GET', '/api/runs')).text();

  const answer = await host.call('POST', path, body);

  expect(answer.status).toBe(status);
  expect(answer.headers.get('Content-Type')).toMatch(/^application\/problem\+json/);
  const problem = (await answer.json()) as { title: string; status: number; detail: string };
  expect(problem).toMatchObject({ status, title: expect.any(String) });
  expect(problem.detail).toMatch(detail);
  expect(await (await host.call('GET', '/api/runs')).text()).toBe(runsBefore);
});

test('without the key nothing is answered but the health', async () => {
  const requests: [string, string][] = [
    ['POST', '/api/resync'],
    ['POST', '/api/lists/staff/resync'],
    ['GET', '/api/runs'],
  ];
  for (const [method, path] of requests) {
    expect((await fetch(`${host.url}${path}`, { method })).status).toBe(401);
    expect((await fetch(`${host.url}${path}`, { method, headers: { 'x-functions-key': 'wrong' } })).status).toBe(401);
  }
  const health = await fetch(`${host.url}/api/health`);
  expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }]);
});

test('runs are listed newest first, and an unknown one is not found', async () => {
  const { runs } = (await (await host.call('GET', '/api/runs')).json()) as { runs: { startedAt: string }[] };
  const started = runs.map(({ startedAt }) => startedAt);
  expect(started.length).toBeGreaterThanOrEqual(6);
  expect(started).toEqual([...started].sort().reverse());
  for (const id of ['0000000000000-00000000', 'nonsense', '%2F..%2Fx']) {
    expect((await host.call('GET', `/api/runs/${id}`)).status).toBe(404);
  }
});

test('without FULL_RECONCILE_SCHEDULE the timer that asks every target for a full reconcile is there all the same', async () => {
  const answer = await host.call('POST', '/admin/functions/fullReconcile', {}, undefined, { Prefer: 'wait' });
  expect(answer.status).toBe(202);
  expect(host.errors()).toMatch(/fullReconcile: Full reconciles were asked for \{ mailboxes: 4 \}/);
});
