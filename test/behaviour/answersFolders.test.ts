import type { AppHost } from '../world/world.ts';
import { destination, type GraphStaff, openGraphStaff, staffList } from './staff.ts';

let staff: GraphStaff;
let host: AppHost;
let mailbox: string;
let mailboxes = 0;

beforeAll(async () => {
  staff = await openGraphStaff();
  host = await staff.world.startHost();
});

beforeEach(async () => {
  mailbox = await staff.newMailbox(`folders${++mailboxes}`);
});

afterEach(async () => {
  await staff?.stopFailing();
  for (const id of newcomers.splice(0)) await staff.removeFromSource(id);
});

afterAll(() => staff?.stop());

const newcomers: string[] = [];

async function addNewcomer(): Promise<void> {
  newcomers.push(await staff.addToSource({ displayName: 'Newcomer' }));
}

const nothing = { created: 0, updated: 0, deleted: 0, failed: 0 };

function foldersUrl(folderId = ''): string {
  return `/users/${mailbox}/contactFolders${folderId && `/${folderId}`}`;
}

async function folderNames(parentId?: string): Promise<string[]> {
  const path = parentId === undefined ? foldersUrl() : `${foldersUrl(parentId)}/childFolders`;
  const { value } = await staff.graph.call<{ value: { displayName: string }[] }>('GET', path);
  return value.map(({ displayName }) => displayName).sort();
}

/** The titles of all contacts in a folder that need not have our name. */
async function titlesIn(folderId: string): Promise<Set<unknown>> {
  const rows = await staff.graph.readContacts(mailbox, folderId);
  expect(rows).toHaveLength(staff.contactCount);
  return new Set(rows.map(({ jobTitle }) => jobTitle));
}

describe('a folder that the user renamed', () => {
  test('is used on, under its new name, and no other is made', async () => {
    await staff.arrive(host, mailbox);
    const folder = await staff.targetFolder(mailbox);
    await staff.graph.call('PATCH', foldersUrl(folder), { displayName: 'Colleagues' });
    const jobTitle = await staff.changeSource();

    expect((await staff.arrive(host, mailbox)).contacts).toEqual({ ...nothing, updated: staff.contactCount });
    expect((await host.resync({ mailbox, mode: 'full' })).contacts).toEqual(nothing);

    expect(await folderNames()).toEqual(['Colleagues']);
    expect(await titlesIn(folder)).toEqual(new Set([jobTitle]));
  });
});

describe('a folder that the user moved into another', () => {
  test('is used on where it is, and no other is made', async () => {
    await staff.arrive(host, mailbox);
    const folder = await staff.targetFolder(mailbox);
    const parentFolderId = await staff.graph.addFolder(mailbox, 'Work');
    await staff.graph.control('POST', `/mailboxes/${mailbox}/moveFolder`, { folderId: folder, parentFolderId });
    const jobTitle = await staff.changeSource();

    expect((await staff.arrive(host, mailbox)).contacts).toEqual({ ...nothing, updated: staff.contactCount });
    expect((await host.resync({ mailbox, mode: 'full' })).contacts).toEqual(nothing);

    expect(await folderNames()).toEqual(['Work']);
    expect(await folderNames(parentFolderId)).toEqual([destination]);
    expect(await titlesIn(folder)).toEqual(new Set([jobTitle]));
  });
});

describe('a folder that the user emptied', () => {
  test('stays empty until the source changes a contact, which is then there once', async () => {
    await staff.arrive(host, mailbox);
    const deletes = (await staff.targetRows(mailbox)).map(({ id }) => ({
      method: 'DELETE',
      url: `/users/${mailbox}/contacts/${id}`,
    }));
    await staff.graph.batch(deletes);
    expect((await host.resync({ mailbox, mode: 'full' })).contacts).toEqual(nothing);
    expect(await staff.targetRows(mailbox)).toEqual([]);
    const jobTitle = await staff.changeSource(3);

    expect((await staff.arrive(host, mailbox)).contacts).toEqual({ ...nothing, created: 3 });

    expect((await staff.targetRows(mailbox)).map(row => row.jobTitle)).toEqual([jobTitle, jobTitle, jobTitle]);
    await staff.changeSource();
    await staff.arrive(host, mailbox);
    await staff.expectMirror(host, mailbox);
  });
});

