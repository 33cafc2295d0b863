import { addContact, patchContact } from '../world/contactRows.ts';
import { type GraphWorld, startGraphWorld } from '../world/graphWorld.ts';
import { expectIdleRun, mirrorOf, readTarget, restartHost } from '../world/mirror.ts';
import type { AppHost } from '../world/world.ts';

type Json = Readonly<Record<string, unknown>>;

const names = ['restarts', 'approve', 'partly', 'reject', 'empty', 'slow', 'small'];
/** One list each, since the removals of an hour are added up by list. 20 contacts, of which 4 may go without asking. */
const lists = names.map(id => ({
  id,
  source: { mailbox: 'directory@contoso.example', folders: [id] },
  targets: { mailboxes: ['ada@contoso.example'] },
  destination: { folder: `To ${id}`, category: null },
  safeguards: { maxRemovalShare: 0.2, maxRemovals: 3 },
}));
const nothing = { created: 0, updated: 0, deleted: 0, failed: 0 };

let world: GraphWorld;
let host: AppHost;
let directory: string;
let ada: string;
const sources = new Map<string, { folder: string; ids: string[] }>();

beforeAll(async () => {
  world = await startGraphWorld({ lists });
  const { graph } = world;
  directory = await graph.addUser('directory');
  ada = await graph.addUser('ada');
  for (const name of names) {
    const folder = await graph.addFolder(directory, name);
    const contacts = Array.from({ length: name === 'small' ? 3 : 20 }, (_, index) => ({
      method: 'POST',
      url: `/users/${directory}/contactFolders/${folder}/contacts`,
      body: { displayName: `${name} ${index}` },
    }));
    sources.set(name, { folder, ids: (await graph.batch(contacts)).map(({ id }) => String(id)) });
  }
  host = await world.startHost();
  await host.runSchedule();
});

afterAll(() => world?.stop());

function source(name: string): { folder: string; ids: string[] } {
  return sources.get(name) ?? { folder: '', ids: [] };
}

async function remove(name: string, from: number, to: number): Promise<void> {
  await world.graph.batch(
    source(name)
      .ids.slice(from, to)
      .map(id => ({ method: 'DELETE', url: `/users/${directory}/contacts/${id}` })),
  );
}

async function putBack(name: string, from: number, to: number): Promise<void> {
  const { folder, ids } = source(name);
  for (const contactId of ids.slice(from, to)) {
    await world.graph.control('POST', `/mailboxes/${directory}/moveContact`, { contactId, folderId: folder });
  }
}

async function edit(name: string, index: number, fields: Json): Promise<void> {
  await patchContact(world.graph, directory, source(name).ids[index] ?? '', fields);
}

async function decide(name: string, body: unknown): Promise<Response> {
  return host.call('POST', `/api/lists/${name}/hold`, body);
}

/** Decides, and resolves with the run that carries it out. */
async function decideAndRun(name: string, decision: 'approve' | 'reject', removals: number, kind?: string) {
  const answer = await decide(name, { kind, decision, removals });
  expect(answer.status).toBe(202);
  const { runId } = (await answer.json()) as { runId: string };
  expect(answer.headers.get('Location')).toBe(`/api/runs/${runId}`);
  return host.waitForRun(runId);
}

/** What a run says waits, by list. */
function shown(run: { problems: readonly { list?: string | undefined; code: string; detail: string }[] }): Json {
  return Object.fromEntries(
    run.problems.map(({ list, code, detail }) => [list, `${code} ${/^\d+ of \d+/.exec(detail)?.[0]}`]),
  );
}

/** The target has what the source has, and these contacts that the source has lost. */
async function expectMirror(name: string, lost: readonly string[] = []): Promise<void> {
  const mirror = await mirrorOf(world.graph, directory, [source(name).folder]);
  const { ours } = await readTarget(world.graph, ada, `To ${name}`, name);
  const kept = new Set(lost);
  expect([...ours.keys()].filter(key => kept.has(key)).sort()).toEqual([...kept].sort());
  expect(new Map([...ours].filter(([key]) => !kept.has(key)))).toEqual(mirror);
}

test('a hold keeps the removals, lets additions and edits through, and survives restarts', async () => {
  const name = 'restarts';
  const lost = source(name).ids.slice(0, 5);
  await remove(name, 0, 5);
  await edit(name, 10, { jobTitle: 'Chief' });
  await addContact(world.graph, directory, source(name).folder, { displayName: 'New' });

  const run = await host.runSchedule();

  expect(shown(run)).toEqual({ [name]: 'TooManyRemovals 5 of 20' });
  expect(run.contacts).toEqual({ ...nothing, created: 1, updated: 1 });
  await expectMirror(name, lost);

  host = await restartHost(world, host);
  const after = await host.runSchedule();
  expect(shown(after)).toEqual({ [name]: 'TooManyRemovals 5 of 21' });
  expect(after.contacts).toEqual(nothing);
  await edit(name, 11, { jobTitle: 'Chief' });
  await addContact(world.graph, directory, source(name).folder, { displayName: 'Newer' });
  expect((await host.runSchedule()).contacts).toEqual({ ...nothing, created: 1, updated: 1 });
  await world.graph.control('POST', '/delta/expire', { code: 'SyncStateNotFound' });
  expect(shown(await host.runSchedule())).toEqual({ [name]: 'TooManyRemovals 5 of 22' });
  expect((await host.resync({ mode: 'full' }, name)).contacts).toEqual(nothing);
  await expectMirror(name, lost);
});

