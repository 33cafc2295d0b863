import { addContact, patchContact } from '../world/contactRows.ts';
import { type GraphWorld, startGraphWorld } from '../world/graphWorld.ts';
import { expectIdleRun, mirrorOf, readTarget } from '../world/mirror.ts';
import type { AppHost } from '../world/world.ts';

type Json = Readonly<Record<string, unknown>>;

const list = {
  id: 'staff',
  source: { mailbox: 'directory@contoso.example', folders: ['Staff', 'Partners'] },
  targets: { groups: ['everyone@contoso.example'] },
  destination: { folder: 'Company' },
  // The removals of all these tests are of one hour.
  safeguards: { maxRemovalShare: 0.2, maxRemovals: 25 },
};
/** Its folder has a slash in its name. */
const people = {
  ...list,
  id: 'people',
  source: { mailbox: 'people@contoso.example', folders: ['HR~1Legal'] },
  destination: { folder: 'People', category: null },
};
/** To a mailbox of its own. */
const faces = {
  ...list,
  id: 'faces',
  source: { mailbox: 'faces@contoso.example', folders: ['Faces'] },
  targets: { mailboxes: ['cleo@contoso.example'] },
  destination: { folder: 'Faces', category: null },
  photos: true,
};
const howManyPeople = 250;
/** More than two batches. */
const howManyFaces = 41;
const nothing = { created: 0, updated: 0, deleted: 0, failed: 0 };

let world: GraphWorld;
let host: AppHost;
let directory: string;
let targets: string[];
let staff: string;
let partners: string;
let elsewhere: string;
let peopleMailbox: string;
let peopleFolder: string;
let facesMailbox: string;
let facesIds: string[];
let cleo: string;
let firstRun: unknown;
let firstRequests: Readonly<Record<string, number>>;
let ids: string[];
let serial = 0;

beforeAll(async () => {
  world = await startGraphWorld({ lists: [list, people, faces] });
  const { graph } = world;
  directory = await graph.addUser('directory');
  targets = [await graph.addUser('ada'), await graph.addUser('bob')];
  await graph.addGroup('everyone', targets);
  staff = await graph.addFolder(directory, 'Staff');
  partners = await graph.addFolder(directory, 'Partners');
  elsewhere = await graph.addFolder(directory, 'Elsewhere');
  for (let index = 0; index < 40; index++) await add(staff);
  for (let index = 0; index < 4; index++) await add(partners);
  peopleMailbox = await graph.addUser('people');
  const path = `/users/${peopleMailbox}/contactFolders`;
  peopleFolder = String((await graph.call('POST', path, { displayName: 'HR/Legal' })).id);
  await importPeople();
  facesMailbox = await graph.addUser('faces');
  cleo = await graph.addUser('cleo');
  facesIds = await importFaces();
  await graph.control('DELETE', '/counters');
  host = await world.startHost();
  firstRun = (await host.runSchedule()).contacts;
  firstRequests = await requestsByRoute();
});

afterAll(() => world?.stop());

beforeEach(async () => {
  ids = [...(await mirrorOf(world.graph, directory, [staff]).catch(() => new Map())).keys()];
});

async function add(folder: string): Promise<string> {
  serial++;
  return addContact(world.graph, directory, folder, { displayName: `Contact ${serial}`, department: 'Sales' });
}

/** Each with an address of their own. */
async function importPeople(): Promise<void> {
  const contacts = Array.from({ length: howManyPeople }, (_, index) => ({
    method: 'POST',
    url: `/users/${peopleMailbox}/contactFolders/${peopleFolder}/contacts`,
    body: {
      displayName: `Person ${index}`,
      jobTitle: index < 3 ? `Title ${++serial}` : 'Clerk',
      emailAddresses: [{ name: `Person ${index}`, address: `person.${index}@contoso.example` }],
    },
  }));
  await world.graph.batch(contacts);
}

/** The size of a portrait of 240 by 240 pixels, of one colour each. */
function portrait(colour: number): string {
  const bytes = Buffer.alloc(10_000, colour);
  bytes.set([0xff, 0xd8, 0xff]);
  return bytes.toString('base64');
}

