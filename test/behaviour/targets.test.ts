import { addContact, folderNames, patchContact } from '../world/contactRows.ts';
import { type GraphWorld, startGraphWorld } from '../world/graphWorld.ts';
import { expectIdleRun, mirrorOf, readTarget, restartHost } from '../world/mirror.ts';
import type { AppHost } from '../world/world.ts';

type Json = Readonly<Record<string, unknown>>;

const list = {
  id: 'staff',
  source: { mailbox: 'directory@contoso.example', folders: ['Staff'] },
  targets: { groups: ['everyone@contoso.example'], mailboxes: ['boss@contoso.example'] },
  destination: { folder: 'Company', category: 'Work' },
};
const leaving = {
  ...list,
  id: 'left',
  targets: { groups: ['friends@contoso.example'] },
  destination: { folder: 'Friends', category: null },
  whenTargetLeaves: 'leave',
};
const nothing = { created: 0, updated: 0, deleted: 0, failed: 0 };
const contacts = 3;

let world: GraphWorld;
let host: AppHost;
let directory: string;
let staff: string;
let ada: string;
let bob: string;
let cyd: string;
let boss: string;
let everyone: string;
let friends: string;
/** As the settings name it. */
let groups = list.targets.groups;
const sourceIds: string[] = [];
let serial = 0;

beforeAll(async () => {
  world = await startGraphWorld({ lists: [list, leaving] });
  const { graph } = world;
  directory = await graph.addUser('directory');
  ada = await graph.addUser('ada');
  bob = await graph.addUser('bob');
  cyd = await graph.addUser('cyd');
  boss = await graph.addUser('boss');
  everyone = await graph.addGroup('everyone', [ada, bob]);
  friends = await graph.addGroup('friends', [ada, bob]);
  staff = await graph.addFolder(directory, 'Staff');
  for (const displayName of ['Ann', 'Ben', 'Cid']) {
    sourceIds.push(await addContact(graph, directory, staff, { displayName, department: 'Sales' }));
  }
  host = await world.startHost();
  await host.runSchedule();
});

afterAll(() => world?.stop());

async function join(group: string, user: string): Promise<void> {
  const reference = { '@odata.id': `${world.graphUrl}/v1.0/directoryObjects/${user}` };
  await world.graph.call('POST', `/groups/${group}/members/$ref`, reference);
}

async function leave(group: string, user: string): Promise<void> {
  await world.graph.call('DELETE', `/groups/${group}/members/${user}/$ref`);
}

async function changeSource(index = 0, fields: Json = { jobTitle: `Title ${++serial}` }): Promise<void> {
  await patchContact(world.graph, directory, sourceIds[index] ?? '', fields);
}

async function setState(user: string, state: string): Promise<void> {
  await world.graph.control('POST', `/mailboxes/${user}/state`, { state });
}

async function expectMirrored(users: readonly string[], idle = true): Promise<void> {
  const mirror = await mirrorOf(world.graph, directory, [staff], 'Work');
  for (const user of users) expect((await readTarget(world.graph, user, 'Company', 'staff')).ours).toEqual(mirror);
  if (idle) await expectIdleRun(world, host);
}

async function friendsOf(user: string): Promise<ReadonlyMap<string, Json>> {
  return (await readTarget(world.graph, user, 'Friends', 'left')).ours;
}

