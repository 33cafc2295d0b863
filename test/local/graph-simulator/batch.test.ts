import { startTestTenant, type TestTenant } from './testTenant.ts';

const json = { 'Content-Type': 'application/json' };

let tenant: TestTenant;
beforeEach(async () => {
  tenant = await startTestTenant();
});
afterEach(() => tenant.close());

function creates(count: number, user = tenant.ada, chained = false): object[] {
  return Array.from({ length: count }, (_, index) => ({
    id: String(index),
    method: 'POST',
    url: `${user}/contacts`,
    headers: json,
    body: { displayName: `Contact ${index}` },
    ...(chained && index > 0 ? { dependsOn: [String(index - 1)] } : {}),
  }));
}

/** Of each its id and what it depends on. */
function reads(requests: string[][]): object[] {
  return requests.map(([id, ...dependsOn]) => ({ id, method: 'GET', url: '/users', dependsOn }));
}

async function statuses(requests: object[]): Promise<number[]> {
  return [...(await tenant.batch(requests)).values()].map(answer => answer.status);
}

test('a batch answers 200 with the status, headers and body of each request', async () => {
  const answers = await tenant.batch([
    {
      id: 'new',
      method: 'POST',
      url: `${tenant.ada}/contacts`,
      headers: { ...json, Prefer: 'IdType="ImmutableId"' },
      body: { givenName: 'A' },
    },
    { id: 'missing', method: 'GET', url: '/users/nobody' },
  ]);
  const created = answers.get('new');
  expect(created?.status).toBe(201);
  expect(created?.body['@odata.etag']).toMatch(/^W\//);
  expect(created?.headers.get('preference-applied')).toBe('IdType="ImmutableId"');
  expect(answers.get('missing')?.body.error.code).toBe('Request_ResourceNotFound');
});

test("the envelope's Prefer does not reach the requests inside", async () => {
  const { id } = await tenant.newContact();
  const requests = [{ id: '1', method: 'GET', url: `${tenant.ada}/contacts/${id}` }];
  const answer = await tenant.graph('POST', '/$batch', { requests }, { headers: { Prefer: 'IdType="ImmutableId"' } });
  expect(answer.body.responses[0].body.id).not.toBe(id);
});

test.each<[string, object[]]>([
  ['more than 20 requests', Array.from({ length: 21 }, (_, id) => ({ id: `${id}`, method: 'GET', url: '/users' }))],
  ['an id twice', [1, 2].map(() => ({ id: '1', method: 'GET', url: '/users' }))],
  ['a batch in a batch', [{ id: '1', method: 'POST', url: '/$batch', headers: json, body: { requests: [] } }]],
  ['an absolute url', [{ id: '1', method: 'GET', url: 'https://graph.microsoft.com/v1.0/users' }]],
  ['an unknown dependency', [{ id: '1', method: 'GET', url: '/users', dependsOn: ['2'] }]],
  ['a dependency on a later request', reads([['1', '2'], ['2']])],
  ['a mixture of chained and free requests', reads([['1'], ['2', '1'], ['3']])],
  ['a body without its type', [{ id: '1', method: 'POST', url: '/users', body: {} }]],
  ['a write without a body', [{ id: '1', method: 'POST', url: '/users', headers: json }]],
  ['a write whose body is null', [{ id: '1', method: 'POST', url: '/users', headers: json, body: null }]],
  ['no requests', []],
])('%s is refused', async (_name, requests) => {
  const answer = await tenant.graph('POST', '/$batch', { requests });
  expect([answer.status, answer.body.error.code]).toEqual([400, 'BadRequest']);
});

test('what depends on a failed request is not tried and answers 424', async () => {
  const answers = await tenant.batch([
    { id: '1', method: 'GET', url: '/users/nobody' },
    { id: '2', method: 'POST', url: `${tenant.ada}/contacts`, headers: json, body: {}, dependsOn: ['1'] },
    { id: '3', method: 'POST', url: `${tenant.ada}/contacts`, headers: json, body: {}, dependsOn: ['2'] },
  ]);
  expect(['1', '2', '3'].map(id => answers.get(id)?.status)).toEqual([404, 424, 424]);
  expect((await tenant.graph('GET', `${tenant.ada}/contacts`)).body.value).toEqual([]);
});

test('several requests may wait for the same one, and a body that is null is none', async () => {
  const answers = await tenant.batch(reads([['1'], ['2', '1'], ['3', '1']]).map(each => ({ ...each, body: null })));
  expect(['1', '2', '3'].map(id => answers.get(id)?.status)).toEqual([200, 200, 200]);
});

test('chained requests run in order', async () => {
  await tenant.control('POST', '/latency', { milliseconds: 2 });
  const answers = await tenant.batch(creates(20, tenant.ada, true));
  expect([...answers.keys()]).toEqual(Array.from({ length: 20 }, (_, index) => String(index)));
});

test('a batch runs four at once, so one fits a mailbox and two do not', async () => {
  await tenant.control('POST', '/latency', { milliseconds: 25 });
  expect(new Set(await statuses(creates(20)))).toEqual(new Set([201]));
  const two = await Promise.all([tenant.batch(creates(20)), tenant.batch(creates(20))]);
  const refused = two.flatMap(answers => [...answers.values()]).filter(answer => answer.status === 429);
  expect(refused.length).toBeGreaterThan(0);
  for (const answer of refused) {
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(answer.body.error).toMatchObject({
      code: 'ApplicationThrottled',
      message: 'Application is over its MailboxConcurrency limit.',
    });
  }
});

test('four chained batches fit a mailbox, and different mailboxes do not disturb each other', async () => {
  await tenant.control('POST', '/latency', { milliseconds: 2 });
  const chained = await Promise.all([1, 2, 3, 4].map(() => statuses(creates(10, tenant.ada, true))));
  expect(new Set(chained.flat())).toEqual(new Set([201]));
  await tenant.control('POST', '/mailboxes', { count: 3, prefix: 'm' });
  const users = [0, 1, 2].map(index => `/users/m${index}@contoso.example`);
  const side = await Promise.all(users.map(user => statuses(creates(20, user))));
  expect(new Set(side.flat())).toEqual(new Set([201]));
});

test('answers come in the order of completion', async () => {
  await tenant.control('POST', '/faults', { match: { path: 'displayName' }, fault: { delayMilliseconds: 30 } });
  const answers = await tenant.batch([
    { id: 'slow', method: 'GET', url: '/users?$select=displayName' },
    { id: 'fast', method: 'GET', url: '/users?$select=id' },
  ]);
  expect([...answers.keys()]).toEqual(['fast', 'slow']);
});
