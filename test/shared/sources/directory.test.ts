import type { GraphCall } from '../../../shared/graph/client.ts';
import { type ContactSource, type Reading, SourceFailure } from '../../../shared/ports/contactSource.ts';
import { noConnections } from '../../../shared/settings/connections.ts';
import { type DirectorySettings, directorySettings } from '../../../shared/settings/directorySource.ts';
import { openDirectoryUsers } from '../../../shared/sources/directory/openDirectoryUsers.ts';
import { openGraphAdapters } from '../../../shared/tenants/graphAdapters.ts';
import { nothingBeside } from '../../memory/adapters.ts';
import { type SimulatedGraph, simulateGraph } from '../graph/simulatedGraph.ts';
import { describeSourceKind } from './everyKind.ts';

interface Made {
  readonly id: string;
}

let tenant: SimulatedGraph;
let now: number;
beforeEach(async () => {
  tenant = await simulateGraph();
  now = Date.now();
});
afterEach(() => tenant.close());

function open(settings: Partial<DirectorySettings> = {}, client = tenant.client): ContactSource {
  const clock = { now: () => now, wait: async () => {} };
  const adapters = { ...nothingBeside, ...openGraphAdapters(client), clock, connections: noConnections };
  return openDirectoryUsers(directorySettings.parse({ kind: 'directory', ...settings }), adapters);
}

async function newUser(name: string, properties: object = {}): Promise<string> {
  const body = { displayName: name, userPrincipalName: `${name}@contoso.example`, ...properties };
  return ((await tenant.graph('POST', '/users', body)) as Made).id;
}

async function newGroup(name: string, members: readonly string[], properties: object = {}): Promise<string> {
  const body = { displayName: name, mail: `${name}@contoso.example`, ...properties };
  const { id } = (await tenant.graph('POST', '/groups', body)) as Made;
  for (const member of members) await join(id, member);
  return id;
}

function join(group: string, member: string): Promise<unknown> {
  return tenant.graph('POST', `/groups/${group}/members/$ref`, {
    '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${member}`,
  });
}

function leave(group: string, member: string): Promise<unknown> {
  return tenant.graph('DELETE', `/groups/${group}/members/${member}/$ref`);
}

function setManager(user: string, manager: string): Promise<unknown> {
  return tenant.graph('PUT', `/users/${user}/manager/$ref`, {
    '@odata.id': `https://graph.microsoft.com/v1.0/users/${manager}`,
  });
}

function namesIn({ scopes }: Reading): string[] {
  return scopes.flatMap(({ contacts }) => contacts.flatMap(({ contact }) => contact?.displayName ?? [])).sort();
}

function contactIn({ scopes }: Reading, id: string) {
  return scopes.flatMap(({ contacts }) => contacts).find(row => row.id === id)?.contact;
}

describeSourceKind(
  'directory (users)',
  async () => {
    const ids = new Map<string, string>();
    return {
      ...directoryBed('/users/[^/]{36}'),
      async put(key, displayName) {
        const id = ids.get(key);
        if (id === undefined) ids.set(key, await newUser(displayName));
        else await tenant.graph('PATCH', `/users/${id}`, { displayName });
      },
      async remove(key) {
        await tenant.graph('DELETE', `/users/${ids.get(key)}`);
        ids.delete(key);
      },
    };
  },
  { believesEmptiness: true },
);

describeSourceKind(
  'directory (mail contacts)',
  async () => {
    const ids = new Map<string, string>();
    return {
      ...directoryBed('/contacts/[^/]{36}', { organisationContacts: true }),
      async put(key, displayName) {
        const [method, path] = ids.has(key) ? ['PATCH', `/orgContacts/${ids.get(key)}`] : ['POST', '/orgContacts'];
        const made = await tenant.control(method, path, { displayName, mail: `p${key}@fabrikam.example` });
        ids.set(key, (made as Made).id);
      },
      async remove(key) {
        await tenant.control('DELETE', `/orgContacts/${ids.get(key)}`);
        ids.delete(key);
      },
    };
  },
  { believesEmptiness: true },
);