describe('a mailbox', () => {
  test('that joins gets everything, and nobody else a message', async () => {
    await join(everyone, cyd);
    const run = await host.runSchedule();
    expect(run).toMatchObject({ mailboxes: { total: 1, done: 1 }, contacts: { ...nothing, created: contacts } });
    await expectMirrored([ada, bob, cyd, boss]);
  });

  test('that leaves is cleaned up: our contacts, wherever they are, then our folder', async () => {
    const { ids } = await readTarget(world.graph, cyd, 'Company', 'staff');
    const [moved = ''] = ids.values();
    const folderId = await world.graph.addFolder(cyd, 'Mine');
    await world.graph.control('POST', `/mailboxes/${cyd}/moveContact`, { contactId: moved, folderId });
    await leave(everyone, cyd);

    const run = await host.runSchedule();

    expect(run).toMatchObject({ mailboxes: { total: 1, done: 1 }, contacts: { ...nothing, deleted: contacts } });
    expect(await folderNames(world.graph, cyd)).toEqual(['Mine']);
    expect(await world.graph.readContacts(cyd, folderId)).toEqual([]);
    await expectMirrored([ada, bob, boss]);
  });

  test('that joins again gets everything again', async () => {
    await join(everyone, cyd);
    expect((await host.runSchedule()).contacts).toEqual({ ...nothing, created: contacts });
    await expectMirrored([ada, bob, cyd, boss]);
  });

  test('that leaves a list that leaves things is left as it is, and followed again when it joins again', async () => {
    const before = await friendsOf(bob);
    await leave(friends, bob);
    await changeSource(0);
    await host.runSchedule();
    expect(await friendsOf(bob)).toEqual(before);
    await host.resync({ mode: 'full' }, 'left');
    expect(await friendsOf(bob)).toEqual(before);

    await join(friends, bob);
    const run = await host.runSchedule();
    expect(run.contacts).toEqual({ ...nothing, updated: 1 });
    expect(await friendsOf(bob)).toEqual(await friendsOf(ada));
    await expectIdleRun(world, host);
  });

  test('that is renamed stays the one it was, by name and by group', async () => {
    for (const [user, name] of [[ada, 'ada.lovelace'] as const, [boss, 'big.boss'] as const]) {
      const address = `${name}@contoso.example`;
      await world.graph.call('PATCH', `/users/${user}`, {
        userPrincipalName: address,
        mail: address,
        displayName: name,
      });
    }
    await world.graph.call('PATCH', `/groups/${everyone}`, { displayName: 'All of us' });
    await expectIdleRun(world, host);
    await changeSource(1);
    expect((await host.runSchedule()).contacts).toEqual({ ...nothing, updated: 6 });
    await expectMirrored([ada, bob, cyd, boss]);
  });

  test('that the settings name by its new address stays the one it was', async () => {
    const targets = { ...list.targets, mailboxes: ['Big.Boss@contoso.example'] };
    host = await restartHost(world, host, [{ ...list, targets }, leaving]);
    await expectMirrored([ada, bob, cyd, boss]);
  });

  test('that is disabled is skipped, not cleaned up, and caught up with when it is enabled', async () => {
    const before = await readTarget(world.graph, ada, 'Company', 'staff');
    await world.graph.call('PATCH', `/users/${ada}`, { accountEnabled: false });
    await changeSource(2);

    const run = await host.runSchedule();

    expect(run.mailboxes).toMatchObject({ done: 3, skipped: 1 });
    expect(run.problems).toEqual([expect.objectContaining({ mailbox: ada, code: 'AccountDisabled' })]);
    expect(await readTarget(world.graph, ada, 'Company', 'staff')).toEqual(before);
    await expectMirrored([bob, cyd, boss]);

    await world.graph.call('PATCH', `/users/${ada}`, { accountEnabled: true });
    expect((await host.runSchedule()).contacts).toEqual({ ...nothing, updated: 2 });
    await expectMirrored([ada, bob, cyd, boss]);
  });

  test('that is deleted leaves quietly, and is caught up with when it is restored', async () => {
    await setState(cyd, 'deleted');
    await changeSource(0);
    const run = await host.runSchedule();
    expect(run.mailboxes).toMatchObject({ total: 4, done: 4, skipped: 0, failed: 0 });
    expect(run.notes).toEqual([expect.objectContaining({ mailbox: cyd, code: 'MailboxGone' })]);
    const { mailboxes } = (await (await host.call('GET', '/api/lists/staff')).json()) as { mailboxes: Json };
    expect(mailboxes).toMatchObject({ current: 3, leaving: 0, gone: 1 });
    await expectMirrored([ada, bob, boss]);

    await setState(cyd, 'ok');
    const back = await host.runSchedule();
    expect(back.mailboxes).toMatchObject({ total: 1, done: 1 });
    await expectMirrored([ada, bob, cyd, boss]);
  });

  test('that has no mailbox for a while is skipped, and a resync of it catches up', async () => {
    await setState(boss, 'notEnabled');
    await changeSource(1);
    const run = await host.runSchedule();
    expect(run.mailboxes).toMatchObject({ done: 3, skipped: 1, failed: 0 });
    await expectMirrored([ada, bob, cyd]);

    await setState(boss, 'ok');
    expect((await host.resync({ mailbox: boss }, 'staff')).contacts).toEqual({ ...nothing, updated: 1 });
    await expectMirrored([ada, bob, cyd, boss]);
  });
});

