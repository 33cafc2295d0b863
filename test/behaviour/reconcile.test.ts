import type { MemoryTables } from '../memory/tables.ts';
import { addContact, contentOf, patchContact, rowById } from '../world/contactRows.ts';
import { type GraphWorld, startGraphWorld } from '../world/graphWorld.ts';
import { expectIdleRun, mirrorOf, readTarget, restartHost, stampOf } from '../world/mirror.ts';
import { type AppHost, until } from '../world/world.ts';

type Json = Readonly<Record<string, unknown>>;

const source = { mailbox: 'directory@contoso.example', folders: ['Staff'] };
const keeping = {
  id: 'keep',
  source,
  targets: { mailboxes: ['ada@contoso.example'] },
  destination: { folder: 'Company', category: 'Work' },
};
const reverting = { ...keeping, id: 'revert', targets: { mailboxes: ['rex@contoso.example'] }, userEdits: 'revert' };
const nothing = { created: 0, updated: 0, deleted: 0, failed: 0 };
const noRepairs = { lost: 0, doubled: 0, orphaned: 0, drifted: 0 };
const count = 30;

let world: GraphWorld;
let host: AppHost;
let directory: string;
let staff: string;
let keys: string[];
let ada: string;
let rex: string;

beforeAll(async () => {
  world = await startGraphWorld({ lists: [keeping, reverting] });
  const { graph } = world;
  directory = await graph.addUser('directory');
  ada = await graph.addUser('ada');
  rex = await graph.addUser('rex');
  staff = await graph.addFolder(directory, 'Staff');
  const contacts = Array.from({ length: count }, (_, index) => ({
    method: 'POST',
    url: `/users/${directory}/contactFolders/${staff}/contacts`,
    body: {
      displayName: `Contact ${index}`,
      department: 'Sales',
      emailAddresses: [{ name: `Contact ${index}`, address: `contact${index}@contoso.example` }],
    },
  }));
  keys = (await graph.batch(contacts)).map(({ id }) => String(id));
  host = await world.startHost();
  await host.runSchedule();
});

afterAll(() => world?.stop());

function listOf(user: string): string {
  return user === rex ? 'revert' : 'keep';
}

async function folderOf(user: string): Promise<string> {
  return (await world.graph.findFolder(user, 'Company')) ?? '';
}

async function idOf(user: string, index: number): Promise<string> {
  return (await readTarget(world.graph, user, 'Company', listOf(user))).ids.get(keys[index] ?? '') ?? '';
}

async function removeForGood(user: string, contactId: string): Promise<void> {
  await world.graph.call('POST', `/users/${user}/contacts/${contactId}/permanentDelete`);
}

async function reconcile(user: string) {
  const run = await host.resync({ mode: 'full', mailbox: user }, listOf(user));
  expect(run).toMatchObject({ problems: [], mailboxes: { total: 1, done: 1 } });
  const shown = await (await host.call('GET', `/api/runs/${run.id}`)).json();
  expect(shown).toEqual(run);
  return run;
}

/** Mirrors the source but for these source keys, which the user deleted; a second full reconcile finds nothing. */
async function expectRepaired(user: string, deleted: readonly (string | undefined)[] = []): Promise<void> {
  const mirror = await mirrorOf(world.graph, directory, [staff], 'Work');
  for (const key of deleted) mirror.delete(key ?? '');
  expect((await readTarget(world.graph, user, 'Company', listOf(user))).ours).toEqual(mirror);
  const again = await reconcile(user);
  expect(again).toMatchObject({ contacts: nothing, repaired: noRepairs });
  await expectIdleRun(world, host);
}

test('a full reconcile of what is in order writes nothing and costs a handful of requests', async () => {
  await world.graph.control('DELETE', '/counters');

  const run = await reconcile(ada);

  expect(run).toMatchObject({ contacts: nothing, repaired: noRepairs });
  const { byMailbox } = await world.graph.control<{ byMailbox: Record<string, Json> }>('GET', '/counters');
  // Our folder, Deleted Items, the three above ours up to the root, and one page of contacts.
  expect(byMailbox[ada]).toMatchObject({ requests: 6, writes: 0 });
  expect(byMailbox[rex]).toBeUndefined();
});

