import { HttpRequest, InvocationContext } from '@azure/functions';
import { apiRoutes } from '../../../functions/http/apiRoutes.ts';
import type { Caller } from '../../../shared/api/caller.ts';
import type { Properties } from '../../../shared/ports/tableStorage.ts';
import { createWorld, listOf, type World } from '../../shared/engine/world.ts';

const ada: Caller = { kind: 'person', objectId: 'id-of-ada', name: 'Ada Quill', roles: ['Admin'] };
const staff = {
  id: 'staff',
  source: { mailbox: 'directory@contoso.com', folders: ['Staff'] },
  targets: { groups: ['all@contoso.com'] },
  destination: { folder: 'Company', category: null },
};
let world: World;
let mailbox: string;

beforeEach(() => {
  world = createWorld();
  world.setLists();
  world.addContacts(2);
  [mailbox = ''] = world.addTargets(1);
});

async function call(name: string, headers: Record<string, string>, body?: object, list = 'staff', caller = ada) {
  const route = apiRoutes(world.app).find(each => each.name === name);
  const content = body ? { body: { string: JSON.stringify(body) } } : {};
  const request = new HttpRequest({
    method: route?.method ?? 'GET',
    url: `http://localhost/api/${name}`,
    params: { list },
    headers: { 'Content-Type': 'application/json', ...headers },
    ...content,
  });
  const answer = await route?.handle(request, new InvocationContext({ logHandler: () => {} }), caller);
  const { status = 200, headers: sent = {}, jsonBody = JSON.parse(`${answer?.body ?? '{}'}`) } = answer ?? {};
  return { status, etag: (sent as Record<string, string>).ETag, body: jsonBody };
}

const isNew = { 'If-None-Match': '*' };
const basedOn = (version: number) => ({ 'If-Match': `"${version}"` });

function put(definition: object, headers: Record<string, string> = isNew, reason = '', list = 'staff') {
  return call('putDefinition', headers, { definition, reason }, list);
}

test('a list that is stored is run, changed and restored without a restart', async () => {
  expect(await put(staff, isNew, 'For everybody')).toMatchObject({
    status: 200,
    etag: '"1"',
    body: { id: 'staff', definedIn: 'console', definition: staff, current: { version: 1, reason: 'For everybody' } },
  });
  await world.sync();
  expect(world.targetNames(mailbox)).toEqual(['Contact 1', 'Contact 2']);

  await put({ ...staff, destination: { folder: 'People', category: null } }, basedOn(1));
  await world.sync();
  expect([world.targetNames(mailbox, 'People'), world.targetNames(mailbox)]).toEqual([
    ['Contact 1', 'Contact 2'],
    undefined,
  ]);

  const { versions } = (await call('listDefinitionVersions', {})).body;
  expect(versions).toMatchObject([
    { version: 2, by: { kind: 'person', id: 'id-of-ada' } },
    { version: 1, reason: 'For everybody', definition: staff },
  ]);
  await put(versions[1].definition, basedOn(2), 'As it was');
  await world.sync();
  expect(world.targetNames(mailbox)).toEqual(['Contact 1', 'Contact 2']);
});

test('of two who edit at once the second is told, and nothing of theirs is stored', async () => {
  await put(staff);
  const edits = await Promise.all(
    ['People', 'Colleagues'].map(folder => put({ ...staff, destination: { folder, category: null } }, basedOn(1))),
  );
  expect(edits.map(({ status }) => status).sort()).toEqual([200, 412]);
  expect(edits.find(({ status }) => status === 412)?.body.detail).toContain('Version 2 is there now');
  expect((await call('listDefinitionVersions', {})).body.versions).toHaveLength(2);
  expect(await put(staff)).toMatchObject({ status: 412, body: { title: 'There is a list with this id already' } });
  expect((await put(staff, {})).status).toBe(428);
});