describe('a group', () => {
  test('that cannot be read keeps its members: they are served, and nobody leaves', async () => {
    const fault = { status: 403, code: 'Authorization_RequestDenied' };
    await leave(everyone, cyd);
    await world.graph.control('POST', '/faults', { match: { path: `^/groups/${everyone}/` }, fault });
    await changeSource(2);

    const run = await host.runSchedule();

    expect(run.problems).toEqual([expect.objectContaining({ list: 'staff', code: 'Authorization_RequestDenied' })]);
    await world.graph.control('DELETE', '/faults');
    await join(everyone, cyd);
    await expectMirrored([ada, bob, cyd, boss]);
  });

  test('that is deleted is a problem of the list that its status names, and nobody leaves', async () => {
    await world.graph.call('DELETE', `/groups/${everyone}`);
    await changeSource(0);
    const run = await host.runSchedule();
    const named = expect.stringContaining('targets.groups[0] ("everyone@contoso.example")');
    expect(run.problems).toEqual([
      expect.objectContaining({ list: 'staff', code: 'UnknownTargetGroup', detail: named }),
    ]);
    const status = await (await host.call('GET', '/api/lists/staff')).json();
    expect(status).toMatchObject({ state: 'error', problems: [{ code: 'UnknownTargetGroup', detail: named }] });
    await expectMirrored([ada, bob, cyd, boss]);
  });

  test('that was made again under its name touches nobody until the settings name it', async () => {
    const dan = await world.graph.addUser('dan');
    everyone = await world.graph.addGroup('everyone', [ada, bob, cyd, dan]);
    const run = await host.runSchedule();
    expect(run.problems).toEqual([expect.objectContaining({ list: 'staff', code: 'TargetGroupReplaced' })]);
    await expectMirrored([ada, bob, cyd, boss]);
    expect(await folderNames(world.graph, dan)).toEqual([]);

    await leave(everyone, dan);
    groups = [everyone];
    host = await restartHost(world, host, [{ ...list, targets: { ...list.targets, groups } }, leaving]);
    expect((await host.runSchedule()).problems).toEqual([]);
    await expectMirrored([ada, bob, cyd, boss]);
  });
});

