import { type Access, hasAccess, isRole, roles } from '../../shared/api/roles.ts';
import { connectTables } from '../../shared/store/tables/tables.ts';
import { signInSettings } from '../local/sample-tenant/samplePeople.ts';
import { addContact } from '../world/contactRows.ts';
import { startTablesProxy, type TablesProxy } from '../world/tablesProxy.ts';
import { type Host, startWorld, type World } from '../world/world.ts';
import { bodyPropertiesOf, generateRequests } from './generatedRequests.ts';
import { type Operation, readOpenApi } from './openApiDocument.ts';
import { type RawAnswer, type RawRequest, sendRaw } from './rawRequest.ts';

const source = { mailbox: 'quillsource@contoso.example', folders: ['Staff'] };
const targets = { groups: ['everyone@contoso.example'] };
const lists = [
  { id: 'staff', source, targets, destination: { folder: 'Staff list' } },
  { id: 'quiet', enabled: false, source, targets, destination: { folder: 'Quiet' } },
];
const contacts = [
  {
    displayName: 'Zoraida Quillfeather',
    mobilePhone: '+44 7700 900123',
    emailAddresses: [{ address: 'zoraida@quillfeather.example', name: 'Zoraida' }],
  },
  { displayName: "Conán O'Hanrahan", personalNotes: 'likes-marmalade', businessPhones: ['+44 20 7946 0999'] },
];
/** What no log and no error may hold. */
const personal = [
  ...['contoso.example', 'quillfeather', 'zoraida', 'hanrahan', 'marmalade', '900123', '0999'],
  ...['ghostwriter', "o'ada"],
];
/** What says more of the inside than anybody needs. */
const inside = [
  /\bat .*[(/]\S+:\d+:\d+/,
  /node_modules|\.[cm]?[jt]s\b|dist\//,
  /127\.0\.0\.1|localhost|ECONN/,
  /AccountKey|SharedAccess|EndpointSuffix|UseDevelopment/i,
];

/** One of each role, and one without. */
const people = [...roles, undefined].map((role, index) => ({
  name: 'Zoraida Quillfeather',
  address: 'zoraida@quillfeather.example',
  objectId: `00000000-0000-4000-8000-00000000000${index}`,
  roles: role === undefined ? [] : [role],
}));

let world: World;
let host: Host;
let key: string;
let directory: string;
let folder: string;
let ada: string;
/** Those that a function key opens. */
let operations: readonly Operation[];
/** Those of the console. */
let consoleOperations: readonly Operation[];
const refusals: RawAnswer[] = [];

beforeAll(async () => {
  world = await startWorld({ lists, settings: signInSettings(people) });
  const { graph } = world;
  directory = await graph.addUser('quillsource');
  ada = await graph.addUser('ada');
  await graph.addUser("o'ada");
  await graph.addGroup('everyone', [ada]);
  folder = await graph.addFolder(directory, 'Staff');
  for (const contact of contacts) await addContact(graph, directory, folder, contact);
  key = world.settings().LOCAL_FUNCTION_KEY ?? '';
  host = await world.startHost();
  await host.resync();
  const described = readOpenApi(await (await host.call('GET', '/api/openapi.json')).json()).operations;
  operations = described.filter(({ servers }) => servers === undefined);
  consoleOperations = described.filter(({ security }) => security?.length !== 0);
});

afterAll(() => world?.stop());

/** With the key unless it has its own headers; whatever is refused is looked through in the end. */
async function send(request: RawRequest, to: Host = host): Promise<RawAnswer> {
  const headers = { 'x-functions-key': key, 'Content-Type': 'application/json', ...request.headers };
  const answer = await sendRaw(to.url, { ...request, headers });
  if (answer.status >= 400) refusals.push(answer);
  return answer;
}

function post(path: string, body: unknown): Promise<RawAnswer> {
  return send({ method: 'POST', path, body: JSON.stringify(body) });
}

function takesJson({ requestBody }: Operation): boolean {
  return requestBody?.content['application/json'] !== undefined;
}

/** Requests that reached Graph meanwhile, by method and route. */
async function graphRequestsOf(work: () => Promise<void>): Promise<string[]> {
  await world.graph.control('DELETE', '/counters');
  await work();
  const { byRoute } = await world.graph.control<{ byRoute: Record<string, number> }>('GET', '/counters');
  return Object.keys(byRoute);
}

const bodies: Record<string, unknown> = {
  findMailbox: { address: 'ghostwriter@contoso.example' },
  decideHold: { decision: 'approve', removals: 5 },
  explain: { mailbox: '00000000-0000-0000-0000-000000000000', contact: 'key' },
};

function requestOf({ operationId, method, path }: Operation, parameters: Readonly<Record<string, string>>): RawRequest {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => parameters[name] ?? '');
  return {
    method,
    path: `/api${filled}`,
    ...(method === 'GET' ? {} : { body: JSON.stringify(bodies[operationId] ?? {}) }),
  };
}