/** What tells of the tenant is asked for whoever changed. */
function directoryBed(lookUp: string, settings: Partial<DirectorySettings> = {}) {
  return {
    open: () => open(settings),
    breakOff: () =>
      tenant.control('POST', '/faults', {
        match: { path: lookUp },
        fault: { status: 403, code: 'Authorization_RequestDenied' },
      }),
    mend: () => tenant.control('DELETE', '/faults'),
    async kill(cursor: string) {
      await tenant.control('POST', '/delta/expire', { code: 'SyncStateNotFound' });
      return cursor;
    },
    close: async () => {},
  };
}

test('reads the enabled members with an address, and others only where they are asked for or named', async () => {
  await newUser('ada', { department: 'Engines', businessPhones: ['+44 1'], city: 'London', country: 'UK' });
  await newUser('guest', { userType: 'Guest' });
  await newUser('external', {
    userPrincipalName: 'external_fabrikam.example#EXT#@contoso.example',
    mail: 'x@f.example',
  });
  await newUser('room', { accountEnabled: false });
  await newUser('hidden', { showInAddressList: false });
  await newUser('robot', { mail: null });
  const plain = await open().read(undefined);
  expect(namesIn(plain)).toEqual(['ada']);
  expect(plain.scopes).toMatchObject([{ folderId: 'users', complete: true, mayMiss: false }]);
  expect(plain.scopes[0]?.contacts[0]?.contact).toEqual({
    displayName: 'ada',
    department: 'Engines',
    businessPhones: ['+44 1'],
    businessAddress: { city: 'London', countryOrRegion: 'UK' },
    emailAddresses: [{ name: 'ada', address: 'ada@contoso.example' }],
  });
  expect(namesIn(await open({ includeGuests: true }).read(undefined))).toEqual(['ada', 'external', 'guest']);
  expect(namesIn(await open({ includeDisabled: true, includeHidden: true }).read(undefined))).toEqual([
    'ada',
    'hidden',
    'room',
  ]);
  const exclude = { mailboxes: ['ADA@contoso.example'], groups: [] };
  expect(namesIn(await open({ mailboxes: ['room@contoso.example'], exclude }).read(undefined))).toEqual(['room']);
});

test('a joiner, a leaver who comes back, and a new number cost one round and look-ups in a batch; nothing else costs one request', async () => {
  const [ada, bob] = [await newUser('ada', { jobTitle: 'Countess' }), await newUser('bob')];
  const first = await open().read(undefined);
  const idle = open();
  const { cursor } = await idle.read(first.cursor);
  expect(idle.calls().reduce((sum, { requests }) => sum + requests, 0)).toBe(1);

  await tenant.graph('PATCH', `/users/${ada}`, { mobilePhone: '+44 7' });
  await tenant.graph('DELETE', `/users/${bob}`);
  const cyd = await newUser('cyd');
  const source = open();
  const changed = await source.read(cursor);
  expect(changed.scopes[0]?.complete).toBe(false);
  expect(contactIn(changed, ada)).toMatchObject({ mobilePhone: '+44 7', jobTitle: 'Countess' });
  expect(contactIn(changed, bob)).toBeNull();
  expect(contactIn(changed, cyd)).toMatchObject({ displayName: 'cyd' });
  expect(source.calls().reduce((sum, { roundTrips }) => sum + roundTrips, 0)).toBe(3);
  expect((await open().read(cursor)).scopes).toEqual(changed.scopes);

  await tenant.graph('POST', `/directory/deletedItems/${bob}/restore`);
  expect(contactIn(await open().read(changed.cursor), bob)).toMatchObject({ displayName: 'bob' });
});

test('of a new number neither the reports are read nor each user alone; of a new name the reports are', async () => {
  const ids: string[] = [];
  for (let number = 1; number <= 16; number++) ids.push(await newUser(`user${number}`));
  const [boss = '', report = ''] = ids;
  await setManager(report, boss);
  const first = await open().read(undefined);
  for (const id of ids) await tenant.graph('PATCH', `/users/${id}`, { mobilePhone: '+44 7' });
  const numbers = open();
  const changed = await numbers.read(first.cursor);
  expect(contactIn(changed, report)).toMatchObject({ displayName: 'user2', mobilePhone: '+44 7', manager: 'user1' });
  // One delta page, and fifteen users a look-up.
  expect(numbers.calls().reduce((sum, { requests }) => sum + requests, 0)).toBe(3);

  await tenant.graph('PATCH', `/users/${boss}`, { displayName: 'chief' });
  expect(contactIn(await open().read(changed.cursor), report)).toHaveProperty('manager', 'chief');
});

