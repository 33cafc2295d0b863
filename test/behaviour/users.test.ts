import { addContact, contentOf, folderNames, patchContact } from '../world/contactRows.ts';
import { type GraphWorld, startGraphWorld } from '../world/graphWorld.ts';
import { expectIdleRun, mirrorOf, readTarget, restartHost, type TargetView } from '../world/mirror.ts';
import type { AppHost } from '../world/world.ts';

type Json = Readonly<Record<string, unknown>>;

const source = { mailbox: 'directory@contoso.example', folders: ['Staff'] };
const keeping = {
  id: 'keep',
  source,
  targets: { mailboxes: ['ada@contoso.example', 'bob@contoso.example'] },
  destination: { folder: 'Company', category: 'Work' },
  mapping: { spouseName: null },
};
const reverting = {
  ...keeping,
  id: 'revert',
  targets: { mailboxes: ['rex@contoso.example'] },
  userEdits: 'revert',
};
const nothing = { created: 0, updated: 0, deleted: 0, failed: 0 };
const noRepairs = { lost: 0, doubled: 0, orphaned: 0, drifted: 0 };

let world: GraphWorld;
let host: AppHost;
let directory: string;
let ada: string;
let bob: string;
let rex: string;
let staff: string;
/** Source keys by name. */
const keys = new Map<string, string>();
/** What differs at a user from what the source says, by source key; null: it is not there. */
const deviations = new Map<string, Map<string, Json | null>>();

beforeAll(async () => {
  world = await startGraphWorld({ lists: [keeping, reverting] });
  const { graph } = world;
  directory = await graph.addUser('directory');
  ada = await graph.addUser('ada');
  bob = await graph.addUser('bob');
  rex = await graph.addUser('rex');
  staff = await graph.addFolder(directory, 'Staff');
  for (const name of ['Ann', 'Ben', 'Cid', 'Dot', 'Eve', 'Fay', 'Gus', 'Hal']) {
    const fields = { displayName: name, department: 'Sales', jobTitle: 'Clerk', businessPhones: ['1', '2'] };
    keys.set(name, await addContact(graph, directory, staff, fields));
  }
  host = await world.startHost();
  await host.runSchedule();
});

afterAll(() => world?.stop());

function key(name: string): string {
  return keys.get(name) ?? '';
}

function viewOf(user: string): Promise<TargetView> {
  return readTarget(world.graph, user, 'Company', user === rex ? 'revert' : 'keep');
}

async function idOf(user: string, name: string): Promise<string> {
  return (await viewOf(user)).ids.get(key(name)) ?? '';
}

async function changeSource(name: string, fields: Json): Promise<void> {
  await patchContact(world.graph, directory, key(name), fields);
}

async function changeTarget(user: string, name: string, fields: Json): Promise<void> {
  await patchContact(world.graph, user, await idOf(user, name), fields);
}

async function removeForGood(user: string, contactId: string): Promise<void> {
  await world.graph.call('POST', `/users/${user}/contacts/${contactId}/permanentDelete`);
}

async function move(user: string, contactId: string, folderId: string): Promise<void> {
  await world.graph.control('POST', `/mailboxes/${user}/moveContact`, { contactId, folderId });
}

async function rowOf(user: string, contactId: string): Promise<Json> {
  return world.graph.call('GET', `/users/${user}/contacts/${contactId}`);
}

function deviate(user: string, name: string, fields: Json | null): void {
  const known = deviations.get(user) ?? new Map<string, Json | null>();
  const before = known.get(key(name));
  known.set(key(name), fields === null ? null : { ...before, ...fields });
  deviations.set(user, known);
}

function conform(user: string, name: string): void {
  deviations.get(user)?.delete(key(name));
}