test('a write whose answer was lost counts as done', async () => {
  const { write } = world.tables.definitions;
  jest.spyOn(world.tables.definitions, 'write').mockImplementationOnce(async (...args) => {
    await write(...args);
    return write(...args);
  });
  expect((await put(staff)).status).toBe(200);
});

test('a list in code is shown and not edited; what is stored of it waits until it leaves the code, and again', async () => {
  await put({ ...staff, destination: { folder: 'People', category: null } });
  await world.sync();
  world.setLists(listOf());
  await world.sync();
  expect(world.targetNames(mailbox)).toEqual(['Contact 1', 'Contact 2']);
  expect(await put(staff, basedOn(1))).toMatchObject({ status: 409, body: { title: 'The list is in code' } });
  expect((await call('getDefinition', {})).body).toMatchObject({
    definedIn: 'code',
    definition: { destination: { folder: 'Company' } },
    current: { version: 1 },
  });
  world.setLists();
  await world.sync();
  expect(world.targetNames(mailbox, 'People')).toEqual(['Contact 1', 'Contact 2']);
});

test('a list that is deleted is cleaned up as one that left the settings, and can be made again', async () => {
  await put({ ...staff, safeguards: { maxRemovalShare: 0, maxRemovals: 0 } });
  await world.sync();
  expect((await call('deleteDefinition', basedOn(2), { reason: '' })).status).toBe(412);
  expect(await call('deleteDefinition', basedOn(1), { reason: 'Nobody wants it' })).toMatchObject({
    status: 200,
    etag: '"2"',
    body: { definedIn: 'nowhere', definition: null, current: { version: 2, reason: 'Nobody wants it' } },
  });
  await world.sync();
  const [{ kind, removals } = { kind: '', removals: 0 }] = (await world.app.readList('staff'))?.holds ?? [];
  expect([kind, world.targetNames(mailbox)]).toEqual(['mailboxes', ['Contact 1', 'Contact 2']]);
  await world.decide({ decision: 'approve', removals, kind: 'mailboxes' });
  await world.sync();
  expect(world.targetNames(mailbox)).toBeUndefined();

  expect((await put(staff)).body.current.version).toBe(3);
  await world.sync();
  expect(world.targetNames(mailbox)).toEqual(['Contact 1', 'Contact 2']);
  expect((await call('deleteDefinition', isNew, {}, 'board')).status).toBe(404);
});

test.each([
  ['in the words of CONTACT_LISTS', { ...staff, targets: {} }, 'targets: name at least one mailbox or group'],
  ['of an id that is another', { ...staff, id: 'board' }, 'id: is not "staff"'],
  [
    'that reads a mailbox which is not open to it',
    { ...staff, source: { mailbox: 'ceo@contoso.com', folders: ['Staff'] } },
    'source.mailbox: is none of CONSOLE_SOURCES',
  ],
  [
    'by a connection which is not open to it',
    { ...staff, source: { kind: 'sql', connection: 'crm', query: 'select 1', key: 'id' } },
    '"crm" is not open to lists that are not in CONTACT_LISTS',
  ],
  [
    'that reads what a list in code writes',
    { ...staff, source: { mailbox: 'directory@contoso.com', folders: ['Board'] } },
    'source: reads the folder "Board" that the list "board" writes',
  ],
])('a list is refused with the fault %s, and nothing is stored', async (_what, definition, fault) => {
  const inCode = {
    targets: { mailboxes: ['directory@contoso.com'] },
    destination: { folder: 'Board', category: null },
  };
  world.setLists(listOf({ id: 'board', ...inCode, source: staff.source }));
  const { status, body } = await put(definition);
  expect([status, body.detail]).toEqual([422, expect.stringContaining(fault)]);
  expect((await call('getDefinition', {})).status).toBe(404);
  expect(await put(staff)).toMatchObject({ status: 200 });
});