async function importFaces(): Promise<string[]> {
  const folder = await world.graph.addFolder(facesMailbox, 'Faces');
  const url = `/users/${facesMailbox}/contactFolders/${folder}/contacts`;
  const contacts = Array.from({ length: howManyFaces }, (_, index) => ({
    ...{ method: 'POST', url },
    body: { displayName: `Face ${index}` },
  }));
  const made = (await world.graph.batch(contacts)).map(({ id }) => String(id));
  await world.graph.batch(made.map((id, index) => photoWrite(id, portrait(index))));
  return made;
}

function photoWrite(id: string, body: string) {
  const url = `/users/${facesMailbox}/contacts/${id}/photo/$value`;
  return { method: 'PUT', url, body, headers: { 'Content-Type': 'image/jpeg' } };
}

async function peopleAt(target: string | undefined) {
  return readTarget(world.graph, target ?? '', 'People', 'people');
}

async function remove(id = ''): Promise<void> {
  await world.graph.call('DELETE', `/users/${directory}/contacts/${id}`);
}

async function edit(id = '', fields: Json = {}): Promise<void> {
  await patchContact(world.graph, directory, id, { jobTitle: `Title ${++serial}`, ...fields });
}

async function move(contactId: string | undefined, folderId: string): Promise<void> {
  await world.graph.control('POST', `/mailboxes/${directory}/moveContact`, { contactId, folderId });
}

async function fault(match: Json, answer: Json): Promise<void> {
  await world.graph.control('POST', '/faults', { match, fault: answer });
}

async function setState(state: string): Promise<void> {
  await world.graph.control('POST', `/mailboxes/${directory}/state`, { state });
}

async function requestsByRoute(): Promise<Readonly<Record<string, number>>> {
  return (await world.graph.control<{ byRoute: Record<string, number> }>('GET', '/counters')).byRoute;
}

/** Every target holds what the source does, with nothing doubled, and the next run has nothing to write. */
async function expectMirrored(): Promise<void> {
  const mirror = await mirrorOf(world.graph, directory, [staff, partners], 'Company');
  for (const target of targets) {
    const { ours, others } = await readTarget(world.graph, target, 'Company', 'staff');
    expect(ours).toEqual(mirror);
    expect(others.size).toBe(0);
  }
  await expectIdleRun(world, host);
}

async function contentsOfTargets(): Promise<ReadonlyMap<string, Json>[]> {
  return Promise.all(targets.map(async target => (await readTarget(world.graph, target, 'Company', 'staff')).ours));
}

describe('the delta token dies', () => {
  const deaths: [string, () => Promise<unknown>][] = [
    ...['SyncStateNotFound', 'ResyncRequired', 'SyncStateInvalid', 'BadlyFormed'].map(
      (code): [string, () => Promise<unknown>] => [code, () => world.graph.control('POST', '/delta/expire', { code })],
    ),
    ['410 without a code', () => fault({ path: 'deltatoken', times: 2 }, { status: 410 })],
    [
      '404 syncStateNotFound',
      () => fault({ path: 'deltatoken', times: 2 }, { status: 404, code: 'syncStateNotFound' }),
    ],
    ['400 resyncRequired', () => fault({ path: 'deltatoken', times: 2 }, { status: 400, code: 'resyncRequired' })],
  ];

  test.each(deaths)(
    'as %s: what came, changed and went meanwhile arrives, and nothing else is written',
    async (_form, die) => {
      await add(staff);
      await edit(ids[0]);
      await remove(ids[1]);
      await die();

      const run = await host.runSchedule();

      expect(run.problems).toEqual([]);
      expect(run.contacts).toEqual({ created: 2, updated: 2, deleted: 2, failed: 0 });
      await expectMirrored();
    },
  );

  test('in the middle of a round: it is read from the start', async () => {
    await world.graph.control('POST', '/delta/behaviour', { emptyPages: true });
    await fault({ path: 'skiptoken', times: 1 }, { status: 410, code: 'SyncStateNotFound' });
    await edit(ids[2]);

    const run = await host.runSchedule();

    expect(run.problems).toEqual([]);
    expect(run.contacts).toEqual({ ...nothing, updated: 2 });
    await world.graph.control('POST', '/delta/behaviour', { emptyPages: false });
    await expectMirrored();
  });

  test('and a page of the reading from the start fails: nothing is taken for removed, the next run makes up for it', async () => {
    const before = await contentsOfTargets();
    await world.graph.control('POST', '/delta/expire', { code: 'ResyncRequired' });
    await world.graph.control('POST', '/delta/behaviour', { emptyPages: true });
    await fault({ path: 'skiptoken', mailbox: directory, times: 1 }, { status: 403, code: 'ErrorAccessDenied' });
    await edit(ids[2]);

    const run = await host.runSchedule();

    expect(run.problems).toMatchObject([{ list: 'staff', code: 'ErrorAccessDenied' }]);
    expect(await contentsOfTargets()).toEqual(before);
    await world.graph.control('POST', '/delta/behaviour', { emptyPages: false });
    expect((await host.runSchedule()).contacts).toEqual({ ...nothing, updated: 2 });
    await expectMirrored();
  });
});