describe('a mailbox that was replaced behind its user', () => {
  test.each(['ErrorInvalidMailboxItemId', 'ErrorInvalidIdMalformed', 'ErrorItemNotFound'])(
    'and answers %s has its folder and contacts again in the same pass',
    async code => {
      await staff.arrive(host, mailbox);
      await staff.graph.control('POST', `/mailboxes/${mailbox}/replace`, { code });
      staff.forgetOwnContacts(mailbox);
      await staff.changeSource(2);

      const run = await host.runSchedule();

      expect(run).toMatchObject({ problems: [], mailboxes: { failed: 0, waiting: 0 } });
      expect(await folderNames()).toEqual([destination]);
      await staff.expectMirror(host, mailbox);
      expect((await host.resync({ mailbox, mode: 'full' })).contacts).toEqual(nothing);
    },
  );
});

describe('a mailbox that leaves', () => {
  /** Runs until the mailbox is cleaned up. */
  async function leave() {
    await staff.removeMember(mailbox);
    return host.resync({ mailbox });
  }

  test('keeps our folder where the user has a folder or a contact group in it, and the run says why', async () => {
    await staff.arrive(host, mailbox);
    const folder = await staff.targetFolder(mailbox);
    const { id: mine } = await staff.graph.call<{ id: string }>('POST', `${foldersUrl(folder)}/childFolders`, {
      displayName: 'Mine',
    });
    await staff.graph.call('POST', `${foldersUrl(mine)}/contacts`, { displayName: 'My own' });
    await staff.graph.control('POST', `/mailboxes/${mailbox}/contactGroup`, { folderId: folder, displayName: 'Team' });

    const run = await leave();

    expect(run).toMatchObject({ mailboxes: { done: 1 }, problems: [], contacts: { deleted: staff.contactCount } });
    expect(run.notes).toMatchObject([{ mailbox, code: 'FolderKept', detail: expect.stringContaining(folder) }]);
    expect(await staff.targetRows(mailbox, folder)).toEqual([]);
    expect(await staff.graph.readContacts(mailbox, mine)).toMatchObject([{ displayName: 'My own' }]);
  });

  test.each([
    ['refuses', { status: 403, code: 'ErrorCannotDeleteObject' }],
    ['says it did and does not', { status: 204 }],
  ])('is done although Exchange %s to delete the folder, which is left empty', async (_, fault) => {
    await staff.arrive(host, mailbox);
    const folder = await staff.targetFolder(mailbox);
    await staff.fail({ method: 'DELETE', path: '/contactFolders/[^/]+$', mailbox }, fault);

    const run = await leave();

    expect(run).toMatchObject({ mailboxes: { done: 1, failed: 0 }, problems: [] });
    expect(run.notes).toMatchObject([{ mailbox, code: 'FolderNotDeleted', detail: expect.stringContaining(folder) }]);
    expect(await staff.graph.readContacts(mailbox, folder)).toEqual([]);
    expect(await staff.progressOf(mailbox)).toMatchObject({ state: 'cleared', dueAt: 0 });
  });

  test('loses our folder beside one of its name in Deleted Items', async () => {
    await staff.arrive(host, mailbox);
    await staff.graph.call('DELETE', foldersUrl(await staff.targetFolder(mailbox)));
    await staff.arrive(host, mailbox);

    const run = await leave();

    expect(run).toMatchObject({ problems: [], notes: [] });
    expect(await folderNames()).toEqual([]);
  });
});

test('a folder of another installation is not touched, until it is taken over by name', async () => {
  const id = 'String {2395b2ce-e000-4311-bfe9-38b6808b0f26} Name ContactFolderSyncInstallation';
  const mark = { singleValueExtendedProperties: [{ id, value: 'another-installation' }] };
  await staff.graph.call('POST', foldersUrl(), { displayName: destination, ...mark });

  const run = await host.resync({ mailbox });

  expect(run).toMatchObject({ contacts: nothing, mailboxes: { failed: 1 } });
  expect(run.problems).toMatchObject([
    { mailbox, code: 'OtherInstallation', detail: expect.stringContaining('"takeOver": "another-installation"') },
  ]);
  expect(await staff.graph.readContacts(mailbox, await staff.targetFolder(mailbox))).toEqual([]);
  const lists = JSON.stringify([{ ...staffList, takeOver: 'another-installation' }]);
  const other = await staff.world.startHost({ CONTACT_LISTS: lists });
  await host.stop();
  host = other;
  expect((await staff.arrive(host, mailbox)).contacts).toMatchObject({ created: staff.contactCount });
  await staff.expectMirror(host, mailbox);
});