test('a user whom a list of the directory does not show yet is asked for alone, and stays', async () => {
  const ada = await newUser('ada', { department: 'Engines' });
  const { cursor } = await open().read(undefined);
  await tenant.graph('PATCH', `/users/${ada}`, { mobilePhone: '+44 7' });
  const client = {
    ...tenant.client,
    send: async (call: GraphCall) => {
      const answer = await tenant.client.send(call);
      const showsNobody = String(call.body).includes('$filter');
      const body = { responses: [{ id: '0', status: 200, body: { value: [] } }] };
      return showsNobody ? { ...answer, body } : answer;
    },
  };
  const changed = await open({}, client).read(cursor);
  expect(contactIn(changed, ada)).toMatchObject({ department: 'Engines', mobilePhone: '+44 7' });
});

test('a property that was cleared goes, and who is disabled leaves', async () => {
  const [ada, bob] = [await newUser('ada', { mobilePhone: '+44 7', department: 'Engines' }), await newUser('bob')];
  const { cursor } = await open().read(undefined);
  await tenant.graph('PATCH', `/users/${ada}`, { mobilePhone: null });
  await tenant.graph('PATCH', `/users/${bob}`, { accountEnabled: false });
  const changed = await open().read(cursor);
  expect(contactIn(changed, ada)).not.toHaveProperty('mobilePhone');
  expect(contactIn(changed, ada)).toHaveProperty('department', 'Engines');
  expect(contactIn(changed, bob)).toBeNull();
});

test("a manager is a name: a new manager, a manager's new name, and a change of something else all keep it right", async () => {
  const [boss, ada] = [await newUser('boss', { accountEnabled: false }), await newUser('ada')];
  await setManager(ada, boss);
  const first = await open().read(undefined);
  expect(contactIn(first, ada)).toHaveProperty('manager', 'boss');
  await tenant.graph('PATCH', `/users/${ada}`, { city: 'Bath' });
  const moved = await open().read(first.cursor);
  expect(contactIn(moved, ada)).toHaveProperty('manager', 'boss');
  await tenant.graph('PATCH', `/users/${boss}`, { displayName: 'chief' });
  const renamed = await open().read(moved.cursor);
  expect(contactIn(renamed, ada)).toMatchObject({ manager: 'chief', businessAddress: { city: 'Bath' } });
  await tenant.graph('DELETE', `/users/${ada}/manager/$ref`);
  expect(contactIn(await open().read(renamed.cursor), ada)).not.toHaveProperty('manager');
});

test('extension attributes fill the fields that the settings name', async () => {
  const ada = await newUser('ada', { onPremisesExtensionAttributes: { extensionAttribute3: 'Mathematician' } });
  const source = open({ extensionAttributes: { profession: 'extensionAttribute3' } });
  expect(contactIn(await source.read(undefined), ada)).toHaveProperty('profession', 'Mathematician');
});

test('of named groups the members, nested ones too, without who is excluded; who joins or leaves is found', async () => {
  const [ada, bob, cyd, dan] = [await newUser('ada'), await newUser('bob'), await newUser('cyd'), await newUser('dan')];
  const inner = await newGroup('inner', [bob, dan]);
  const outer = await newGroup('outer', [ada, inner]);
  await newGroup('out', [dan]);
  const settings = { groups: ['outer@contoso.example'], exclude: { mailboxes: [], groups: ['out@contoso.example'] } };
  const first = await open(settings).read(undefined);
  expect(namesIn(first)).toEqual(['ada', 'bob']);
  await join(outer, cyd);
  const joined = await open(settings).read(first.cursor);
  expect([namesIn(joined), joined.scopes[0]?.complete]).toEqual([['ada', 'bob', 'cyd'], true]);
  await leave(inner, bob);
  expect(namesIn(await open(settings).read(joined.cursor))).toEqual(['ada', 'cyd']);
  expect((await open(settings).read(joined.cursor)).problems).toEqual([]);
});