describe('a source over quota', () => {
  test('is listed instead: what came, changed and went arrives', async () => {
    await move(await add(elsewhere), staff);
    await setState('overQuota');
    await edit(ids[3]);
    await remove(ids[4]);

    const run = await host.runSchedule();

    expect(run.problems).toEqual([]);
    expect(run.contacts).toEqual({ created: 2, updated: 2, deleted: 2, failed: 0 });
    await expectMirrored();
  });

  test('whoever a listing misses is asked for by id, and is not removed on any other answer than gone', async () => {
    const [missed = ''] = ids;
    const before = await contentsOfTargets();
    await remove(missed);
    await fault({ method: 'GET', path: '^/users/[^/]+/contacts/[^/?]+' }, { status: 404, code: 'ErrorInvalidUser' });

    const run = await host.runSchedule();

    expect(run.problems).toMatchObject([{ list: 'staff', code: 'ErrorInvalidUser' }]);
    expect(await contentsOfTargets()).toEqual(before);
    await world.graph.control('DELETE', '/faults');
    expect((await host.runSchedule()).contacts).toEqual({ ...nothing, deleted: 2 });
    await expectMirrored();
  });

  test('that has space again is read by delta again', async () => {
    await setState('ok');
    await add(partners);
    expect((await host.runSchedule()).contacts).toEqual({ ...nothing, created: 2 });

    await world.graph.control('DELETE', '/counters');
    await edit(ids[0]);
    const run = await host.runSchedule();

    expect(run.contacts).toEqual({ ...nothing, updated: 2 });
    const { byMailbox } = await world.graph.control<{ byMailbox: Record<string, Json> }>('GET', '/counters');
    // The edit is the test's own; the capture is one request a folder, and one for whether the edited one is private.
    expect(byMailbox[directory]).toMatchObject({ requests: 4, writes: 1 });
    await expectMirrored();
  });
});

describe('delta rows', () => {
  afterAll(() =>
    world.graph.control('POST', '/delta/behaviour', {
      shuffle: false,
      repeatRows: false,
      emptyPages: false,
      lagSeconds: 0,
      replayChanges: 0,
    }),
  );

  test.each<[string, Json]>([
    ['repeated', { repeatRows: true }],
    ['out of order', { shuffle: true }],
    ['seen before, all of them', { replayChanges: 10_000 }],
    ['behind an empty page with a next link', { emptyPages: true }],
  ])('that come %s, and all that was set before, write each change once', async (_how, behaviour) => {
    await world.graph.control('POST', '/delta/behaviour', behaviour);
    await add(staff);
    await add(partners);
    await edit(ids[5]);
    await edit(ids[5]);
    await edit(ids[6]);
    await remove(ids[7]);
    await move(ids[8], partners);

    const run = await host.runSchedule();

    expect(run.problems).toEqual([]);
    expect(run.contacts).toEqual({ created: 4, updated: 4, deleted: 2, failed: 0 });
    await expectMirrored();
  });

  test('that come so, and from the start, write nothing when nothing changed', async () => {
    await world.graph.control('POST', '/delta/expire', { code: 'SyncStateNotFound' });
    await expectMirrored();
  });

  test('that lag behind arrive when Graph shows them', async () => {
    await world.graph.control('POST', '/delta/behaviour', { lagSeconds: 120 });
    await edit(ids[9]);
    expect((await host.runSchedule()).contacts).toEqual(nothing);

    await world.graph.control('POST', '/clock', { advanceSeconds: 121 });

    expect((await host.runSchedule()).contacts).toEqual({ ...nothing, updated: 2 });
    await expectMirrored();
  });
});