describe('what was doubled', () => {
  test('is removed, and the contact that the ledger knows stays; it says so', async () => {
    const folder = await folderOf(ada);
    const id = await idOf(ada, 0);
    const { createdDateTime, ...row } = await world.graph.call('GET', `/users/${ada}/contacts/${id}`);
    for (let copies = 0; copies < 2; copies++) {
      await addContact(world.graph, ada, folder, { ...contentOf(row), ...stampOf('keep', keys[0] ?? '') });
    }

    const run = await reconcile(ada);

    expect(run).toMatchObject({ contacts: { ...nothing, deleted: 2 }, repaired: { ...noRepairs, doubled: 2 } });
    expect(await idOf(ada, 0)).toBe(id);
    await expectRepaired(ada);
  });

  test('and made theirs by the user stays without our stamp', async () => {
    const contactId = await idOf(ada, 1);
    const copy = await world.graph.control<Json>('POST', `/mailboxes/${ada}/copyContact`, { contactId });
    const copied = String(copy.immutableId);
    await patchContact(world.graph, ada, copied, { displayName: 'Contact 1 (private)', mobilePhone: '7' });

    const run = await reconcile(ada);

    expect(run).toMatchObject({ contacts: nothing, repaired: noRepairs });
    expect(await idOf(ada, 1)).toBe(contactId);
    await expectRepaired(ada);
    const path = `/users/${ada}/contacts/${copied}`;
    expect(await world.graph.call('GET', path)).toMatchObject({ displayName: 'Contact 1 (private)', mobilePhone: '7' });
    await world.graph.call('DELETE', path);
  });

  test('is one contact again also where the ledger’s own is the one that went', async () => {
    const { graph } = world;
    await addContact(graph, ada, await folderOf(ada), { displayName: 'Copy', ...stampOf('keep', keys[2] ?? '') });
    const own = await graph.readContacts(ada, await folderOf(ada));
    const first = own.find(({ displayName }) => displayName === 'Contact 2');
    await removeForGood(ada, String(first?.id));

    const run = await reconcile(ada);

    expect(run.contacts).toEqual({ ...nothing, updated: 1 });
    await expectRepaired(ada);
  });
});

describe('what is orphaned', () => {
  test('is removed from our folder; other lists’ contacts, other folders and the user’s own stay', async () => {
    const { graph } = world;
    const folder = await folderOf(ada);
    const own = [
      await addContact(graph, ada, folder, { displayName: 'Own', categories: ['Work'] }),
      await addContact(graph, ada, folder, { displayName: 'Of another', ...stampOf('revert', keys[0] ?? '') }),
      await addContact(graph, ada, folder, { displayName: 'Of a list gone', ...stampOf('keep-more', 'x') }),
    ];
    const elsewhere = await addContact(graph, ada, 'contacts', { displayName: 'Copy', ...stampOf('keep', 'gone') });
    const { others } = await readTarget(graph, ada, 'Company', 'keep');
    expect([...others.keys()].sort()).toEqual([...own].sort());
    const inDefault = rowById(await graph.readContacts(ada, 'contacts'));
    expect([...inDefault.keys()]).toEqual([elsewhere]);
    await addContact(graph, ada, folder, { displayName: 'Orphan', ...stampOf('keep', 'gone') });
    await addContact(graph, ada, folder, { displayName: 'Orphan too', ...stampOf('keep', `${keys[0]}x`) });

    const run = await reconcile(ada);

    expect(run).toMatchObject({ contacts: { ...nothing, deleted: 2 }, repaired: { ...noRepairs, orphaned: 2 } });
    expect((await readTarget(graph, ada, 'Company', 'keep')).others).toEqual(others);
    expect(rowById(await graph.readContacts(ada, 'contacts'))).toEqual(inDefault);
    await expectRepaired(ada);
  });
});