test('a definition that cannot be read, or a table that is away, removes nothing', async () => {
  await put(staff);
  await world.sync();
  jest.spyOn(world.tables.definitions, 'queryAcross').mockRejectedValueOnce(new Error('storage is away'));
  world.restart();
  await expect(world.sync()).rejects.toThrow('storage is away');

  const broken: Properties = { definition: '{"id":' };
  await world.tables.definitions.write('staff', [{ kind: 'merge', rowKey: 'current', properties: broken }]);
  world.restart();
  await world.sync();
  expect(await world.app.readList('staff')).toMatchObject({ state: 'refused', holds: [] });
  expect(world.targetNames(mailbox)).toEqual(['Contact 1', 'Contact 2']);
});

test('what another process stored a moment ago is known to whoever gets a message about it', async () => {
  const other = world.openApp();
  await other.readConfiguredLists();
  await put(staff);
  await world.run();
  await world.queues.captureQueue.receive();
  const [message] = world.queues.syncQueue.receive();
  await world.drive(other.syncMailbox(message?.body as Parameters<typeof other.syncMailbox>[0], 'sync'));
  expect(world.targetNames(mailbox)).toEqual(['Contact 1', 'Contact 2']);
});

test('the definitions are read once every few seconds, however many mailboxes are synced', async () => {
  world.addTargets(20);
  await put(staff);
  const read = jest.spyOn(world.tables.definitions, 'queryAcross');
  await world.sync();
  expect(read).toHaveBeenCalledTimes(1);
});

test('mailboxes of a list that is gone do not have the definitions read for each of their messages', async () => {
  world.addTargets(20);
  await put(staff);
  await world.sync();
  await call('deleteDefinition', basedOn(1), {});
  const read = jest.spyOn(world.tables.definitions, 'queryAcross');
  await world.sync();
  expect(read.mock.calls.length).toBeLessThanOrEqual(2);
});

describe('an edit while a run goes on', () => {
  const named = (folder: string) => ({ ...staff, destination: { folder, category: null } });
  let other: string;

  beforeEach(async () => {
    [, other = ''] = world.addTargets(2);
    await put(staff);
    await world.run();
  });

  test('belongs to the next one: mailboxes that it has not come to get the list as it was', async () => {
    await put(named('People'), basedOn(1));
    await world.drain();
    expect([world.targetNames(other), world.targetNames(other, 'People')]).toEqual([
      ['Contact 1', 'Contact 2'],
      undefined,
    ]);
    await world.sync();
    expect(world.targetNames(other, 'People')).toEqual(['Contact 1', 'Contact 2']);
  });

  test('is not taken back by a message of that run which comes after those of the next', async () => {
    const late = world.queues.syncQueue.receive();
    for (const message of late) message.complete();
    await put(named('People'), basedOn(1));
    await world.clock.advance(3_600_000);
    await world.sync();
    for (const { body } of late) await world.drive(world.app.syncMailbox(body, 'sync'));
    await world.drain();
    expect(world.targetNames(other, 'People')).toEqual(['Contact 1', 'Contact 2']);
  });

  test('is asked for once, however many mailboxes the run has left', async () => {
    world.addTargets(20);
    await world.run();
    await put(named('People'), basedOn(1));
    const read = jest.spyOn(world.tables.definitions, 'query');
    await world.drain();
    expect(read).toHaveBeenCalledTimes(1);
  });
});

test('the latest hundred versions are kept', async () => {
  await put(staff);
  for (let version = 1; version < 102; version++) await put(staff, basedOn(version));
  const { versions } = (await call('listDefinitionVersions', {})).body;
  expect([versions.length, versions[0].version]).toEqual([100, 102]);
});