describe('what Graph gives of a contact', () => {
  async function addRow(row: Json): Promise<string> {
    const id = await add(staff);
    await patchContact(world.graph, directory, id, row);
    return id;
  }

  async function copies(id: string, property: string): Promise<unknown[]> {
    return Promise.all(
      targets.map(async target => {
        const { ids: copyIds } = await readTarget(world.graph, target, 'Company', 'staff');
        return (await world.graph.call('GET', `/users/${target}/contacts/${copyIds.get(id)}`))[property];
      }),
    );
  }

  test('cut in a collection arrives whole: notes that begin with a line break', async () => {
    const personalNotes = `\r\nFirst line\r\n${'Second line. '.repeat(40)}`;
    const id = await addRow({ personalNotes });
    await host.runSchedule();
    expect(await copies(id, 'personalNotes')).toEqual([personalNotes, personalNotes]);
    await expectIdleRun(world, host);
    await edit(id);
    await world.graph.control('POST', '/delta/expire', { code: 'SyncStateNotFound' });
    expect((await host.runSchedule()).contacts).toEqual({ ...nothing, updated: 2 });
    expect(await copies(id, 'personalNotes')).toEqual([personalNotes, personalNotes]);
    await remove(id);
  });

  test('as an older client stored it arrives on the right day: the midnight of its zone', async () => {
    const id = await add(staff);
    const properties = { birthday: '1975-05-02T22:00:00Z' };
    await world.graph.control('POST', `/mailboxes/${directory}/storeContact`, { contactId: id, properties });
    await host.runSchedule();
    expect(await copies(id, 'birthday')).toEqual(Array(2).fill('1975-05-03T11:59:00Z'));
    await remove(id);
  });

  test('without an address arrives with its name: an e-mail entry', async () => {
    const emailAddresses = [{ name: 'Ada at the club' }, { name: 'Ada', address: 'ada@contoso.example' }];
    const id = await addRow({ emailAddresses });
    await host.runSchedule();
    expect(await copies(id, 'emailAddresses')).toEqual([emailAddresses, emailAddresses]);

    await world.graph.control('POST', '/contacts/behaviour', { refuseEmptyAddresses: true });
    await patchContact(world.graph, directory, id, { emailAddresses: emailAddresses.slice(1) });
    await host.runSchedule();
    await world.graph.control('POST', `/mailboxes/${directory}/storeContact`, {
      contactId: id,
      properties: { emailAddresses },
    });
    const run = await host.runSchedule();
    await world.graph.control('POST', '/contacts/behaviour', { refuseEmptyAddresses: false });
    expect(await copies(id, 'emailAddresses')).toEqual(Array(2).fill(emailAddresses.slice(1)));
    expect(run.contacts).toEqual({ ...nothing, updated: 2 });
    const named = { list: 'staff', code: 'EmailEntryWithoutAddress', detail: expect.stringContaining(id) };
    expect(run.problems).toMatchObject([named, named]);
    await remove(id);
    await host.runSchedule();
  });
});

describe('a contact that is moved out and back', () => {
  test('between two runs is written nowhere', async () => {
    await move(ids[0], elsewhere);
    await move(ids[0], staff);
    await expectMirrored();
  });

  test('with a run in between leaves the targets and comes back once', async () => {
    await move(ids[0], elsewhere);
    expect((await host.runSchedule()).contacts).toEqual({ ...nothing, deleted: 2 });
    await expectMirrored();
    await move(ids[0], staff);
    expect((await host.runSchedule()).contacts).toEqual({ ...nothing, created: 2 });
    await expectMirrored();
  });

  test('while the delta token dies is written nowhere', async () => {
    await move(ids[0], elsewhere);
    await world.graph.control('POST', '/delta/expire', { code: 'ResyncRequired' });
    await move(ids[0], staff);
    await expectMirrored();
  });

  test('and changed meanwhile is patched', async () => {
    await move(ids[0], elsewhere);
    await edit(ids[0]);
    await move(ids[0], staff);
    expect((await host.runSchedule()).contacts).toEqual({ ...nothing, updated: 2 });
    await expectMirrored();
  });
});

describe('a source mailbox that is gone', () => {
  afterEach(() => setState('ok'));

  test.each([
    ['deleted', 'SourceMailboxNotFound'],
    ['notEnabled', 'MailboxNotEnabledForRESTAPI'],
    ['accessDenied', 'ErrorAccessDenied'],
    ['moving', 'ErrorMailboxMoveInProgress'],
  ])('(%s) is an error of the list and removes nothing; it is read on when it is back', async (state, code) => {
    const before = await contentsOfTargets();
    await edit(ids[1]);
    await setState(state);

    for (const run of [await host.runSchedule(), await host.runSchedule()]) {
      expect(run.problems).toMatchObject([{ list: 'staff', code }]);
      expect(run.contacts).toEqual(nothing);
    }
    expect(await contentsOfTargets()).toEqual(before);

    await setState('ok');
    const run = await host.runSchedule();
    expect(run.problems).toEqual([]);
    expect(run.contacts).toEqual({ ...nothing, updated: 2 });
    await expectMirrored();
  });
});

