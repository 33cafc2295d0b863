import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Body, startTestTenant, type TestTenant } from './testTenant.ts';

let tenant: TestTenant;
afterEach(() => tenant.close());

describe('tokens', () => {
  beforeEach(async () => {
    tenant = await startTestTenant();
  });

  async function status(token: string | undefined): Promise<unknown[]> {
    const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    const response = await fetch(`${tenant.simulator.url}/v1.0/users`, { headers });
    const body = (await response.json()) as Body;
    return response.status === 200 ? [200] : [response.status, body.error.code];
  }

  test('a request needs a token of this simulator', async () => {
    const { access_token: token } = tenant.simulator.issueToken('x');
    expect(await status(token)).toEqual([200]);
    for (const wrong of [undefined, 'nonsense', `${token}x`]) {
      expect(await status(wrong)).toEqual([401, 'InvalidAuthenticationToken']);
    }
  });

  test("a token lasts an hour of the simulator's clock", async () => {
    const { body } = await tenant.control('GET', '/token?app=x');
    expect(body.expires_in).toBe(3600);
    tenant.advance(3_599_000);
    expect(await status(body.access_token)).toEqual([200]);
    await tenant.control('POST', '/clock', { advanceSeconds: 1 });
    expect(await status(body.access_token)).toEqual([401, 'InvalidAuthenticationToken']);
  });

  test('errors come in the envelope, with the ids in headers too', async () => {
    const headers = { 'client-request-id': 'mine' };
    const answer = await tenant.graph('GET', '/users/nobody', undefined, { headers });
    expect(answer.headers.get('request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get('client-request-id')).toBe('mine');
    expect(Object.keys(answer.body.error)).toEqual(['code', 'message', 'innerError']);
    expect(answer.body.error.innerError).toMatchObject({ 'client-request-id': 'mine', date: expect.any(String) });
  });
});

describe('throttling', () => {
  beforeEach(async () => {
    tenant = await startTestTenant();
  });

  test('a fifth request at once of one app to one mailbox is refused and does nothing', async () => {
    await tenant.control('POST', '/latency', { milliseconds: 200 });
    const create = (app: string) => tenant.graph('POST', `${tenant.ada}/contacts`, { displayName: 'X' }, { app });
    const [other, ...own] = await Promise.all([create('other'), ...[1, 2, 3, 4, 5].map(() => create('test'))]);
    expect(other?.status).toBe(201);
    expect(own.map(answer => answer.status).sort()).toEqual([201, 201, 201, 201, 429]);
    await tenant.control('POST', '/latency', { milliseconds: 0 });
    expect((await tenant.graph('GET', `${tenant.ada}/contacts`)).body.value).toHaveLength(5);
  });

  test('10,000 requests in ten minutes are the limit', async () => {
    const requests = Array.from({ length: 20 }, (_, id) => ({
      id: `${id}`,
      method: 'GET',
      url: `${tenant.ada}/contacts`,
    }));
    for (let batch = 0; batch < 500; batch += 1) await tenant.batch(requests);
    const refused = await tenant.graph('GET', `${tenant.ada}/contacts`);
    expect([refused.status, refused.body.error.code]).toEqual([429, 'ApplicationThrottled']);
    expect(refused.headers.get('retry-after')).toBe('600');
    const other = await tenant.graph('GET', `${tenant.ada}/contacts`, undefined, { app: 'other' });
    expect(other.status).toBe(200);
    tenant.advance(600_000);
    expect((await tenant.graph('GET', `${tenant.ada}/contacts`)).status).toBe(200);
  });
});

describe('counters', () => {
  beforeEach(async () => {
    tenant = await startTestTenant();
    await tenant.control('DELETE', '/counters');
  });

  test('count by app, mailbox and route; a batch by its requests', async () => {
    const { id } = await tenant.newContact();
    await tenant.batch([
      { id: '1', method: 'GET', url: `${tenant.ada}/contacts/${id}` },
      { id: '2', method: 'DELETE', url: `${tenant.ada}/contacts/${id}` },
    ]);
    await tenant.graph('GET', '/users', undefined, { app: 'other' });
    const { body } = await tenant.control('GET', '/counters');
    expect(body).toMatchObject({ requests: 4, roundTrips: 3, batches: 1, throttled: 0 });
    expect(body.byApp).toEqual({ test: { requests: 3, roundTrips: 2 }, other: { requests: 1, roundTrips: 1 } });
    expect(body.byMailbox[tenant.ada.slice('/users/'.length)]).toMatchObject({ requests: 3, reads: 1, writes: 2 });
    expect(body.byRoute).toEqual({
      'POST /users/{id}/contactFolders/{id}/contacts': 1,
      'GET /users/{id}/contacts/{id}': 1,
      'DELETE /users/{id}/contacts/{id}': 1,
      'GET /users': 1,
    });
  });

  test('times by mailbox are real: shifting the clock does not distort them', async () => {
    await tenant.newContact();
    await tenant.control('POST', '/clock', { advanceSeconds: 1000 });
    tenant.advance(250);
    await tenant.newContact();
    const counted = (await tenant.control('GET', '/counters')).body.byMailbox[tenant.ada.slice('/users/'.length)];
    expect(counted.lastAnswerAt - counted.firstRequestAt).toBe(250);
  });
});

test('the service time of writes is counted', async () => {
  tenant = await startTestTenant({ now: () => performance.timeOrigin + performance.now() });
  await tenant.control('POST', '/latency', { milliseconds: 20 });
  const headers = { 'Content-Type': 'application/json' };
  const request = (id: number) => ({ id: `${id}`, method: 'POST', url: `${tenant.ada}/contacts`, headers, body: {} });
  await tenant.batch([1, 2, 3, 4].map(request));
  const counted = (await tenant.control('GET', '/counters')).body.byMailbox[tenant.ada.slice('/users/'.length)];
  expect(counted.writes).toBe(4);
  expect(counted.writeBusyMilliseconds).toBeGreaterThan(75);
  expect(counted.lastAnswerAt - counted.firstRequestAt).toBeLessThan(counted.writeBusyMilliseconds);
});

test('the state file keeps users, groups, folders, contacts, tokens and delta links', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'graph-simulator-'));
  const stateFile = join(directory, 'tenant.jsonl');
  const now = () => Date.parse('2026-11-01T08:00:00Z');
  tenant = await startTestTenant({ stateFile, now });
  const folder = await tenant.newFolder('Staff');
  const contact = await tenant.newContact({ displayName: 'Kept 🎉' }, folder.id);
  await tenant.control('POST', '/mailboxes', { count: 2, prefix: 'kept', group: 'Kept' });
  const { ada, simulator } = tenant;
  const { body } = await tenant.graph('GET', `${ada}/contactFolders/${folder.id}/contacts/delta`);
  const token = simulator.issueToken('before').access_token;
  await tenant.close();
  expect(await readdir(directory)).toEqual(['tenant.jsonl']);

  tenant = await startTestTenant({ stateFile, now });
  const get = async (path: string) => {
    const response = await fetch(`${tenant.simulator.url}/v1.0${path}`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    return (await response.json()) as Body;
  };
  expect(await get(`${ada}/contacts/${contact.id}`)).toMatchObject({
    displayName: 'Kept 🎉',
    parentFolderId: folder.id,
  });
  await tenant.graph('DELETE', `${ada}/contacts/${contact.id}`);
  const link = new URL(body['@odata.deltaLink']);
  const delta = await get(`${link.pathname}${link.search}`.slice('/v1.0'.length));
  expect(delta.value).toEqual([expect.objectContaining({ '@removed': { reason: 'deleted' } })]);
  const groups = await get('/groups');
  expect((await get(`/groups/${groups.value[0].id}/members`)).value).toHaveLength(2);
  await tenant.close();
  await rm(directory, { recursive: true });
  tenant = await startTestTenant();
});