test('a group that reads as empty, or lost more than half, changes nobody until it is accepted by number', async () => {
  const people = [await newUser('ada'), await newUser('bob'), await newUser('cyd')];
  const group = await newGroup('team', people);
  const settings = { groups: ['team@contoso.example'] };
  const { cursor } = await open(settings).read(undefined);
  await tenant.graph('PATCH', `/groups/${group}`, { visibility: 'HiddenMembership' });
  const hidden = await open(settings).read(cursor);
  expect(hidden.problems).toMatchObject([{ code: 'SourceGroupInDoubt', setting: { path: 'source.groups[0]' } }]);
  expect(hidden.scopes.every(({ complete, contacts }) => !complete && contacts.length === 0)).toBe(true);
  await expect(open(settings).read(undefined)).rejects.toMatchObject({ problems: [{ code: 'SourceGroupInDoubt' }] });

  await tenant.graph('PATCH', `/groups/${group}`, { visibility: 'Private' });
  for (const person of people.slice(1)) await leave(group, person);
  const shrunk = await open(settings).read(hidden.cursor);
  expect(shrunk.problems).toMatchObject([{ code: 'SourceGroupInDoubt' }]);
  const accepting = open({ ...settings, acceptMembers: { 'team@contoso.example': 1 } });
  expect(namesIn(await accepting.read(shrunk.cursor))).toEqual(['ada']);
});

test('a group that is gone fails, and names the setting alone', async () => {
  const failed = open({ groups: ['nobody@contoso.example'] }).read(undefined);
  await expect(failed).rejects.toThrow(SourceFailure);
  await expect(failed).rejects.toMatchObject({ problems: [{ code: 'SourceGroupNotFound' }] });
  await expect(failed).rejects.not.toThrow(/nobody/);
});

test('mail contacts come with the addresses and phones that their delta query leaves out', async () => {
  const { id } = (await tenant.control('POST', '/orgContacts', {
    displayName: 'Partner',
    mail: 'partner@fabrikam.example',
    phones: [
      { type: 'business', number: '+1' },
      { type: 'mobile', number: '+2' },
    ],
    addresses: [{ city: 'Bern', countryOrRegion: 'CH', officeLocation: '7' }],
  })) as Made;
  const first = await open({ organisationContacts: true }).read(undefined);
  const whole = { businessPhones: ['+1'], mobilePhone: '+2', officeLocation: '7', businessAddress: { city: 'Bern' } };
  expect(contactIn(first, id)).toMatchObject(whole);
  await tenant.control('PATCH', `/orgContacts/${id}`, { jobTitle: 'Head' });
  const changed = await open({ organisationContacts: true }).read(first.cursor);
  expect(contactIn(changed, id)).toMatchObject({ ...whole, jobTitle: 'Head' });
  await tenant.control('DELETE', `/orgContacts/${id}`);
  expect(contactIn(await open({ organisationContacts: true }).read(changed.cursor), id)).toBeNull();
});

test.each(['SyncStateInvalid', 'ResyncRequired'])('a token that died (%s) means reading from the start', async code => {
  await newUser('ada');
  const { cursor } = await open().read(undefined);
  await tenant.control('POST', '/delta/expire', { code });
  const again = await open().read(cursor);
  expect([again.scopes[0]?.complete, namesIn(again)]).toEqual([true, ['ada']]);
});

test('so does the eighth day', async () => {
  const { cursor } = await open().read(undefined);
  now += 8 * 86_400_000;
  expect((await open().read(cursor)).scopes[0]?.complete).toBe(true);
});

test('a page that fails half-way fails the first reading, and says which permission it needs', async () => {
  await tenant.control('POST', '/mailboxes', { count: 150, prefix: 'p' });
  await tenant.control('POST', '/faults', {
    match: { path: '/users/delta', skip: 1 },
    fault: { status: 403, code: 'Authorization_RequestDenied' },
  });
  const failed = open().read(undefined);
  await expect(failed).rejects.toMatchObject({ problems: [{ code: 'Authorization_RequestDenied' }] });
  await expect(failed).rejects.toThrow(/User\.Read\.All/);
});