describe('the function key', () => {
  const keys: [string, (right: string) => { path?: string; headers: Record<string, string> }][] = [
    ['none', () => ({ headers: {} })],
    ['an empty one', () => ({ headers: { 'x-functions-key': '' } })],
    ['a wrong one', () => ({ headers: { 'x-functions-key': 'wrong' } })],
    ['its beginning', right => ({ headers: { 'x-functions-key': right.slice(0, -1) } })],
    ['in other letters', right => ({ headers: { 'x-functions-key': right.toUpperCase() } })],
    ['a wrong one in the query', () => ({ path: '?code=wrong', headers: {} })],
    ['as a bearer token', right => ({ headers: { Authorization: `Bearer ${right}` } })],
  ];

  test.each(keys)('opens nothing but the health: %s', async (_what, give) => {
    const opened: string[] = [];
    for (const operation of operations) {
      const request = requestOf(operation, { list: 'staff', mailbox: ada, id: 'x' });
      const { path = '', headers } = give(key);
      const answer = await sendRaw(host.url, { ...request, path: request.path + path, headers });
      if (answer.status !== 401 || answer.text !== '') opened.push(`${operation.operationId}: ${answer.status}`);
    }
    expect(opened).toEqual(['health: 200']);
  });

  test('opens every route, in the header and in the query', async () => {
    expect((await sendRaw(host.url, { method: 'GET', path: `/api/lists?code=${key}` })).status).toBe(200);
    expect((await send({ method: 'GET', path: '/api/lists' })).status).toBe(200);
  });
});