describe('a source folder that is gone', () => {
  test('is named by the list, loses nothing in the targets, and stops no other folder', async () => {
    const before = await contentsOfTargets();
    await world.graph.call('DELETE', `/users/${directory}/contactFolders/${partners}`);
    const named = expect.stringContaining('source.folders[1] ("Partners")');

    for (const run of [await host.runSchedule(), await host.runSchedule()]) {
      expect(run.problems).toMatchObject([{ list: 'staff', code: 'SourceFolderNotFound', detail: named }]);
      expect(run.contacts).toEqual(nothing);
    }
    expect(await contentsOfTargets()).toEqual(before);
    const status = await (await host.call('GET', '/api/lists/staff')).json();
    expect(status).toMatchObject({ state: 'error', problems: [{ code: 'SourceFolderNotFound', detail: named }] });

    await edit(ids[11]);
    expect((await host.runSchedule()).contacts).toEqual({ ...nothing, updated: 2 });
  });

  test('and made again with the same contacts writes nothing but what changed', async () => {
    const lost = await world.graph.readContacts(directory, partners);
    partners = await world.graph.addFolder(directory, 'Partners');
    for (const { id } of lost) await move(String(id), partners);
    await edit(String(lost[0]?.id));

    const run = await host.runSchedule();

    expect(run.problems).toEqual([]);
    expect(run.contacts).toEqual({ ...nothing, updated: 2 });
    await expectMirrored();
  });
});

describe('a source folder that is emptied and filled again with the same people', () => {
  async function empty(): Promise<void> {
    const rows = await world.graph.readContacts(peopleMailbox, peopleFolder);
    await world.graph.batch(
      rows.map(({ id }) => ({ method: 'DELETE', url: `/users/${peopleMailbox}/contacts/${id}` })),
    );
  }

  /** Every target holds the people as they are now, in the contacts of before. */
  async function expectSamePeople(before: ReadonlyMap<string, string>): Promise<void> {
    const source = await mirrorOf(world.graph, peopleMailbox, [peopleFolder]);
    for (const target of targets) {
      const { ours, ids: found, others } = await peopleAt(target);
      expect(contents(ours)).toEqual(contents(source));
      expect(others.size).toBe(0);
      if (target === targets[0]) expect(found).toEqual(before);
    }
    await expectIdleRun(world, host);
  }

  function contents(rows: ReadonlyMap<string, Json>): string[] {
    return [...rows.values()].map(row => JSON.stringify(row)).sort();
  }

  test('creates and deletes nothing in the targets, and patches what differs', async () => {
    const before = (await peopleAt(targets[0])).ids;
    expect(before.size).toBe(howManyPeople);
    await empty();
    await importPeople();

    const run = await host.runSchedule();

    expect(run).toMatchObject({ problems: [], contacts: { ...nothing, updated: 6 } });
    await expectSamePeople(before);
  });

  test('with a run in between is held until they are there again', async () => {
    const before = (await peopleAt(targets[0])).ids;
    await empty();
    const held = await host.runSchedule();
    expect(held).toMatchObject({ problems: [{ list: 'people', code: 'SourceUnexpectedlyEmpty' }], contacts: nothing });
    await importPeople();

    const run = await host.runSchedule();

    expect(run).toMatchObject({ problems: [], contacts: { ...nothing, updated: 6 } });
    await expectSamePeople(before);
    const [{ id = '' } = {}] = await world.graph.readContacts(peopleMailbox, peopleFolder);
    const url = `/users/${peopleMailbox}/contacts/${id}`;
    await world.graph.call('PATCH', url, { jobTitle: `Title ${++serial}` });
    expect((await host.runSchedule()).contacts).toEqual({ ...nothing, updated: 2 });
    await world.graph.call('DELETE', url);
    expect((await host.runSchedule()).contacts).toEqual({ ...nothing, deleted: 2 });
  });
});