describe('what was lost', () => {
  test('is the user’s choice under userEdits: keep, and stays away', async () => {
    await removeForGood(ada, await idOf(ada, 3));
    const run = await reconcile(ada);
    expect(run).toMatchObject({ contacts: nothing, repaired: noRepairs });
    await expectRepaired(ada, [keys[3]]);
  });

  test('is made again under userEdits: revert; it says so', async () => {
    for (const index of [0, 1, 2]) await removeForGood(rex, await idOf(rex, index));
    await world.graph.call('DELETE', `/users/${rex}/contacts/${await idOf(rex, 3)}`);

    const run = await reconcile(rex);

    expect(run).toMatchObject({ contacts: { ...nothing, created: 4 }, repaired: { ...noRepairs, lost: 4 } });
    await expectRepaired(rex);
  });

  test('with the folder is made again by either policy; it says so', async () => {
    for (const user of [ada, rex]) {
      await world.graph.call('DELETE', `/users/${user}/contactFolders/${await folderOf(user)}`);
      const deleted = user === ada ? 1 : 0;
      const run = await reconcile(user);
      expect(run.contacts).toEqual({ ...nothing, created: count - deleted });
      expect(run.repaired).toEqual({ ...noRepairs, lost: count - deleted });
    }
    await expectRepaired(ada, [keys[3]]);
    await expectRepaired(rex);
  });
});

describe('what drifted', () => {
  const edits = { department: 'Mine', jobTitle: 'Mine', homeAddress: { city: 'Oslo' }, categories: ['Mine'] };

  test('is the user’s under userEdits: keep', async () => {
    const id = await idOf(ada, 5);
    await patchContact(world.graph, ada, id, edits);
    const before = await world.graph.call('GET', `/users/${ada}/contacts/${id}`);
    const run = await reconcile(ada);
    expect(run).toMatchObject({ contacts: nothing, repaired: noRepairs });
    expect(await world.graph.call('GET', `/users/${ada}/contacts/${id}`)).toEqual(before);
  });

  test('is written again where the stamp says that another version is there', async () => {
    await patchContact(world.graph, ada, await idOf(ada, 5), {
      ...edits,
      ...stampOf('keep', keys[5] ?? '', '0.00000000'),
    });
    expect((await reconcile(ada)).contacts).toEqual({ ...nothing, updated: 1 });
    await takeOwnCategory(ada);
    await expectRepaired(ada, [keys[3]]);
  });

  /** The user's own category is beside the list's, and the user takes it away. */
  async function takeOwnCategory(user: string): Promise<void> {
    const id = await idOf(user, 5);
    expect((await world.graph.call('GET', `/users/${user}/contacts/${id}`)).categories).toEqual(['Mine', 'Work']);
    await patchContact(world.graph, user, id, { categories: ['Work'] });
  }

  test('is restored under userEdits: revert; it says so', async () => {
    await patchContact(world.graph, rex, await idOf(rex, 5), edits);
    await patchContact(world.graph, rex, await idOf(rex, 6), { displayName: 'Renamed' });

    const run = await reconcile(rex);

    expect(run).toMatchObject({ contacts: { ...nothing, updated: 2 }, repaired: { ...noRepairs, drifted: 2 } });
    await takeOwnCategory(rex);
    await expectRepaired(rex);
  });

  test('is not what Exchange itself writes: the directory’s name beside an e-mail address', async () => {
    const emailAddresses = [{ name: 'From the directory', address: 'contact7@contoso.example' }];
    const id = await idOf(rex, 7);
    await patchContact(world.graph, rex, id, { emailAddresses });
    expect(await reconcile(rex)).toMatchObject({ contacts: nothing, repaired: noRepairs });
    await patchContact(world.graph, rex, id, {
      emailAddresses: [{ name: 'Contact 7', address: 'contact7@contoso.example' }],
    });
  });
});