describe('a folder that the user deleted', () => {
  test('is made again and filled when somebody asks for the mailbox', async () => {
    await staff.arrive(host, mailbox);
    await staff.graph.call('DELETE', foldersUrl(await staff.targetFolder(mailbox)));

    const run = await host.resync({ mailbox });

    expect(run.contacts).toEqual({ ...nothing, created: staff.contactCount });
    await staff.expectMirror(host, mailbox);
  });

  test('is made again and filled by the next full reconcile', async () => {
    await staff.arrive(host, mailbox);
    await staff.graph.call('DELETE', foldersUrl(await staff.targetFolder(mailbox)));

    const run = await host.resync({ mailbox, mode: 'full' });

    expect(run.contacts).toEqual({ ...nothing, created: staff.contactCount });
    expect(await folderNames()).toEqual([destination]);
    await staff.expectMirror(host, mailbox);
  });

  test.each([
    ['patched', () => staff.changeSource(2)],
    ['created', addNewcomer],
  ])('for good is made again and filled as soon as a contact is %s', async (_, change) => {
    await staff.arrive(host, mailbox);
    const folder = await staff.targetFolder(mailbox);
    for (let times = 0; times < 2; times++) await staff.graph.call('DELETE', foldersUrl(folder));
    await change();

    const run = await staff.arrive(host, mailbox);

    expect(run.problems).toEqual([]);
    expect(await folderNames()).toEqual([destination]);
    await staff.expectMirror(host, mailbox);
  });

  test('in the middle of a run is made again within it', async () => {
    await staff.graph.control('POST', '/latency', { milliseconds: 100 });
    const running = staff.arrive(host, mailbox);
    while ((await staff.counts(mailbox)).writes < 25);
    const folder = await staff.targetFolder(mailbox);
    for (let times = 0; times < 2; times++) await staff.graph.call('DELETE', foldersUrl(folder));

    expect((await running).problems).toEqual([]);

    await staff.graph.control('POST', '/latency', { milliseconds: 0 });
    expect(await folderNames()).toEqual([destination]);
    await staff.expectMirror(host, mailbox);
  });
});

describe('a folder of that name that the user made and filled', () => {
  test.each([destination, destination.toUpperCase()])(
    'as %s is used, and the contacts in it left alone',
    async name => {
      const folder = await staff.graph.addFolder(mailbox, name);
      for (let times = 0; times < 3; times++) await staff.addOwnContact(mailbox, folder);

      expect((await staff.arrive(host, mailbox)).contacts).toEqual({ ...nothing, created: staff.contactCount });

      expect(await folderNames()).toEqual([name]);
      await staff.expectTargetHolds(mailbox, folder);
      await staff.changeSource();
      await staff.arrive(host, mailbox);
      await host.resync({ mailbox, mode: 'full' });
      await staff.expectTargetHolds(mailbox, folder);
      await staff.expectIdle(host, mailbox);
    },
  );

  test('outlives the list there: only what is ours is removed', async () => {
    const folder = await staff.graph.addFolder(mailbox, destination);
    await staff.addOwnContact(mailbox, folder);
    await staff.arrive(host, mailbox);
    await staff.removeMember(mailbox);

    const run = await host.resync({ mailbox });

    expect(run.contacts.deleted).toBe(staff.contactCount);
    expect(await folderNames()).toEqual([destination]);
    expect(await staff.graph.readContacts(mailbox, folder)).toMatchObject([{ displayName: 'Friend 1' }]);
  });
});

test('a hidden folder of that name is shown with what to do, holds up no other and is tried again', async () => {
  const other = await staff.newMailbox('beside');
  await staff.graph.control('POST', `/mailboxes/${mailbox}/hiddenFolder`, { displayName: destination });

  const run = await host.runSchedule();

  expect(run.mailboxes.failed).toBe(1);
  expect(run.problems).toMatchObject([
    { mailbox, code: 'ErrorFolderExists', detail: expect.stringMatching(/hidden: choose another/) },
  ]);
  const progress = await staff.progressOf(mailbox);
  expect(progress).toMatchObject({ state: 'failed', problem: { code: 'ErrorFolderExists' } });
  expect((progress?.dueAt ?? 0) - Date.now()).toBeGreaterThan(50 * 60_000);
  await staff.expectMirror(host, other);
});

test('ErrorFolderExists for a folder that somebody made meanwhile: it is used', async () => {
  await staff.fail({ method: 'GET', path: '/contactFolders\\?', mailbox, times: 1 }, { status: 500, commit: true });
  const exists = { status: 400, code: 'ErrorFolderExists' };
  await staff.fail({ method: 'POST', path: '/contactFolders$', mailbox, times: 1 }, { ...exists, commit: true });

  expect((await staff.arrive(host, mailbox)).problems).toEqual([]);

  expect(await folderNames()).toEqual([destination]);
  await staff.expectMirror(host, mailbox);
});