/** The folder mirrors the source but for what this user did; the next run has nothing to write. */
async function expectFolder(user: string, options: { idle: boolean } = { idle: true }): Promise<void> {
  const expected = await mirrorOf(world.graph, directory, [staff], 'Work');
  for (const [sourceKey, content] of expected) {
    const { spouseName, ...mapped } = content;
    const deviation = deviations.get(user)?.get(sourceKey);
    if (deviation === null) expected.delete(sourceKey);
    else expected.set(sourceKey, contentOf({ ...mapped, ...deviation }));
  }
  expect((await viewOf(user)).ours).toEqual(expected);
  if (options.idle) await expectIdleRun(world, host);
}

describe('a field that the user changed', () => {
  const edits = {
    jobTitle: 'My clerk',
    personalNotes: 'Met in Oslo',
    mobilePhone: '7',
    spouseName: 'Sam',
    businessPhones: ['9'],
    categories: ['Friends', 'Work'],
  };

  test('stays, also when the source changes another, and in a full reconcile', async () => {
    await changeTarget(ada, 'Ann', edits);
    deviate(ada, 'Ann', edits);
    await changeSource('Ann', { department: 'Marketing' });
    expect((await host.runSchedule()).contacts).toEqual({ ...nothing, updated: 3 });
    await expectFolder(ada);

    const full = await host.resync({ mode: 'full' }, 'keep');
    expect(full).toMatchObject({ contacts: nothing, repaired: noRepairs });
    await expectFolder(ada);
  });

  test('is the source’s again once that changes this field, and the others stay', async () => {
    await changeSource('Ann', { jobTitle: 'Chief', spouseName: 'Not mapped' });
    deviate(ada, 'Ann', { jobTitle: 'Chief' });
    await host.runSchedule();
    await expectFolder(ada);

    await changeSource('Ann', { businessPhones: ['1'], mobilePhone: '8' });
    deviate(ada, 'Ann', { businessPhones: ['1'], mobilePhone: '8' });
    await host.runSchedule();
    await expectFolder(ada);
  });

  test('that is cleared at the source is cleared, when it was set there', async () => {
    await changeSource('Ann', { mobilePhone: null });
    deviate(ada, 'Ann', { mobilePhone: undefined });
    await host.runSchedule();
    await expectFolder(ada);
  });

  test('is merged where it is the categories: the source’s come and go, the list’s are exchanged, the user’s stay', async () => {
    await changeSource('Ann', { categories: ['VIP'] });
    deviate(ada, 'Ann', { categories: ['Friends', 'Work', 'VIP'] });
    await host.runSchedule();
    await expectFolder(ada);
    await expectFolder(bob);

    const destination = { folder: 'Company', category: 'Firm' };
    host = await restartHost(world, host, [{ ...keeping, destination }, reverting]);
    await host.runSchedule();
    const categoriesOf = async (user: string) => (await viewOf(user)).ours.get(key('Ann'))?.categories;
    expect(await categoriesOf(ada)).toEqual(['Friends', 'VIP', 'Firm']);
    expect(await categoriesOf(bob)).toEqual(['VIP', 'Firm']);

    host = await restartHost(world, host, [keeping, reverting]);
    await changeSource('Ann', { categories: [] });
    await host.runSchedule();
    deviate(ada, 'Ann', { categories: ['Friends', 'Work'] });
    await expectFolder(ada);
    await expectFolder(bob);
  });

  test('by its user alone changes nothing at another user', async () => {
    await expectFolder(bob);
  });
});