test('a source that recovers releases the hold by itself', async () => {
  const name = 'restarts';
  await putBack(name, 0, 4);
  await edit(name, 0, { jobTitle: 'Back' });

  const run = await host.runSchedule();

  // One is gone for good, which needs no decision.
  expect(shown(run)).toEqual({});
  expect(run.contacts).toEqual({ ...nothing, updated: 1, deleted: 1 });
  await expectMirror(name);
  await expectIdleRun(world, host);
  expect((await decide(name, { decision: 'approve', removals: 5 })).status).toBe(409);
});

test('it is released by approval with the number that was shown, and with no other', async () => {
  const name = 'approve';
  await remove(name, 0, 5);
  expect(shown(await host.runSchedule())).toEqual({ [name]: 'TooManyRemovals 5 of 20' });
  await remove(name, 5, 7);
  expect(shown(await host.runSchedule())).toEqual({ [name]: 'TooManyRemovals 7 of 20' });

  const refused = await decide(name, { decision: 'approve', removals: 5 });
  expect(refused.status).toBe(409);
  expect(await refused.json()).toMatchObject({ detail: expect.stringMatching(/^7 removals wait/) });
  await expectMirror(name, source(name).ids.slice(0, 7));

  const run = await decideAndRun(name, 'approve', 7);

  expect(run).toMatchObject({ problems: [], contacts: { ...nothing, deleted: 7 } });
  await expectMirror(name);
  await expectIdleRun(world, host);
  // What was approved is not counted against what goes next.
  await remove(name, 7, 9);
  expect((await host.runSchedule()).contacts).toEqual({ ...nothing, deleted: 2 });
  await expectMirror(name);
});

test('an approval lets go only what was shown and is still gone, also after a restart', async () => {
  const name = 'partly';
  await remove(name, 0, 6);
  await host.runSchedule();
  // The next capture carries the approval out: what happens before it must not slip through.
  await world.graph.control('POST', '/faults', {
    match: { path: 'contacts/delta', times: 1 },
    fault: { status: 403, code: 'ErrorAccessDenied' },
  });
  await decideAndRun(name, 'approve', 6);
  await expectMirror(name, source(name).ids.slice(0, 6));
  await putBack(name, 0, 2);
  await remove(name, 6, 12);
  host = await restartHost(world, host);

  const run = await host.runSchedule();

  expect(shown(run)).toEqual({ [name]: 'TooManyRemovals 6 of 16' });
  expect(run.contacts).toEqual({ ...nothing, deleted: 4 });
  await expectMirror(name, source(name).ids.slice(6, 12));
  // The same number again may be meant for the hold of before.
  expect((await decide(name, { decision: 'approve', removals: 6 })).status).toBe(409);
  await decideAndRun(name, 'approve', 6, 'contacts');
  await expectMirror(name);
  await expectIdleRun(world, host);
});