describe('the console', () => {
  const ownHeader = { 'x-requested-with': 'contact-folder-sync' };
  /** Lists and mailboxes that are not there: whoever gets that far changes nothing. */
  const nowhere = { list: 'none', mailbox: '00000000-0000-0000-0000-000000000000', id: 'x', name: 'source' };

  function ask(operation: Operation, headers: Record<string, string>): Promise<RawAnswer> {
    const { path, ...request } = requestOf(operation, nowhere);
    const sent = { 'Content-Type': 'application/json', ...ownHeader, ...headers };
    return sendRaw(host.url, { ...request, path: path.replace('/api/', '/api/console/api/'), headers: sent });
  }

  function cookieOf(person: (typeof people)[number] | undefined): Record<string, string> {
    return person ? { cookie: `AppServiceAuthSession=${person.objectId}` } : {};
  }

  /** As the description says it. */
  function accessOf({ description = '' }: Operation): Access {
    const [, role = ''] = /the role (\w+)$/.exec(description) ?? [];
    return isRole(role) ? role : 'employee';
  }

  test('every route is open to the roles that its description names and to nobody else', async () => {
    const wrong: string[] = [];
    for (const operation of consoleOperations) {
      for (const person of [undefined, ...people]) {
        const { status, text } = await ask(operation, cookieOf(person));
        const allowed = person !== undefined && hasAccess(accessOf(operation), person.roles);
        const refusal = person === undefined ? 401 : 403;
        const isRight = allowed ? status !== 401 && status !== 403 && status < 500 : status === refusal;
        if (!isRight) wrong.push(`${operation.operationId} for ${person?.roles ?? 'nobody'}: ${status} ${text}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(new Set(consoleOperations.map(accessOf))).toEqual(new Set(['employee', ...roles]));
  });

  test('what others may do is not for whoever comes with a forged principal, or with a function key', async () => {
    const claims = [
      ['tid', world.settings().CONSOLE_TENANT_ID ?? ''],
      ['oid', people[0]?.objectId ?? ''],
      ['roles', 'Admin'],
    ].map(([typ, val]) => ({ typ, val }));
    const principal = Buffer.from(JSON.stringify({ auth_typ: 'aad', claims })).toString('base64');
    const forged = { 'X-MS-CLIENT-PRINCIPAL': principal, 'x-ms-client-principal-idp': 'aad', 'x-functions-key': key };
    const opened: string[] = [];
    for (const operation of consoleOperations) {
      const { status, type } = await ask(operation, forged);
      if (status !== 401 || type !== 'application/problem+json') opened.push(`${operation.operationId}: ${status}`);
    }
    expect(opened).toEqual([]);
  });

  test('whoever is signed in opens nothing that asks for a function key', async () => {
    const request = { method: 'GET', path: '/api/lists', headers: { ...ownHeader, ...cookieOf(people.at(2)) } };
    expect((await sendRaw(host.url, request)).status).toBe(401);
  });

  test('nothing is changed for a page of another site', async () => {
    const wrong: string[] = [];
    for (const operation of consoleOperations.filter(({ method }) => method !== 'GET')) {
      const { status, text } = await ask(operation, { ...cookieOf(people.at(2)), 'x-requested-with': '' });
      if (status !== 403 || !text.includes('x-requested-with')) wrong.push(`${operation.operationId}: ${status}`);
    }
    expect(wrong).toEqual([]);
  });
});

/** As they are in a path, byte for byte. */
const hostileSegments = [
  ...['..', '.', '%2e%2e', '%2E', '%252e%252e', '..%2F..%2Fusers', '..%5C..', '%2F', '%252F', 'staff%2F..%2Fquiet'],
  ...[
    'staff%252Fmailboxes',
    'staff%00',
    '%00',
    'staff%20',
    '%20',
    'staff%0d%0aX-Injected:%201',
    'staff%3Fx=1',
    'staff%23x',
  ],
  ...['%27', "staff'", "x'%20or%20'1'%20eq%20'1", "x'%29%20or%20true", '%22', '%60', '*', '%25'],
  ...[
    '$lists',
    '$pending',
    '$batch',
    '$metadata',
    '{list}',
    'STAFF',
    'st%C3%A4ff',
    '%F0%9F%98%80',
    '__proto__',
    'constructor',
  ],
  ...['checkpoint', 'summary', 'null', 'undefined', '-', '0', 'a'.repeat(129), 'a'.repeat(6_000)],
];

test.each(hostileSegments)('an id like %.40s leads nowhere', async segment => {
  const wrong: string[] = [];
  const parameters = ['list', 'mailbox', 'id'];
  const routes = await graphRequestsOf(async () => {
    for (const operation of operations.filter(({ path }) => path.includes('{'))) {
      for (const name of parameters.filter(each => operation.path.includes(`{${each}}`))) {
        // Names of nobody are no business of this test: they are ids as good as any.
        if (name === 'mailbox' && /^[A-Za-z0-9-]{1,128}$/.test(segment)) continue;
        const request = requestOf(operation, { list: 'staff', mailbox: ada, [name]: segment });
        const { status } = await send(request);
        if (status < 400 || status >= 500) wrong.push(`${request.method} ${request.path.slice(0, 80)}: ${status}`);
      }
    }
  });
  expect(wrong).toEqual([]);
  expect(routes).toEqual([]);
});

test.each(['%ff', '%E0%80%AF', '%', '%zz'])('a path with %s, which is no text, is refused', async segment => {
  // By the host, before the app sees it.
  const { status } = await sendRaw(host.url, {
    method: 'GET',
    path: `/api/lists/${segment}`,
    headers: { 'x-functions-key': key },
  });
  expect(Math.floor(status / 100)).toBe(4);
});

test('the id of a user who does not exist is not found, and asked for as that', async () => {
  const routes = await graphRequestsOf(async () => {
    for (const mailbox of ['contacts', 'me', '0', 'a'.repeat(128)]) {
      expect((await send({ method: 'GET', path: `/api/mailboxes/${mailbox}` })).status).toBe(404);
      expect((await send({ method: 'GET', path: `/api/mailboxes/${mailbox}/folders` })).status).toBe(404);
    }
  });
  const folders = '/users/{id}/contactFolders';
  expect(routes.filter(route => route !== `GET ${folders}` && route !== `GET ${folders}/{id}`)).toEqual([]);
});

const hostileNames: readonly unknown[] = [
  ...[
    '',
    '   ',
    '.',
    '..',
    '../groups',
    'users/ada',
    '/v1.0/groups',
    '\\\\server',
    'ada',
    '$batch',
    '*',
    '?',
    '#',
    '%2e%2e',
  ],
  ...["x' or mail eq 'ada@contoso.example", "x@contoso.example' or mail ne '", "') or startswith(mail,'ada", "'", '"'],
  ...['ada@contoso.example/contacts', 'ada@contoso.example/../../groups', 'ada@contoso.example?$expand=manager'],
  ...['ada@contoso.example#', 'ada@contoso.example%2Fcontacts', 'ada@contoso.example&$top=1', 'ada@@contoso.example'],
  ...[
    'ada\u0000@contoso.example',
    '\u0000',
    'ada@contoso.example\r\nX: 1',
    'ada @contoso.example',
    '<ada@contoso.example>',
  ],
  ...[`${'x'.repeat(257)}@contoso.example`, `x@${'y'.repeat(400)}`, 'x'.repeat(5_000), 'http://attacker.example/@x'],
  ...[7, null, true, [], ['ada@contoso.example'], {}, { $ne: 1 }, { toString: 'x' }],
];

test.each(hostileNames.map(name => [name]))(
  'a mailbox named %j is refused or not found, and reaches no other part of Graph',
  async name => {
    const statuses: number[] = [];
    const routes = await graphRequestsOf(async () => {
      for (const { operationId, path } of operations) {
        const target = `/api${path.replace('{list}', 'staff')}`;
        if (operationId === 'findMailbox') statuses.push((await post(target, { address: name })).status);
        if (operationId === 'explain') statuses.push((await post(target, { mailbox: name, contact: 'key' })).status);
        if (['resync', 'resyncList', 'preview'].includes(operationId)) {
          statuses.push((await post(target, { mailbox: name })).status);
        }
      }
    });
    expect(statuses.length).toBeGreaterThanOrEqual(3);
    expect(statuses.filter(status => status !== 400 && status !== 404)).toEqual([]);
    expect(routes.filter(route => route !== 'GET /users/{id}' && route !== 'GET /users')).toEqual([]);
  },
);

test('an address with an apostrophe is that address and no end of a text', async () => {
  const found = await post('/api/mailboxes/find', { address: "o'ada@contoso.example" });
  expect([found.status, JSON.parse(found.text)]).toMatchObject([200, { lists: [] }]);
  expect(JSON.parse(found.text).id).not.toBe(ada);
  expect((await post('/api/mailboxes/find', { address: "o''ada@contoso.example" })).status).toBe(404);
});

describe('a body', () => {
  type Body = Pick<RawRequest, 'body' | 'headers'>;
  const hostileBodies: [string, number, Body][] = [
    ['that is too large', 413, { body: JSON.stringify({ mailbox: 'x'.repeat(300_000) }) }],
    ['that is too large and has no length', 413, { body: Array.from({ length: 300 }, () => ' '.repeat(1_000)) }],
    [
      'that is too large and of another type',
      413,
      { body: 'x'.repeat(300_000), headers: { 'Content-Type': 'text/plain' } },
    ],
    ['of a form', 415, { body: 'mailbox=x', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }],
    ['of plain text', 415, { body: '{}', headers: { 'Content-Type': 'text/plain' } }],
    ['of XML', 415, { body: '<a/>', headers: { 'Content-Type': 'application/xml' } }],
    ['of a type like JSON', 415, { body: '{}', headers: { 'Content-Type': 'application/jsonp' } }],
    ['that names JSON second', 415, { body: '{}', headers: { 'Content-Type': 'text/plain, application/json' } }],
    ['that is cut off', 400, { body: '{"mailbox": ' }],
    ['that is no JSON', 400, { body: 'mailbox' }],
    ['of bytes that are no text', 400, { body: Buffer.from([0xff, 0xfe, 0x00, 0x7b]) }],
    ['of NUL bytes', 400, { body: Buffer.alloc(100) }],
    ['of nothing but brackets', 400, { body: '['.repeat(9_000) }],
    ['that is a list', 400, { body: '[]' }],
    ['that is null', 400, { body: 'null' }],
    ['that is a number', 400, { body: '7' }],
    ['with a member that is not known', 400, { body: '{"mailboxes": "x"}' }],
    ['that names a prototype', 400, { body: '{"__proto__": {"mailbox": "x"}}' }],
    ['that names a constructor', 400, { body: '{"constructor": {"prototype": {}}}' }],
    ['in UTF-16', 400, { body: Buffer.from('{}', 'utf16le') }],
  ];

  test.each(hostileBodies)('%s is refused with %i by every route that takes JSON', async (_what, status, body) => {
    const wrong: string[] = [];
    const routes = await graphRequestsOf(async () => {
      for (const operation of operations.filter(takesJson)) {
        const request = requestOf(operation, { list: 'staff', mailbox: ada, id: 'x' });
        const answer = await send({ ...request, ...body });
        if (answer.status !== status) wrong.push(`${operation.operationId}: ${answer.status}`);
      }
    });
    expect(wrong).toEqual([]);
    expect(routes).toEqual([]);
  });
});

const halfPair = /half of a character/;

test('half a surrogate pair in a body is refused by every route that takes JSON, and its place is named', async () => {
  const wrong: string[] = [];
  const routes = await graphRequestsOf(async () => {
    for (const operation of operations.filter(takesJson)) {
      const request = requestOf(operation, { list: 'staff', mailbox: ada, id: 'x' });
      for (const name of bodyPropertiesOf(operation)) {
        for (const text of ['\ud800', 'ada\udc00@contoso.example', '\udc00\ud800']) {
          const body = JSON.stringify({ ...JSON.parse(String(request.body)), [name]: text });
          const answer = await send({ ...request, body });
          const named = halfPair.test(answer.text) && answer.text.includes(name);
          if (answer.status !== 400 || !named) wrong.push(`${operation.operationId} ${name}: ${answer.status}`);
        }
      }
      const inName = await send({ ...request, body: '{"\\ud800": 1}' });
      if (inName.status !== 400 || !halfPair.test(inName.text)) wrong.push(`${operation.operationId}: a name`);
    }
  });
  expect(wrong).toEqual([]);
  expect(routes).toEqual([]);
});

test('a query and a path that are no text are refused', async () => {
  for (const path of ['lists/staff/mailboxes?state=%ED%A0%80', 'lists/staff/mailboxes?%ff=1', 'runs/%EF%BF%BD']) {
    const answer = await send({ method: 'GET', path: `/api/${path}` });
    expect([answer.status, answer.text]).toEqual([400, expect.stringMatching(halfPair)]);
  }
});

test.each([
  ...['limit=0', 'limit=-1', 'limit=1001', 'limit=1.5', 'limit=x', 'limit=1e9', 'limit=', 'state=', 'state=CURRENT'],
  ...['state=current%27', 'continuation=', 'continuation=x', 'continuation=..', 'continuation=%00', 'continuation=e30'],
  `continuation=${Buffer.from(JSON.stringify({ from: "a' or '1' eq '1" })).toString('base64url')}`,
  `continuation=${Buffer.from(JSON.stringify({ from: '../x' })).toString('base64url')}`,
  `continuation=${Buffer.from(JSON.stringify({ from: 'a', to: 'z' })).toString('base64url')}`,
  `continuation=${Buffer.from(JSON.stringify({ from: ['a'] })).toString('base64url')}`,
  `continuation=${'A'.repeat(3_000)}`,
])('a query %.60s is refused', async query => {
  const answer = await send({ method: 'GET', path: `/api/lists/staff/mailboxes?${query}` });
  expect([answer.status, answer.type]).toEqual([400, 'application/problem+json']);
});

test('a method that a route does not have is not found', async () => {
  for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']) {
    expect((await send({ method, path: '/api/lists/staff' })).status).toBe(404);
  }
  expect((await send({ method: 'POST', path: '/api/lists/staff' })).status).toBe(404);
  expect((await send({ method: 'GET', path: '/api/resync' })).status).toBe(404);
});

test('a Graph that fails is named by its code, without what it said', async () => {
  const fault = { status: 403, code: 'ErrorAccessDenied', message: "no right to 'zoraida@quillfeather.example'" };
  await world.graph.control('POST', '/faults', { match: { path: '/users' }, fault });
  try {
    const answer = await post('/api/mailboxes/find', { address: 'ghostwriter@contoso.example' });
    expect([answer.status, answer.type]).toEqual([503, 'application/problem+json']);
    expect(answer.text).toContain('ErrorAccessDenied');
  } finally {
    await world.graph.control('DELETE', '/faults');
  }
});

test('what Graph says of a contact that it refuses is in no run, no page and no table; the code and the property are', async () => {
  const { graph } = world;
  const fault = (code: string) => ({ status: 400, code, message: 'Ghostwriter 0999 has no emailAddresses' });
  const match = { method: 'POST', path: '/contacts', mailbox: ada, app: 'contact-folder-sync' };
  await graph.control('POST', '/faults', { match: { ...match, times: 1 }, fault: fault('ErrorInvalidProperty') });
  await graph.control('POST', '/faults', { match, fault: fault('ghostwriter 0999') });
  for (const displayName of ['Refused', 'Refused as well']) await addContact(graph, directory, folder, { displayName });
  const run = await host.resync({}, 'staff');
  await graph.control('DELETE', '/faults');
  expect(run.contacts.failed).toBe(2);
  const pages = ['runs', `runs/${run.id}`, 'lists', 'lists/staff', 'lists/staff/mailboxes', `mailboxes/${ada}`];
  const explained = await post('/api/lists/staff/explain', { mailbox: ada, contact: 'Refused' });
  const texts = [explained.text];
  for (const page of pages) texts.push((await send({ method: 'GET', path: `/api/${page}` })).text);
  const tables = connectTables({ connectionString: world.settings().TABLES_CONNECTION ?? '' });
  texts.push(JSON.stringify(await tables.mailboxes.query(ada)));
  texts.push(JSON.stringify(await tables.progress.query('staff')));
  texts.push(JSON.stringify(await tables.runs.query(run.id)));
  expect(texts.filter(text => /ghostwriter|0999 has/i.test(text))).toEqual([]);
  expect(explained.text).toMatch(/ErrorInvalidProperty.*emailAddresses/);
});

test('no request that can be made up is answered with a fault of the server', async () => {
  const seed = Date.now() % 2 ** 31;
  const values = {
    ...{ list: ['staff', 'quiet', 'none'], id: ['x'], state: ['current', 'failed'], limit: [1, 1000] },
    ...{ mailbox: [ada, 'ada@contoso.example', 'ghostwriter@contoso.example'], address: ['ada@contoso.example'] },
    ...{ kind: ['contacts', 'kept'], decision: ['approve', 'reject'], removals: [1], contact: ['Zoraida'] },
    ...{ continuation: ['eyJmcm9tIjoieCJ9'], text: ['z'], mode: ['incremental', 'full'] },
  };
  const requests = generateRequests(operations, { values, functionKey: key }, { seed, perInput: 25 });
  expect(requests.length).toBeGreaterThan(800);
  const queue = requests.values();
  const faults: string[] = [];
  const work = async () => {
    for (const request of queue) {
      // Not looked through for what was sent: the host itself repeats a path that it cannot read.
      const { status } = await sendRaw(host.url, request);
      if (status >= 500)
        faults.push(`seed ${seed}: ${status} for ${JSON.stringify({ ...request, headers: undefined })}`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  // Whoever sees one wants to know what the host said.
  if (faults.length > 0) faults.push(host.errors().slice(-5000));
  expect(faults).toEqual([]);
});

describe('without Table Storage and without App Service Authentication', () => {
  let tables: TablesProxy;
  let cutOff: Host;

  beforeAll(async () => {
    const { TABLES_CONNECTION = '' } = world.settings();
    const port = Number(/TableEndpoint=http:\/\/127\.0\.0\.1:(\d+)/.exec(TABLES_CONNECTION)?.[1]);
    tables = await startTablesProxy(port);
    cutOff = await world.startHost({
      TABLES_CONNECTION: TABLES_CONNECTION.replace(`:${port}`, `:${tables.port}`),
      WEBSITE_AUTH_ENABLED: 'false',
    });
    tables.fail(/./, 'refuse');
  });

  afterAll(() => tables?.close());

  test('there is no console', async () => {
    const cookie = `AppServiceAuthSession=${people.at(2)?.objectId}`;
    for (const path of ['/api/console/api/session', '/api/console/api/lists']) {
      expect((await sendRaw(cutOff.url, { method: 'GET', path, headers: { cookie } })).status).toBe(404);
    }
  });

  test('nothing of the storage is in an answer', async () => {
    const answers: number[] = [];
    for (const path of ['/api/lists', '/api/lists/staff', '/api/runs', `/api/mailboxes/${ada}`]) {
      const answer = await send({ method: 'GET', path }, cutOff);
      answers.push(answer.status);
      expect(JSON.parse(answer.text)).toEqual({ title: expect.any(String), status: 500, detail: expect.any(String) });
    }
    expect(answers).toEqual([500, 500, 500, 500]);
  });
});

test('no error says anything of a person, of the key or of the inside', () => {
  expect(refusals.length).toBeGreaterThan(500);
  const telling = refusals.filter(({ text }) => {
    const lower = text.toLowerCase();
    return personal.some(each => lower.includes(each)) || text.includes(key) || inside.some(each => each.test(text));
  });
  expect(telling.map(({ text }) => text)).toEqual([]);
  const other = refusals.filter(({ type, text }) => text !== '' && type !== 'application/problem+json');
  expect(other).toEqual([]);
});

test('the hosts have logged no address, no name and no key', () => {
  const logs = world.hosts.map(each => each.errors());
  expect(logs.map(log => /captureList: Succeeded|A request could not be handled/.test(log))).toEqual([true, true]);
  for (const log of logs) {
    const lower = log.toLowerCase();
    expect(personal.filter(each => lower.includes(each))).toEqual([]);
    expect(log.includes(key)).toBe(false);
    expect(log).not.toMatch(/AccountKey|SharedAccess/i);
  }
});