describe('a contact that the user deleted', () => {
  const ways: [string, string, (id: string) => Promise<unknown>][] = [
    ['Ben', 'deleted', id => world.graph.call('DELETE', `/users/${ada}/contacts/${id}`)],
    ['Cid', 'deleted for good', id => removeForGood(ada, id)],
    ['Dot', 'dragged to Deleted Items', id => move(ada, id, 'deleteditems')],
  ];

  test.each(ways)('(%s is %s) stays away', async (name, _how, remove) => {
    await remove(await idOf(ada, name));
    deviate(ada, name, null);
    await changeSource('Eve', { officeLocation: `Beside ${name}` });
    expect((await host.runSchedule()).contacts).toEqual({ ...nothing, updated: 3 });
    await expectFolder(ada);
  });

  test('stays away when the list’s mapping changes before anyone noticed', async () => {
    const changed = { ...keeping, mapping: { ...keeping.mapping, profession: 'jobTitle' } };
    host = await restartHost(world, host, [changed, reverting]);
    const run = await host.runSchedule();
    expect(run.contacts).toEqual({ ...nothing, updated: 5 + 8 });
    const names = [...(await viewOf(ada)).ours.values()].map(({ displayName }) => displayName);
    expect(names.sort()).toEqual(['Ann', 'Eve', 'Fay', 'Gus', 'Hal']);
    host = await restartHost(world, host, [keeping, reverting]);
    await host.runSchedule();
    await expectFolder(ada);
  });

  test('is recorded by a full reconcile as the user’s choice, and stays away', async () => {
    const full = await host.resync({ mode: 'full' }, 'keep');
    expect(full.contacts).toEqual(nothing);
    await expectFolder(ada);
    host = await restartHost(world, host, [
      { ...keeping, mapping: { ...keeping.mapping, title: 'jobTitle' } },
      reverting,
    ]);
    expect((await host.runSchedule()).contacts).toEqual({ ...nothing, updated: 5 + 8 });
    host = await restartHost(world, host, [keeping, reverting]);
    await host.runSchedule();
    await expectFolder(ada);
  });

  test('stays away when other fields than the mapped ones change at the source', async () => {
    await changeSource('Ben', { spouseName: 'Someone' });
    await host.runSchedule();
    await expectFolder(ada);
  });

  test.each(ways)('(%s was %s) comes back when the source changes it, once', async (name, _how) => {
    await changeSource(name, { jobTitle: 'Back' });
    conform(ada, name);
    expect((await host.runSchedule()).contacts).toEqual({ ...nothing, created: 1, updated: 2 });
    await expectFolder(ada);
  });
});

describe('a contact in Deleted Items', () => {
  test('counts as deleted although its immutable id still answers: a change makes it anew, once', async () => {
    const id = await idOf(ada, 'Ben');
    await world.graph.call('DELETE', `/users/${ada}/contacts/${id}`);
    expect(await rowOf(ada, id)).toMatchObject({ displayName: 'Ben' });
    await changeSource('Ben', { jobTitle: 'Again' });

    expect((await host.runSchedule()).contacts).toEqual({ ...nothing, created: 1, updated: 2 });

    await expectFolder(ada);
    expect(await idOf(ada, 'Ben')).not.toBe(id);
    expect((await host.resync({ mode: 'full' }, 'keep')).contacts).toEqual(nothing);
    await expectFolder(ada);
  });

  test('inside a folder that the user deleted counts as deleted, too', async () => {
    const folder = await world.graph.addFolder(bob, 'Old');
    const id = await idOf(bob, 'Ben');
    await move(bob, id, folder);
    await world.graph.call('DELETE', `/users/${bob}/contactFolders/${folder}`);
    await changeSource('Ben', { jobTitle: 'Once more' });

    expect((await host.runSchedule()).contacts).toEqual({ ...nothing, created: 1, updated: 2 });

    expect(await idOf(bob, 'Ben')).not.toBe(id);
    await expectFolder(bob);
    expect((await host.resync({ mode: 'full' }, 'keep')).contacts).toEqual(nothing);
  });

  test('that the user takes back out is the list’s again, brought up to date by a full reconcile', async () => {
    const id = await idOf(ada, 'Cid');
    await world.graph.call('DELETE', `/users/${ada}/contacts/${id}`);
    await host.resync({ mode: 'full' }, 'keep');
    await world.graph.call('PATCH', `/users/${ada}/contacts/${id}`, { jobTitle: 'From the bin' });
    const folder = (await world.graph.findFolder(ada, 'Company')) ?? '';
    await move(ada, id, folder);

    const full = await host.resync({ mode: 'full' }, 'keep');

    expect(full.contacts).toEqual({ ...nothing, updated: 1 });
    expect(await idOf(ada, 'Cid')).toBe(id);
    await expectFolder(ada);
  });
});