describe('a source that is suddenly without contacts', () => {
  test.each<[string, () => number, string]>([
    ['a mass removal', () => 26, 'TooManyRemovals'],
    ['suddenly empty', () => ids.length, 'SourceUnexpectedlyEmpty'],
  ])('(%s) removes nothing, and writes nothing when it recovers', async (_what, count, code) => {
    const before = await contentsOfTargets();
    const all = [...(await mirrorOf(world.graph, directory, [staff, partners])).keys()];
    const gone = code === 'TooManyRemovals' ? ids.slice(0, count()) : all;
    const folders = new Map<string, string>();
    for (const folder of [staff, partners]) {
      for (const { id } of await world.graph.readContacts(directory, folder)) folders.set(String(id), folder);
    }
    for (const id of gone) await remove(id);

    const run = await host.runSchedule();

    expect(run.problems).toMatchObject([
      { list: 'staff', code, detail: expect.stringMatching(`^${gone.length} of ${all.length} `) },
    ]);
    expect(run.contacts).toEqual(nothing);
    expect(await contentsOfTargets()).toEqual(before);

    for (const id of gone) await move(id, folders.get(id) ?? '');
    expect((await host.runSchedule()).problems).toEqual([]);
    expect(await contentsOfTargets()).toEqual(before);
    await expectMirrored();
  });
});

describe('photos', () => {
  const photoRoute = 'PUT /users/{id}/contacts/{id}/photo/$value';

  async function photoAt(index: number): Promise<unknown> {
    const { ids: copies } = await readTarget(world.graph, cleo, 'Faces', 'faces');
    const url = `/users/${cleo}/contacts/${copies.get(facesIds[index] ?? '')}/photo/$value`;
    return (await world.graph.batch([{ method: 'GET', url }]))[0];
  }

  async function show(index: number, photo: string): Promise<void> {
    await world.graph.batch([photoWrite(facesIds[index] ?? '', photo)]);
  }

  async function runAndCountPhotos(): Promise<[unknown, number]> {
    await world.graph.control('DELETE', '/counters');
    const { contacts } = await host.runSchedule();
    return [contacts, (await requestsByRoute())[photoRoute] ?? 0];
  }

  test('arrive by a request each, and then by none', async () => {
    expect(firstRun).toMatchObject({ photos: howManyFaces, failed: 0 });
    expect(firstRequests[photoRoute]).toBe(howManyFaces);
    expect([await photoAt(0), await photoAt(40)]).toEqual([portrait(0), portrait(40)]);
    await expectIdleRun(world, host);
  });

  test('that change are written alone, once', async () => {
    await show(0, portrait(100));
    expect(await runAndCountPhotos()).toEqual([{ ...nothing, photos: 1 }, 1]);
    expect(await photoAt(0)).toBe(portrait(100));
    await expectIdleRun(world, host);
  });

  test('that Graph does not take fail no contact, and are written with its next change', async () => {
    await show(1, portrait(101));
    await patchContact(world.graph, facesMailbox, facesIds[1] ?? '', { jobTitle: 'Head' });
    await fault({ method: 'PUT', path: '/photo/', times: 1 }, { status: 500, code: 'ErrorInternalServerError' });
    expect(await runAndCountPhotos()).toEqual([{ ...nothing, updated: 1, photosFailed: 1 }, 1]);
    expect(await (await host.call('GET', '/api/lists/faces')).json()).toMatchObject({ mailboxes: { current: 1 } });
    await patchContact(world.graph, facesMailbox, facesIds[1] ?? '', { jobTitle: 'Director' });
    expect(await runAndCountPhotos()).toEqual([{ ...nothing, updated: 1, photos: 1 }, 1]);
    expect(await photoAt(1)).toBe(portrait(101));
  });

  test('of 5 MB are left out and counted, and the contact arrives', async () => {
    const stored = { contactId: facesIds[2], properties: { jobTitle: 'Head' }, photoBytes: 5_000_000 };
    await world.graph.control('POST', `/mailboxes/${facesMailbox}/storeContact`, stored);
    expect(await runAndCountPhotos()).toEqual([{ ...nothing, updated: 1 }, 0]);
    expect(await photoAt(2)).toBe(portrait(2));
    const { notes } = (await (await host.call('GET', '/api/lists/faces')).json()) as { notes: readonly Json[] };
    expect(notes).toMatchObject([{ code: 'PhotosLeftOut', detail: expect.stringMatching(/^1 photo left out/) }]);
    await expectIdleRun(world, host);
  });
});