test('users turn up once however often their rows come, over pages in any order', async () => {
  await tenant.control('POST', '/mailboxes', { count: 250, prefix: 'p' });
  await tenant.control('POST', '/delta/behaviour', { shuffle: true, repeatRows: true });
  const source = open();
  const { scopes } = await source.read(undefined);
  expect(scopes[0]?.contacts).toHaveLength(250);
  expect(source.calls().reduce((sum, { requests }) => sum + requests, 0)).toBe(3);
});

describe('photos', () => {
  /** The parts of a JPEG that tell its size. */
  function jpeg(edge: number): Buffer {
    const size = Buffer.from([edge >> 8, edge & 255, edge >> 8, edge & 255]);
    return Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xc0, 0, 11, 8]), size, Buffer.alloc(8)]);
  }

  async function setPhoto(id: string, bytes: Buffer): Promise<void> {
    const url = `/users/${id}/photo/$value`;
    const headers = { 'Content-Type': 'image/jpeg' };
    const requests = [{ id: '1', method: 'PUT', url, headers, body: bytes.toString('base64') }];
    await tenant.graph('POST', '/$batch', { requests });
  }

  async function routes(): Promise<string[]> {
    const { byRoute } = (await tenant.control('GET', '/counters')) as { byRoute: Record<string, number> };
    return Object.entries(byRoute).flatMap(([route, count]) =>
      route.startsWith('GET') && route.includes('/photo') ? [`${count} ${route}`] : [],
    );
  }

  test('are read in the size that an address book needs, or as they are where they are smaller, with what names their state', async () => {
    const [large, small, none] = [await newUser('ada'), await newUser('bob'), await newUser('eve')];
    await setPhoto(large, jpeg(648));
    await setPhoto(small, jpeg(96));
    const source = open();
    const ask = (etag?: string) => [large, small, none].map(id => ({ id, etag }));
    const readings = (await source.readPhotos?.(ask())) ?? [];
    expect(readings).toEqual([
      { kind: 'read', bytes: jpeg(648), etag: expect.any(String) },
      { kind: 'read', bytes: jpeg(96), etag: expect.any(String) },
      { kind: 'none' },
    ]);
    expect(await routes()).toEqual([
      '3 GET /users/{id}/photo',
      '1 GET /users/{id}/photos/{id}/$value',
      '1 GET /users/{id}/photo/$value',
    ]);
    const { etag } = readings[0] as { etag: string };
    expect(await source.readPhotos?.([{ id: large, etag }])).toEqual([{ kind: 'same' }]);
    expect(source.calls().at(-1)).toEqual({ requests: 6, roundTrips: 4 });
  });

  test.each([['onePixel'], ['ImageNotFound'], ['ErrorEntityNotFound']])(
    'of who has none are told from others: %s',
    async missing => {
      const id = await newUser('ada');
      await tenant.control('POST', '/photos/behaviour', { missing });
      expect(await open().readPhotos?.([{ id, etag: undefined }])).toEqual([{ kind: 'none' }]);
    },
  );

  test.each([[403], [500]])('that cannot be read now are asked for again later: %d', async status => {
    const [first, second] = [await newUser('ada'), await newUser('bob')];
    for (const id of [first, second]) await setPhoto(id, jpeg(240));
    await tenant.control('POST', '/faults', { match: { path: `${first}/photo` }, fault: { status, code: 'Failed' } });
    const readings = await open().readPhotos?.([first, second].map(id => ({ id, etag: undefined })));
    expect(readings?.map(({ kind }) => kind)).toEqual(['unread', 'read']);
  });

  test('of another size where Graph does not offer that one', async () => {
    const id = await newUser('ada');
    await setPhoto(id, jpeg(648));
    await tenant.control('POST', '/faults', {
      match: { path: '240x240' },
      fault: { status: 404, code: 'ImageNotFound' },
    });
    const readings = await open().readPhotos?.([{ id, etag: undefined }]);
    expect(readings?.map(({ kind }) => kind)).toEqual(['read']);
  });
});