describe('a hold that is rejected', () => {
  const name = 'reject';
  const lost = () => source(name).ids.slice(0, 5);

  test('keeps the contacts in the targets, through edits, a restart, a dead token and a full reconcile', async () => {
    await remove(name, 0, 5);
    await host.runSchedule();

    const run = await decideAndRun(name, 'reject', 5);

    expect(run).toMatchObject({ problems: [], contacts: nothing });
    await expectMirror(name, lost());
    host = await restartHost(world, host);
    await edit(name, 10, { jobTitle: 'Chief' });
    expect((await host.runSchedule()).contacts).toEqual({ ...nothing, updated: 1 });
    await world.graph.control('POST', '/delta/expire', { code: 'ResyncRequired' });
    await expectIdleRun(world, host);
    const full = await host.resync({ mode: 'full' }, name);
    expect(full).toMatchObject({ problems: [], contacts: nothing });
    await expectMirror(name, lost());
  });

  test('is not undone by an approval of the same number that comes after it', async () => {
    for (const body of [{}, { kind: 'contacts' }]) {
      const late = await decide(name, { ...body, decision: 'approve', removals: 5 });
      expect(late.status).toBe(409);
      expect(await late.json()).toMatchObject({ detail: expect.stringMatching(/rejected.*"kind": "kept"/) });
    }
    expect((await host.runSchedule()).contacts).toEqual(nothing);
    await expectMirror(name, lost());
  });

  test('gives them to a mailbox that joins', async () => {
    const { graph } = world;
    const bob = await graph.addUser('bob');
    const joined = lists.map(list =>
      list.id === name ? { ...list, targets: { mailboxes: [...list.targets.mailboxes, 'bob@contoso.example'] } } : list,
    );
    host = await restartHost(world, host, joined);

    await host.runSchedule();

    const atBob = await readTarget(graph, bob, `To ${name}`, name);
    expect(atBob.ours).toEqual((await readTarget(graph, ada, `To ${name}`, name)).ours);
    expect([...atBob.ours.keys()]).toEqual(expect.arrayContaining(lost()));
    host = await restartHost(world, host, lists);
    expect((await host.runSchedule()).contacts).toEqual({ ...nothing, deleted: 20 });
  });

  test('follows them again once the source has them, and loses them then as any other', async () => {
    await putBack(name, 0, 2);
    await edit(name, 0, { jobTitle: 'Back' });
    expect((await host.runSchedule()).contacts).toEqual({ ...nothing, updated: 1 });
    await expectMirror(name, lost().slice(2));

    await remove(name, 0, 1);
    expect((await host.runSchedule()).contacts).toEqual({ ...nothing, deleted: 1 });
    await expectMirror(name, lost().slice(2));
  });

  test('lets them go when somebody approves after all, with the number of those kept', async () => {
    expect((await decide(name, { kind: 'kept', decision: 'approve', removals: 5 })).status).toBe(409);

    const run = await decideAndRun(name, 'approve', 3, 'kept');

    expect(run).toMatchObject({ problems: [], contacts: { ...nothing, deleted: 3 } });
    await expectMirror(name);
    await expectIdleRun(world, host);
  });
});

test('an emptied source can be approved as a whole', async () => {
  const name = 'empty';
  await remove(name, 0, 20);
  const held = await host.runSchedule();
  expect(shown(held)).toEqual({ [name]: 'SourceUnexpectedlyEmpty 20 of 20' });
  await expectMirror(name, source(name).ids);

  const run = await decideAndRun(name, 'approve', 20);

  expect(run).toMatchObject({ problems: [], contacts: { ...nothing, deleted: 20 } });
  await expectMirror(name);
  await expectIdleRun(world, host);
});

test('a list of few contacts that is emptied waits as well', async () => {
  await remove('small', 0, 3);
  expect(shown(await host.runSchedule())).toEqual({ small: 'SourceUnexpectedlyEmpty 3 of 3' });
  await expectMirror('small', source('small').ids);
  await putBack('small', 0, 3);
  expect(shown(await host.runSchedule())).toEqual({});
});

test('a slow deletion adds up within an hour, also over a restart', async () => {
  const name = 'slow';
  await remove(name, 0, 2);
  expect((await host.runSchedule()).contacts).toEqual({ ...nothing, deleted: 2 });
  host = await restartHost(world, host);
  await remove(name, 2, 4);
  expect((await host.runSchedule()).contacts).toEqual({ ...nothing, deleted: 2 });
  await remove(name, 4, 5);

  const run = await host.runSchedule();

  expect(shown(run)).toEqual({ [name]: 'TooManyRemovals 1 of 16' });
  expect(run.contacts).toEqual(nothing);
  await expectMirror(name, source(name).ids.slice(4, 5));
  await decideAndRun(name, 'approve', 1);
  await expectMirror(name);
});

test.each<[string, string, unknown, number, RegExp]>([
  ['a list that is not there', 'nowhere', { decision: 'approve', removals: 1 }, 404, /CONTACT_LISTS/],
  ['a list that is not held', 'approve', { decision: 'approve', removals: 1 }, 409, /not held/],
  ['no number', 'approve', { decision: 'approve' }, 400, /removals/],
  ['the number as a text', 'approve', { decision: 'approve', removals: '1' }, 400, /removals/],
  ['no removals', 'approve', { decision: 'reject', removals: 0 }, 400, /removals/],
  ['another kind', 'approve', { kind: 'people', decision: 'approve', removals: 1 }, 400, /kind/],
  ['another decision', 'approve', { decision: 'perhaps', removals: 1 }, 400, /decision/],
  ['a member that is not known', 'approve', { decision: 'approve', removals: 1, force: true }, 400, /force/],
  ['what is not JSON', 'approve', '{"decision": ', 400, /JSON/],
])('a decision about %s is refused, and says why', async (_what, name, body, status, detail) => {
  const answer = await decide(name, body);

  expect(answer.status).toBe(status);
  expect(answer.headers.get('Content-Type')).toMatch(/^application\/problem\+json/);
  expect(((await answer.json()) as { detail: string }).detail).toMatch(detail);
});