describe('userEdits: revert', () => {
  test('leaves edits and deletions alone until the next full reconcile, which restores them', async () => {
    await changeTarget(rex, 'Ann', { jobTitle: 'Mine', homeAddress: { city: 'Oslo' }, categories: [] });
    await changeTarget(rex, 'Ben', { displayName: 'Benny', spouseName: 'Not mapped' });
    deviate(rex, 'Ben', { spouseName: 'Not mapped' });
    await world.graph.call('DELETE', `/users/${rex}/contacts/${await idOf(rex, 'Dot')}`);
    await removeForGood(rex, await idOf(rex, 'Eve'));
    await expectIdleRun(world, host);
    expect((await viewOf(rex)).ours.get(key('Ann'))).toMatchObject({ jobTitle: 'Mine' });

    const full = await host.resync({ mode: 'full' }, 'revert');

    expect(full.contacts).toEqual({ ...nothing, created: 2, updated: 2 });
    expect(full.repaired).toEqual({ ...noRepairs, lost: 2, drifted: 2 });
    await expectFolder(rex);
    expect((await host.resync({ mode: 'full' }, 'revert')).contacts).toEqual(nothing);
  });

  test('restores what was deleted under userEdits: keep', async () => {
    await world.graph.call('DELETE', `/users/${ada}/contacts/${await idOf(ada, 'Hal')}`);
    deviate(ada, 'Hal', null);
    await host.resync({ mode: 'full' }, 'keep');
    await expectFolder(ada);

    host = await restartHost(world, host, [{ ...keeping, userEdits: 'revert' }, reverting]);
    await expectFolder(ada);
    const full = await host.resync({ mode: 'full' }, 'keep');

    for (const name of keys.keys()) conform(ada, name);
    deviate(ada, 'Ann', { spouseName: 'Sam', categories: ['Friends', 'Work'] });
    expect(full).toMatchObject({ contacts: { created: 1, updated: 1 }, repaired: { lost: 1, drifted: 1 } });
    await expectFolder(ada);
    host = await restartHost(world, host, [keeping, reverting]);
  });
});

describe('a contact that the user moved to another folder', () => {
  let mine: string;
  let id: string;

  async function expectMoved(fields: Json): Promise<void> {
    const moved = await readTarget(world.graph, ada, 'Mine', 'keep');
    expect([...moved.ids]).toEqual([[key('Eve'), id]]);
    expect(moved.ours.get(key('Eve'))).toMatchObject(fields);
    await expectFolder(ada);
  }

  test('stays there, kept up to date, not doubled', async () => {
    mine = await world.graph.addFolder(ada, 'Mine');
    id = await idOf(ada, 'Eve');
    await move(ada, id, mine);
    deviate(ada, 'Eve', null);
    await changeSource('Eve', { jobTitle: 'Moved' });

    expect((await host.runSchedule()).contacts).toEqual({ ...nothing, updated: 3 });
    await expectMoved({ jobTitle: 'Moved' });
  });

  test('stays there through a full reconcile, other settings and a folder that is lost', async () => {
    expect((await host.resync({ mode: 'full' }, 'keep')).contacts).toEqual(nothing);
    await expectMoved({ jobTitle: 'Moved' });
    const folder = await world.graph.findFolder(ada, 'Company');
    await world.graph.call('DELETE', `/users/${ada}/contactFolders/${folder}`);
    expect((await host.resync({ mode: 'full' }, 'keep')).contacts).toEqual({ ...nothing, created: 7 });
    conform(ada, 'Ann');
    await expectMoved({ jobTitle: 'Moved' });
  });

  test('may come back', async () => {
    await move(ada, id, (await world.graph.findFolder(ada, 'Company')) ?? '');
    conform(ada, 'Eve');
    await changeSource('Eve', { jobTitle: 'Home' });
    expect((await host.runSchedule()).contacts).toEqual({ ...nothing, updated: 3 });
    await expectFolder(ada);
  });

  test('is removed there when the source removes it', async () => {
    const fay = await idOf(ada, 'Fay');
    await move(ada, fay, mine);
    await world.graph.call('DELETE', `/users/${directory}/contacts/${key('Fay')}`);
    expect((await host.runSchedule()).contacts).toEqual({ ...nothing, deleted: 3 });
    expect((await readTarget(world.graph, ada, 'Mine', 'keep')).ours.size).toBe(0);
    await expectFolder(ada);
  });
});

