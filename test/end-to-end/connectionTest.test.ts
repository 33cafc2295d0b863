import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ConnectionStep } from '../../shared/api/connectionTest.ts';
import { type ConnectionProxy, startProxy } from '../world/proxy.ts';
import { type Host, startWorld, type World } from '../world/world.ts';

const source = { mailbox: 'directory@contoso.example', folders: ['Staff', 'Partners/Lawyers'] };
const destination = { folder: 'Staff list' };
const everyone = { groups: ['everyone@contoso.example'] };
const named = { mailboxes: ['ada@contoso.example'] };

function rulesFor(...groups: readonly string[]) {
  return groups.map(group => ({
    when: { field: 'department', in: [group] },
    to: { groups: [`${group}@contoso.example`], mailboxes: ['ada@contoso.example'] },
  }));
}

const lists = [
  { id: 'staff', source, targets: everyone, destination },
  { id: 'named', source: { ...source, folders: ['contacts'] }, targets: named, destination },
  { id: 'paused', source, targets: everyone, destination, enabled: false },
  { id: 'refused', source, targets: everyone, destination: { folder: 'a/b' } },
  { id: 'ghost', source: { ...source, mailbox: 'ghost@contoso.example' }, targets: everyone, destination },
  { id: 'misspelt', source: { ...source, folders: ['Partners/Lawers', 'Staff'] }, targets: everyone, destination },
  { id: 'bare', source: { mailbox: 'ada@contoso.example', folders: ['Staff'] }, targets: everyone, destination },
  { id: 'nobody', source, targets: { groups: ['nobody@contoso.example'] }, destination },
  {
    id: 'mixed',
    source: { ...source, folders: ['Kontakte/Kunden', 'HR~1Legal'] },
    targets: { mailboxes: ['nobody1@contoso.example', 'ada@contoso.example', 'nobody2@contoso.example'] },
    destination,
  },
  { id: 'hidden', source, targets: { groups: ['hidden@contoso.example'] }, destination },
  { id: 'ruled', source, targets: everyone, destination, visibility: rulesFor('hidden', 'everyone', 'nobody') },
  {
    id: 'local',
    source,
    targets: named,
    destination: { folder: { default: 'Company', de: 'Firma' } },
    existing: 'adoptInFolder',
  },
  {
    id: 'operated',
    source,
    targets: everyone,
    destination,
    operators: ['everyone@contoso.example', 'desk@contoso.example'],
  },
  {
    id: 'owned',
    source,
    targets: everyone,
    destination,
    owners: { from: 'userField1', unassigned: ['ada@contoso.example'] },
  },
  {
    id: 'unowned',
    source,
    targets: everyone,
    destination,
    owners: { from: 'userField1', unassigned: ['directory@contoso.example'] },
  },
  { id: 'stranger', source, targets: { mailboxes: ['stranger@contoso.example'] }, destination },
];
const graphSteps = [
  'source mailbox',
  'source folder "Staff"',
  'delta query "Staff"',
  'source folder "Partners/Lawyers"',
  'delta query "Partners/Lawyers"',
  'group everyone@contoso.example',
  'target mailbox',
  'target folder',
  'write permission',
];
const schedules = ['SYNC_SCHEDULE', 'FULL_RECONCILE_SCHEDULE'];
const serviceSteps = ['Table Storage', 'Service Bus', 'webhook address', 'notices'];

let world: World;
let host: Host;
let directory: string;
let ada: string;

beforeAll(async () => {
  world = await startWorld({ lists });
  const { graph } = world;
  directory = await graph.addUser('directory');
  ada = await graph.addUser('ada');
  await graph.addGroup('everyone', [ada]);
  await graph.addFolder(directory, 'Staff');
  await graph.addFolder(directory, 'Partners/Lawyers');
  await graph.addFolder(directory, 'Kunden');
  await graph.call('POST', `/users/${directory}/contactFolders`, { displayName: 'HR/Legal' });
  await graph.control('POST', `/mailboxes/${directory}/folderNames`, { contacts: 'Kontakte' });
  await graph.addGroup('hidden', []);
  host = await world.startHost();
});

beforeEach(() => world.graph.control('DELETE', '/counters'));

afterEach(async () => {
  await world.graph.control('DELETE', '/faults');
  await Promise.all([directory, ada].map(id => setState(id, 'ok')));
});

afterAll(() => world?.stop());

function setState(mailbox: string, state: string): Promise<unknown> {
  return world.graph.control('POST', `/mailboxes/${mailbox}/state`, { state });
}