describe('changed settings of a list', () => {
  let before: ReadonlyMap<string, string>;

  async function apply(changed: Json, folder = 'Company'): Promise<{ writes: number; updated: number }> {
    before = (await readTarget(world.graph, ada, folder, 'staff')).ids;
    const targets = { groups, mailboxes: ['big.boss@contoso.example'] };
    host = await restartHost(world, host, [{ ...list, targets, ...changed }, leaving]);
    await world.graph.control('DELETE', '/counters');
    const run = await host.runSchedule();
    const { byMailbox } = await world.graph.control<{ byMailbox: Record<string, { writes: number }> }>(
      'GET',
      '/counters',
    );
    expect(run.contacts).toMatchObject({ created: 0, deleted: 0, failed: 0 });
    return { writes: byMailbox[ada]?.writes ?? 0, updated: run.contacts.updated };
  }

  async function contactsOf(user: string, folder: string): Promise<Json[]> {
    const view = await readTarget(world.graph, user, folder, 'staff');
    if (user === ada) expect(view.ids).toEqual(before);
    return sourceIds.map(id => view.ours.get(id) ?? {});
  }

  test('a mapping is carried out by patching only what differs', async () => {
    await changeSource(1, { nickName: 'Benny' });
    await host.runSchedule();
    const { ids } = await readTarget(world.graph, ada, 'Company', 'staff');
    await patchContact(world.graph, ada, ids.get(sourceIds[0] ?? '') ?? '', {
      jobTitle: 'Mine',
      personalNotes: 'Mine',
    });

    expect(await apply({ mapping: { profession: 'nickName' } })).toEqual({ writes: 1, updated: 4 });

    expect(await contactsOf(ada, 'Company')).toEqual([
      expect.objectContaining({ displayName: 'Ann', jobTitle: 'Mine', personalNotes: 'Mine' }),
      expect.objectContaining({ displayName: 'Ben', profession: 'Benny', nickName: 'Benny' }),
      expect.not.objectContaining({ profession: expect.anything() }),
    ]);
    await expectIdleRun(world, host);
  });

  test('a category is carried out by patching the categories alone', async () => {
    const category = 'Colleagues';
    const changed = {
      mapping: { profession: 'nickName' },
      destination: { folder: 'Company', category },
    };
    expect(await apply(changed)).toEqual({ writes: 3, updated: 12 });
    for (const contact of await contactsOf(ada, 'Company')) expect(contact.categories).toEqual([category]);
    expect((await contactsOf(ada, 'Company'))[0]).toMatchObject({ jobTitle: 'Mine', personalNotes: 'Mine' });
    await expectIdleRun(world, host);
  });

  test('a folder name is carried out by renaming our folder, and no contact is written', async () => {
    const folderId = await world.graph.findFolder(ada, 'Company');
    const changed = { mapping: { profession: 'nickName' }, destination: { folder: 'Colleagues' } };
    // The rename alone.
    expect(await apply(changed)).toEqual({ writes: 1, updated: 0 });
    expect(await world.graph.findFolder(ada, 'Colleagues')).toBe(folderId);
    expect(await folderNames(world.graph, ada)).toEqual(['Colleagues', 'Friends']);
    expect(await contactsOf(ada, 'Colleagues')).toHaveLength(contacts);
    await expectIdleRun(world, host);
  });

  test('all at once, and back again, ends as before', async () => {
    expect((await apply({}, 'Colleagues')).writes).toBeGreaterThan(0);
    for (const user of [bob, cyd, boss]) {
      const mirror = await mirrorOf(world.graph, directory, [staff], 'Work');
      expect((await readTarget(world.graph, user, 'Company', 'staff')).ours).toEqual(mirror);
    }
    await expectIdleRun(world, host);
  });

  test('a folder’s name that a user has already moves what is ours there, and back again', async () => {
    const colleagues = await world.graph.addFolder(ada, 'Colleagues');
    await addContact(world.graph, ada, colleagues, { displayName: 'Own' });
    const targets = { groups, mailboxes: ['big.boss@contoso.example'] };
    const moved = { ...list, targets, destination: { folder: 'Colleagues', category: null } };
    host = await restartHost(world, host, [moved, leaving]);

    const run = await host.runSchedule();

    expect(run).toMatchObject({ problems: [], mailboxes: { failed: 0 } });
    const { ours, others } = await readTarget(world.graph, ada, 'Colleagues', 'staff');
    expect(ours.size).toBeGreaterThan(0);
    expect([...others.values()]).toMatchObject([{ displayName: 'Own' }]);
    expect(await folderNames(world.graph, ada)).not.toContain('Company');
    expect(await folderNames(world.graph, bob)).not.toContain('Company');
    host = await restartHost(world, host, [{ ...list, targets }, leaving]);
    await host.runSchedule();
    expect((await readTarget(world.graph, ada, 'Company', 'staff')).ours.size).toBe(ours.size);
    expect(await world.graph.readContacts(ada, colleagues)).toMatchObject([{ displayName: 'Own' }]);
    await world.graph.call('DELETE', `/users/${ada}/contactFolders/${colleagues}`);
    await expectIdleRun(world, host);
  });
});