describe('a folder that the user deleted', () => {
  async function deleteAsUser(folderId: string): Promise<void> {
    await world.graph.control('POST', `/mailboxes/${ada}/deleteFolder`, { folderId });
  }

  test('is created and filled again by a full reconcile, without what the user had deleted before', async () => {
    await world.graph.call('DELETE', `/users/${ada}/contacts/${await idOf(ada, 'Gus')}`);
    deviate(ada, 'Gus', null);
    await host.resync({ mode: 'full' }, 'keep');
    await deleteAsUser((await world.graph.findFolder(ada, 'Company')) ?? '');

    const full = await host.resync({ mode: 'full' }, 'keep');

    expect(full.contacts).toEqual({ ...nothing, created: 6 });
    await expectFolder(ada);
  });

  test('and emptied from Deleted Items is created and filled again with the next change', async () => {
    const folder = (await world.graph.findFolder(ada, 'Company')) ?? '';
    await deleteAsUser(folder);
    await world.graph.call('DELETE', `/users/${ada}/contactFolders/${folder}`);
    await changeSource('Ann', { jobTitle: 'After the bin' });

    const run = await host.runSchedule();

    expect(run.problems).toEqual([]);
    expect(run.contacts).toEqual({ ...nothing, created: 6, updated: 2 });
    await expectFolder(ada);
  });
});

describe('contacts that the user added to the folder', () => {
  let own: ReadonlyMap<string, Json>;

  test('are never changed: by changes, a full reconcile, a removal', async () => {
    const folder = (await world.graph.findFolder(ada, 'Company')) ?? '';
    await addContact(world.graph, ada, folder, { displayName: 'Friend', categories: ['Work'] });
    await addContact(world.graph, ada, folder, { displayName: 'Ann', department: 'Sales', jobTitle: 'Clerk' });
    own = (await viewOf(ada)).others;
    expect(own.size).toBe(2);
    await changeSource('Ann', { department: 'Support' });
    await world.graph.call('DELETE', `/users/${directory}/contacts/${key('Ben')}`);
    await host.runSchedule();
    await host.resync({ mode: 'full' });
    expect((await viewOf(ada)).others).toEqual(own);
    await expectFolder(ada);
  });

  test('stay when the mailbox leaves the list, and the folder with them', async () => {
    const left = { ...keeping, targets: { mailboxes: ['bob@contoso.example'] } };
    host = await restartHost(world, host, [left, reverting]);

    const run = await host.runSchedule();

    expect(run.contacts.deleted).toBeGreaterThan(0);
    const view = await viewOf(ada);
    expect(view.ours.size).toBe(0);
    expect(view.others).toEqual(own);
    expect(await folderNames(world.graph, ada)).toEqual(['Company', 'Mine']);
    await expectIdleRun(world, host);
    await host.resync({ mode: 'full' });
    expect((await viewOf(ada)).others).toEqual(own);
  });

  test('stay when it joins again: the list’s contacts come beside them, also those once deleted', async () => {
    host = await restartHost(world, host, [keeping, reverting]);
    conform(ada, 'Gus');
    await host.runSchedule();
    expect((await viewOf(ada)).others).toEqual(own);
    await expectFolder(ada);
  });
});