function fail(match: object, fault: object): Promise<unknown> {
  return world.graph.control('POST', '/faults', { match, fault });
}

async function testList(list: string, at = host): Promise<ConnectionStep[]> {
  const answer = await at.call('GET', `/api/lists/${list}/connection-test`);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { steps: ConnectionStep[] }).steps;
}

function failedSteps(steps: readonly ConnectionStep[]): ConnectionStep[] {
  return steps.filter(({ ok, detail }) => !ok && !detail.startsWith('Not tried'));
}

/** By name, those that say that they were not tried. */
function notTried(steps: readonly ConnectionStep[]): string[] {
  return steps.filter(({ ok, detail }) => !ok && detail.startsWith('Not tried')).map(({ name }) => name);
}

/** Requests that may change something, by route; the batches that a test makes itself are none of the app's. */
async function writes(): Promise<Record<string, number>> {
  const { byRoute } = await world.graph.control<{ byRoute: Record<string, number> }>('GET', '/counters');
  return Object.fromEntries(Object.entries(byRoute).filter(([route]) => !route.startsWith('GET ')));
}

test('when all is well every step says so, and nothing was written', async () => {
  const before = [await world.graph.call('GET', `/users/${ada}/contactFolders`)];

  const steps = await testList('staff');

  expect(steps.map(({ name }) => name)).toEqual(['settings', ...schedules, 'token', ...graphSteps, ...serviceSteps]);
  expect(steps.filter(({ ok }) => !ok)).toEqual([]);
  expect(steps.find(({ name }) => name === 'write permission')?.detail).toMatch(/Inferred/);
  expect(steps.find(({ name }) => name === 'target folder')?.detail).toMatch(/first sync makes it/);
  expect(steps.find(({ name }) => name === 'webhook address')?.detail).toMatch(/WEBHOOK_URL is not set/);
  expect(await writes()).toEqual({ 'PATCH /users/{id}/contacts/{id}': 1 });
  expect([await world.graph.call('GET', `/users/${ada}/contactFolders`)]).toEqual(before);
});

test('a mailbox that is named, and the default folder as a source', async () => {
  const steps = await testList('named');
  expect(steps.filter(({ ok }) => !ok)).toEqual([]);
  expect(steps.map(({ name }) => name)).toContain('source folder "contacts"');
});

test('a paused list is tested, and says that it is paused', async () => {
  const [settings, ...others] = await testList('paused');
  expect(settings).toMatchObject({ ok: true, detail: expect.stringMatching(/paused/) });
  expect(others.every(({ ok }) => ok)).toBe(true);
});

test('a refused list says its faults, and what does not depend on them is tested', async () => {
  const steps = await testList('refused');
  expect(steps.map(({ name, ok }) => [name, ok])).toEqual([
    ['settings', false],
    ...schedules.map(name => [name, true]),
    ['token', true],
    ...serviceSteps.map(name => [name, true]),
  ]);
  expect(steps[0]).toMatchObject({
    detail: expect.stringMatching(/destination\.folder/),
    remedy: 'Mend the settings of the list',
  });
});