describe('a list that is not stored', () => {
  const tried = (body: object) => call('tryList', {}, { definition: staff, ...body }, '');

  test('is tried on one mailbox and over all, and nothing is written', async () => {
    const writes = Object.values(world.tables).map(table => jest.spyOn(table, 'write'));
    expect(await tried({ mailbox: 'target1@contoso.com' })).toMatchObject({
      status: 200,
      body: { list: 'staff', mailbox, creates: 2, operations: [{ displayName: 'Contact 1' }, { action: 'create' }] },
    });
    expect(await tried({ mailbox: 'directory@contoso.com' })).toMatchObject({ status: 409 });
    expect((await tried({})).body).toMatchObject({ creates: 2, mailboxes: { total: 1, changed: 1 }, operations: [] });
    expect(writes.flatMap(({ mock }) => mock.calls)).toEqual([]);
    expect([world.targetNames(mailbox), (await call('getDefinition', {})).status]).toEqual([undefined, 404]);
  });

  test('shows its first contacts as the source has them and as they would be written', async () => {
    world.addContacts(30, 'Person');
    const mapping = { displayName: { template: '{{displayName}} ({{department}})' } };
    const { body } = await tried({ show: 'contacts', definition: { ...staff, mapping } });
    expect([body.contacts.length, body.total, body.problems]).toEqual([20, 32, []]);
    expect(body.contacts[0]).toMatchObject({
      source: { displayName: 'Contact 1', department: 'Sales' },
      written: { displayName: 'Contact 1 (Sales)' },
    });
  });

  test('shows the folders that its mailbox has, for whoever is about to name one', async () => {
    const definition = { ...staff, source: { ...staff.source, folders: ['contacts'] } };
    const { status, body } = await tried({ show: 'folders', definition });
    expect([status, body.complete]).toEqual([200, true]);
    expect(body.folders).toMatchObject([{ path: 'contacts', folders: [{ path: 'Staff', contacts: 2 }] }]);
    expect((await call('getOpenSources', {})).body).toEqual({
      mailboxes: ['directory@contoso.com'],
      connections: [],
      csvHosts: [],
    });
  });

  test('reads a file that was sent for it, which is deleted a week later where no version names it', async () => {
    const send = async (text: string) => {
      const route = apiRoutes(world.app).find(({ name }) => name === 'keepFile');
      const headers = { 'Content-Type': 'text/csv' };
      const url = 'http://localhost/api/files';
      const request = new HttpRequest({ method: 'POST', url, headers, body: { bytes: Buffer.from(text) } });
      const answer = await route?.handle(request, new InvocationContext({ logHandler: () => {} }), ada);
      return String((answer?.jsonBody as { blob?: string } | undefined)?.blob);
    };
    const blob = await send('Name;Mobil;E-mail Address\nAda;1;ada@contoso.com\nBob;2');
    const source = { kind: 'csv', blob, columns: { displayName: 'name' } };
    expect(await tried({ show: 'columns', definition: { ...staff, source } })).toMatchObject({
      status: 200,
      body: {
        columns: [
          { name: 'Name', fills: 'displayName', examples: ['Ada'] },
          { name: 'Mobil', fills: null, examples: ['1'] },
          { name: 'E-mail Address', fills: 'emailAddresses[0]', examples: ['ada@contoso.com'] },
        ],
      },
    });
    expect((await tried({ show: 'contacts', definition: { ...staff, source } })).body.problems).toMatchObject([
      { detail: expect.stringContaining('Line 3') },
    ]);
    const good = await send('Name;E-mail Address\nAda;ada@contoso.com');
    await put({ ...staff, source: { ...source, blob: good } });
    await put(staff, basedOn(1));
    await world.clock.advance(8 * 86_400_000);
    expect([await world.app.forgetFiles(), (await world.files.list('sent/')).map(({ name }) => name)]).toEqual([
      1,
      [good],
    ]);
    expect((await tried({ show: 'columns' })).status).toBe(409);
  });

  test('is refused with its faults, and as one in code', async () => {
    expect(await tried({ mailbox, definition: { ...staff, id: undefined } })).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('id: is missing'), faults: ['id: is missing'] },
    });
    world.setLists(listOf());
    expect((await tried({ mailbox })).status).toBe(409);
  });

  test('changes what a stored one does, as the preview shows', async () => {
    await put(staff);
    await world.sync();
    const { body } = await tried({ mailbox, definition: { ...staff, mapping: { department: 'displayName' } } });
    expect(body).toMatchObject({ creates: 0, patches: 2 });
  });
});