test('everything at once, with the source changed too, is repaired in one run that says what', async () => {
  const { graph } = world;
  const folder = await folderOf(rex);
  await removeForGood(rex, await idOf(rex, 8));
  await patchContact(graph, rex, await idOf(rex, 10), { department: 'Mine' });
  await graph.control('POST', `/mailboxes/${rex}/copyContact`, { contactId: await idOf(rex, 9) });
  await addContact(graph, rex, folder, { displayName: 'Orphan', ...stampOf('revert', 'gone') });
  await patchContact(graph, directory, keys[11] ?? '', { department: 'Engines' });
  await graph.call('DELETE', `/users/${directory}/contacts/${keys[12]}`);
  await addContact(graph, directory, staff, { displayName: 'New' });

  const run = await reconcile(rex);

  expect(run.contacts).toEqual({ created: 2, updated: 2, deleted: 3, failed: 0 });
  expect(run.repaired).toEqual({ lost: 1, doubled: 1, orphaned: 1, drifted: 1 });
  await host.runSchedule();
  await expectRepaired(rex);
});

test('more damage than a batch holds is repaired, also by a host that never saw the mailbox', async () => {
  const { graph } = world;
  const folder = await folderOf(rex);
  const { ids } = await readTarget(graph, rex, 'Company', 'revert');
  for (const contactId of [...ids.values()].slice(0, 12)) {
    await graph.control('POST', `/mailboxes/${rex}/copyContact`, { contactId });
  }
  for (let index = 0; index < 13; index++) {
    await addContact(graph, rex, folder, { displayName: `Damage ${index}`, ...stampOf('revert', `gone ${index}`) });
  }
  host = await restartHost(world, host);
  const run = await reconcile(rex);
  expect(run.repaired).toEqual({ ...noRepairs, doubled: 12, orphaned: 13 });
  await expectRepaired(rex);
});

test('the timer asks every target for one, and the scheduled runs carry them out as their times come', async () => {
  await addContact(world.graph, rex, await folderOf(rex), { displayName: 'Orphan', ...stampOf('revert', 'gone') });
  await addContact(world.graph, ada, await folderOf(ada), { displayName: 'Orphan', ...stampOf('keep', 'gone') });
  await expectIdleRun(world, host);

  await host.call('POST', '/admin/functions/fullReconcile', {});
  const found = { orphaned: 0, mailboxes: 0 };
  await until(async () => {
    const run = await host.runSchedule();
    found.orphaned += run.repaired.orphaned;
    found.mailboxes += run.mailboxes.total;
    return found.orphaned === 2 || undefined;
  });

  expect(found.mailboxes).toBe(2);
  await expectIdleRun(world, host);
  await expectRepaired(rex);
});

describe('tables that were put back from a backup', () => {
  test.each<[string, readonly (keyof MemoryTables)[]]>([
    ['all', ['sources', 'mailboxes', 'progress', 'runs']],
    ['Sources and Progress', ['sources', 'progress']],
  ])('(%s) double and lose nothing, and the runs note it', async (_, tables) => {
    const { graph } = world;
    const putBack = tables.map(name => world.tables[name].backUp());
    await addContact(graph, directory, staff, { displayName: 'Since the backup' });
    await patchContact(graph, directory, keys[20] ?? '', { department: `Since ${tables.length}` });
    await host.runSchedule();
    await host.stop();
    for (const restore of putBack) restore();
    host = await world.startHost();
    await patchContact(graph, directory, keys[21] ?? '', { department: `After ${tables.length}` });

    const run = await host.runSchedule();

    expect(run).toMatchObject({ problems: [], mailboxes: { failed: 0, waiting: 0 } });
    expect(new Set(run.notes.map(({ code }) => code))).toEqual(new Set(['JournalSetBack']));
    // The user had deleted it long before.
    await expectRepaired(ada, [keys[3]]);
    await expectRepaired(rex);
  });
});