test('the next times of the schedules, a range that is not what it seems, and whether notices can be mailed, without sending one', async () => {
  const mail = { NOTIFY_MAIL_FROM: 'directory@contoso.example', NOTIFY_MAIL_TO: 'it@contoso.example' };
  const other = await world.startHost({ FULL_RECONCILE_SCHEDULE: '0 0 3 1 1 Fri-Sun', ...mail });
  const steps = await testList('named', other);
  expect(await world.graph.control('GET', '/mail')).toEqual([]);
  expect((await other.call('POST', '/api/notices/test')).status).toBe(200);
  await other.stop();
  const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`;
  expect(steps.find(({ name }) => name === 'SYNC_SCHEDULE')).toMatchObject({
    ok: true,
    detail: expect.stringMatching(new RegExp(`^Comes next at \\(UTC\\): ${time}, ${time}, ${time}$`)),
  });
  expect(failedSteps(steps)).toMatchObject([
    { name: 'FULL_RECONCILE_SCHEDULE', detail: expect.stringMatching(/"Fri-Sun" for Sun-Fri; .* write Fri-Sat,Sun/) },
  ]);
  expect(other.errors()).toMatch(/FULL_RECONCILE_SCHEDULE "0 0 3 1 1 Fri-Sun" is not what it seems/);
  expect(other.errors()).toMatch(new RegExp(`FULL_RECONCILE_SCHEDULE ".*" comes next at \\(UTC\\): ${time}, ${time}`));
  expect(steps.at(-1)).toMatchObject({ name: 'notices by mail', ok: true });
  expect(await world.graph.control('GET', '/mail')).toMatchObject([
    { from: mail.NOTIFY_MAIL_FROM, message: { subject: 'Contact Folder Sync: a test' } },
  ]);
});

test('a list that is not there is not found', async () => {
  const answer = await host.call('GET', '/api/lists/nothing/connection-test');
  expect(answer.status).toBe(404);
});

describe('Graph', () => {
  test.each([
    ['users', '/users/[^/]+$', 'User.Read.All', 'source mailbox'],
    ['groups', '/transitiveMembers', 'GroupMember.Read.All', 'group everyone@contoso.example'],
  ])('without consent to read %s names the permission and the command', async (_, path, permission, name) => {
    await fail({ method: 'GET', path }, { status: 403, code: 'Authorization_RequestDenied' });
    const steps = await testList('staff');
    const [failed, ...more] = failedSteps(steps);
    expect(more).toEqual([]);
    expect(failed).toMatchObject({ name, detail: expect.stringContaining(`${permission} is missing`) });
    expect(failed?.remedy).toMatch(/az rest --method POST .*appRoleAssignments/);
    expect(notTried(steps)).toEqual(
      name === 'source mailbox' ? graphSteps.slice(1, 5) : ['target mailbox', 'target folder', 'write permission'],
    );
  });

  test('whose access is denied in the source: consent or the scope of RBAC for Applications', async () => {
    const denied = {
      status: 403,
      code: 'ErrorAccessDenied',
      message: 'Access is denied. Check credentials and try again.',
    };
    await fail({ mailbox: directory, path: '/contactFolders' }, denied);
    const [failed] = failedSteps(await testList('staff'));
    expect(failed).toMatchObject({
      name: 'source mailbox',
      detail: expect.stringMatching(/403 ErrorAccessDenied.*consent.*RBAC/),
    });
    expect(failed?.remedy).toContain(`-Resource ${source.mailbox}`);
    expect(failed?.remedy).toContain('Test-ServicePrincipalAuthorization');
  });

  test('that an application access policy blocks is told apart', async () => {
    await setState(ada, 'accessDenied');
    const steps = await testList('named');
    expect(failedSteps(steps)).toMatchObject([
      {
        name: 'target mailbox',
        detail: expect.stringMatching(/application access policy/),
        remedy: expect.stringContaining('Test-ApplicationAccessPolicy'),
      },
    ]);
    expect(notTried(steps)).toEqual(['target folder', 'write permission']);
  });

  test('that lets the app read and not write a target', async () => {
    await fail({ method: 'PATCH' }, { status: 403, code: 'ErrorAccessDenied', message: 'Access is denied.' });
    const steps = await testList('staff');
    expect(failedSteps(steps)).toMatchObject([
      { name: 'write permission', detail: expect.stringMatching(/Contacts\.ReadWrite/) },
    ]);
    expect(notTried(steps)).toEqual([]);
  });

  test('that does not say whether the app may write is not taken for a yes', async () => {
    await fail({ method: 'PATCH' }, { status: 500, code: 'InternalServerError' });
    expect(failedSteps(await testList('staff'))).toMatchObject([{ name: 'write permission' }]);
  });

  test('that knows no such source mailbox', async () => {
    const steps = await testList('ghost');
    expect(failedSteps(steps)).toMatchObject([
      { name: 'source mailbox', detail: expect.stringMatching(/no user ghost@contoso\.example/) },
    ]);
    expect(notTried(steps)).toHaveLength(4);
  });

  test('that knows no such target mailbox', async () => {
    expect(failedSteps(await testList('stranger'))).toMatchObject([
      { name: 'target mailbox', remedy: expect.stringMatching(/targets\.mailboxes/) },
    ]);
  });

  test('a folder that is misspelt: says where the path ends and what is there, and tests the others', async () => {
    const steps = await testList('misspelt');
    expect(failedSteps(steps)).toMatchObject([
      { name: 'source folder "Partners/Lawers"', detail: expect.stringMatching(/In "Partners".*"Lawers".*"Lawyers"/) },
    ]);
    expect(notTried(steps)).toEqual(['delta query "Partners/Lawers"']);
    expect(steps.find(({ name }) => name === 'delta query "Staff"')?.ok).toBe(true);
  });

  test('a folder in a mailbox that has none', async () => {
    expect(failedSteps(await testList('bare'))).toMatchObject([
      { detail: 'At the top of the mailbox there is no contact folder "Staff", nor any other' },
    ]);
  });

  test('a group of operators that is not there, which hinders nothing else', async () => {
    const steps = await testList('operated');
    expect(failedSteps(steps)).toMatchObject([
      { name: 'group desk@contoso.example', remedy: expect.stringMatching(/^Check operators against/) },
    ]);
    expect(notTried(steps)).toEqual([]);
  });

  test('a group that is not there', async () => {
    const steps = await testList('nobody');
    expect(failedSteps(steps)).toMatchObject([
      { name: 'group nobody@contoso.example', remedy: expect.stringMatching(/targets\.groups/) },
    ]);
    expect(notTried(steps)).toEqual(['target mailbox', 'target folder', 'write permission']);
  });

  test('a group of a rule that is not there, which the other groups and the target mailbox do not wait for', async () => {
    const steps = await testList('ruled');
    const groups = steps.filter(({ name }) => name.startsWith('group '));
    expect(groups.map(({ name, ok }) => [name, ok])).toEqual([
      ['group everyone@contoso.example', true],
      ['group hidden@contoso.example', true],
      ['group everyone@contoso.example', true],
      ['group nobody@contoso.example', false],
    ]);
    expect(groups[1]?.remedy).toMatch(/Member\.Read\.Hidden/);
    expect(groups[3]?.remedy).toMatch(/^Check visibility\[2\]\.to\.groups against/);
    expect(steps.find(({ name }) => name === 'target addresses')?.detail).toBe('Each of the 3 leads to a user');
    expect(failedSteps(steps).map(({ name }) => name)).toEqual(['group nobody@contoso.example']);
    expect(notTried(steps)).toEqual([]);
  });

  test('addresses among others that lead to nobody are named, and one that leads to a mailbox stands for all', async () => {
    const steps = await testList('mixed');
    const wrong = steps.find(({ name }) => name === 'target addresses');
    expect(wrong).toMatchObject({ ok: false, detail: expect.stringContaining('2 of 3') });
    expect(wrong?.detail).toContain('targets.mailboxes[0] ("nobody1@contoso.example")');
    expect(wrong?.detail).toContain('targets.mailboxes[2] ("nobody2@contoso.example")');
    expect(steps.find(({ name }) => name === 'write permission')?.ok).toBe(true);
  });

  test('the folder by the language of the user, with how many contacts are looked at', async () => {
    const step = async () => (await testList('local')).find(({ name }) => name === 'target folder')?.detail;
    expect(await step()).toMatch(/^The folder "Company", .* is not there yet/);
    await world.graph.call('PATCH', `/users/${ada}`, { preferredLanguage: 'de-AT' });
    const folder = await world.graph.addFolder(ada, 'Firma');
    for (const displayName of ['Ben', 'Eve']) {
      await world.graph.call('POST', `/users/${ada}/contactFolders/${folder}/contacts`, { displayName });
    }
    expect(await step()).toMatch(/^The folder "Firma", .* is there, with 2 contacts: .* taken over/);
  });

  test('the default folder by its local name is found: says what lasts; a slash in a name is written otherwise', async () => {
    const steps = await testList('mixed');
    expect(steps.find(({ name }) => name === 'source folder "Kontakte/Kunden"')).toMatchObject({
      ok: true,
      detail: expect.stringContaining('"Kontakte" is the default folder'),
      remedy: expect.stringContaining('write "contacts/Kunden"'),
    });
    expect(steps.find(({ name }) => name === 'delta query "HR~1Legal"')?.ok).toBe(true);
  });

  test('a group that reads as empty: its members may be hidden', async () => {
    const steps = await testList('hidden');
    expect(steps.find(({ name }) => name.startsWith('group'))).toMatchObject({
      ok: true,
      detail: expect.stringContaining('has 0 users'),
      remedy: expect.stringContaining('Member.Read.Hidden'),
    });
  });

  test('a mailbox for contacts without an owner that is no target', async () => {
    expect(failedSteps(await testList('owned'))).toEqual([]);
    expect(failedSteps(await testList('unowned'))).toMatchObject([
      { name: 'owners.unassigned', detail: expect.stringContaining('owners.unassigned[0] ("directory@contoso') },
    ]);
  });

  test('a target without a mailbox, or with one on premises', async () => {
    await setState(ada, 'notEnabled');
    expect(failedSteps(await testList('staff'))).toMatchObject([
      {
        name: 'target mailbox',
        detail: expect.stringMatching(/MailboxNotEnabledForRESTAPI.*on premises/),
        remedy: expect.stringContaining(`Get-Recipient -Identity ${ada}`),
      },
    ]);
  });

  test('a full source mailbox: the app can do without delta queries', async () => {
    await setState(directory, 'overQuota');
    const steps = await testList('staff');
    const delta = steps.find(({ name }) => name === 'delta query "Staff"');
    expect(delta).toMatchObject({ ok: true, detail: expect.stringMatching(/full/), remedy: expect.any(String) });
  });
});

describe('an app', () => {
  /** A proxy before what the setting names, and the setting that leads through it. */
  async function throughProxy(setting: string, pattern: RegExp): Promise<[ConnectionProxy, Record<string, string>]> {
    const value = world.settings()[setting] ?? '';
    const proxy = await startProxy(Number(pattern.exec(value)?.[1]));
    return [proxy, { [setting]: value.replace(pattern, match => match.replace(/\d+$/, String(proxy.port))) }];
  }

  test('without a token tries nothing that needs one', async () => {
    const other = await world.startHost({ IDENTITY_HEADER: 'wrong' });
    const steps = await testList('staff', other);
    await other.stop();
    expect(failedSteps(steps)).toMatchObject([{ name: 'token', remedy: expect.stringMatching(/GRAPH_CLIENT_ID/) }]);
    expect(notTried(steps)).toEqual(graphSteps);
    expect(steps.slice(-3).every(({ ok }) => ok)).toBe(true);
  });

  test('whose token Entra refuses shows the code in the run, the list and the log', async () => {
    const entra = createServer((_request, response) => {
      const refusal = { error: 'invalid_request', error_description: 'AADSTS700016: Application x was not found' };
      response.writeHead(400, { 'Content-Type': 'application/json' }).end(JSON.stringify(refusal));
    }).listen(0, '127.0.0.1');
    await once(entra, 'listening');
    const { port } = entra.address() as AddressInfo;
    const other = await world.startHost({ IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/token` });
    const run = await other.runSchedule();
    const list = await (await other.call('GET', '/api/lists/named')).json();
    const steps = await testList('named', other);
    await other.stop();
    entra.close();
    const code = 'AADSTS700016';
    expect(run.problems).toContainEqual(expect.objectContaining({ list: 'named', code }));
    expect(list).toMatchObject({ state: 'error', problem: { code, detail: expect.stringContaining('No token') } });
    expect(failedSteps(steps)).toMatchObject([{ name: 'token', detail: expect.stringContaining(code) }]);
    expect(other.errors()).toMatch(new RegExp(`A list has a problem.*named.*${code}`));
    expect(other.errors()).not.toContain('was not found');
  });

  test('that cannot reach Table Storage, or Service Bus', async () => {
    const [tables, settingOfTables] = await throughProxy(
      'TABLES_CONNECTION',
      /TableEndpoint=http:\/\/127\.0\.0\.1:(\d+)/,
    );
    const [bus, settingOfBus] = await throughProxy('ServiceBusConnection', /Endpoint=sb:\/\/127\.0\.0\.1:(\d+)/);
    const other = await world.startHost({ ...settingOfTables, ...settingOfBus });
    tables.cut();
    expect(failedSteps(await testList('staff', other))).toMatchObject([
      { name: 'Table Storage', remedy: expect.stringMatching(/TABLES_CONNECTION/) },
    ]);
    tables.restore();
    bus.cut();
    expect(failedSteps(await testList('staff', other))).toMatchObject([
      { name: 'Service Bus', remedy: expect.any(String) },
    ]);
    await other.kill();
    await Promise.all([tables.close(), bus.close()]);
  });

  test('whose webhook address leads elsewhere', async () => {
    world.configure({ WEBHOOK_URL: world.graphUrl, CLIENT_STATE: 'a secret of this test' });
    const other = await world.startHost();
    const steps = await testList('named', other);
    await other.stop();
    expect(failedSteps(steps)).toMatchObject([
      {
        name: 'webhook address',
        detail: expect.stringMatching(/Something else/),
        remedy: expect.stringMatching(/WEBHOOK_URL/),
      },
    ]);
  });

  test('whose webhook address leads to itself', async () => {
    world.configure({ WEBHOOK_URL: host.url, CLIENT_STATE: 'a secret of this test' });
    const other = await world.startHost();
    const steps = await testList('named', other);
    await other.stop();
    expect(steps.find(({ name }) => name === 'webhook address')).toMatchObject({ ok: true });
  });
});
