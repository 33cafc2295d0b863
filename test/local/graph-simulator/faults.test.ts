import { startTestTenant, type TestTenant } from './testTenant.ts';

let tenant: TestTenant;
let contacts: string;
beforeEach(async () => {
  tenant = await startTestTenant();
  contacts = `${tenant.ada}/contacts`;
});
afterEach(() => tenant.close());

async function addFault(match: object, fault: object): Promise<void> {
  expect((await tenant.control('POST', '/faults', { match, fault })).status).toBe(200);
}

async function create(path = contacts): Promise<number> {
  return (await tenant.graph('POST', path, { displayName: 'X' })).status;
}

async function count(): Promise<number> {
  return (await tenant.graph('GET', contacts)).body.value.length;
}

test('a fault fails the requests it matches, after some and for some, until it is removed', async () => {
  await addFault({ method: 'POST', path: '/contacts$', skip: 1, times: 2 }, { status: 503, code: 'ErrorServerBusy' });
  expect([await create(), await create(), await create(), await create()]).toEqual([201, 503, 503, 201]);
  await addFault({ method: 'POST' }, { status: 500, code: 'ErrorInternalServerError' });
  expect(await create()).toBe(500);
  await tenant.control('DELETE', '/faults');
  expect(await create()).toBe(201);
  expect(await count()).toBe(3);
});

test('a fault is limited to a mailbox or an app', async () => {
  await tenant.control('POST', '/mailboxes', { count: 1, prefix: 'other' });
  await addFault({ mailbox: 'other0@contoso.example' }, { code: 'ErrorServerBusy' });
  await addFault({ app: 'unlucky' }, { code: 'ErrorAccessDenied' });
  expect([await create(), await create('/users/other0@contoso.example/contacts')]).toEqual([201, 503]);
  expect((await tenant.graph('GET', '/users', undefined, { app: 'unlucky' })).status).toBe(403);
});

test.each(['ErrorInternalServerError', 'ErrorItemSave', 'ErrorItemCorrupt'])(
  'a fault can follow what a body says, alone and in a batch: %s for good, and for nobody else',
  async code => {
    const { id } = await tenant.newContact();
    await addFault({ body: '"jobTitle":"Poison' }, { code });
    const poison = { displayName: 'X', jobTitle: 'Poison "pill"' };
    expect((await tenant.graph('POST', contacts, poison)).body.error.code).toBe(code);
    const headers = { 'Content-Type': 'application/json' };
    const answers = await tenant.batch([
      { id: 'create', method: 'POST', url: contacts, headers, body: poison },
      { id: 'patch', method: 'PATCH', url: `${contacts}/${id}`, headers, body: { jobTitle: 'Poisoned' } },
      { id: 'other', method: 'POST', url: contacts, headers, body: { jobTitle: 'Healer' } },
      { id: 'read', method: 'GET', url: `${contacts}/${id}` },
    ]);
    expect(['create', 'patch', 'other', 'read'].map(name => answers.get(name)?.status)).toEqual([500, 500, 201, 200]);
    expect(await count()).toBe(2);
  },
);

test('a deletion can be refused, or answered as done while nothing happens', async () => {
  const folder = await tenant.newFolder('Undying');
  const path = `${tenant.ada}/contactFolders/${folder.id}`;
  await addFault({ method: 'DELETE', path: '/contactFolders/[^/]+$', times: 1 }, { code: 'ErrorCannotDeleteObject' });
  expect((await tenant.graph('DELETE', path)).status).toBe(403);
  await addFault({ method: 'DELETE', path: '/contactFolders/[^/]+$' }, { status: 204 });
  const answer = await tenant.graph('DELETE', path);
  expect([answer.status, answer.body]).toEqual([204, '']);
  expect((await tenant.graph('GET', path)).body.parentFolderId).toBe(folder.parentFolderId);
});

test('a share of the requests can fail', async () => {
  await addFault({ share: 0.5 }, { status: 503, code: 'ErrorServerBusy' });
  const answers = await Promise.all(Array.from({ length: 40 }, () => tenant.graph('GET', '/users')));
  const failed = answers.filter(answer => answer.status === 503).length;
  expect(failed).toBeGreaterThan(5);
  expect(failed).toBeLessThan(35);
});

test('without code and message the answer has no body; Retry-After is sent as given', async () => {
  for (const retryAfter of [0.249, 'Sun, 01 Nov 2026 08:00:30 GMT']) {
    await tenant.control('DELETE', '/faults');
    await addFault({}, { status: 503, retryAfter });
    const answer = await tenant.graph('GET', '/users');
    expect([answer.status, answer.body, answer.headers.get('retry-after')]).toEqual([503, '', String(retryAfter)]);
  }
});

test('commit does the work and then fails the answer: also a delete that says 404', async () => {
  const { id } = await tenant.newContact();
  await addFault({ method: 'POST', times: 1 }, { status: 504, code: 'ErrorTimeoutExpired', commit: true });
  expect(await create()).toBe(504);
  expect(await count()).toBe(2);
  await addFault({ method: 'DELETE' }, { status: 404, code: 'ErrorItemNotFound', commit: true });
  expect((await tenant.graph('DELETE', `${contacts}/${id}`)).status).toBe(404);
  expect(await count()).toBe(1);
});

test('cut drops the connection, with or without the work done', async () => {
  await addFault({ method: 'POST', times: 1 }, { cut: true });
  await expect(create()).rejects.toThrow('fetch failed');
  expect(await count()).toBe(0);
  await addFault({ method: 'POST', times: 1 }, { cut: true, commit: true });
  await expect(create()).rejects.toThrow('fetch failed');
  expect(await count()).toBe(1);
});

test("cut on a request of a batch drops the batch's connection", async () => {
  await addFault({ method: 'POST', path: '/contacts$', skip: 1, times: 1 }, { cut: true });
  const headers = { 'Content-Type': 'application/json' };
  const requests = ['1', '2', '3'].map(id => ({
    id,
    method: 'POST',
    url: contacts,
    headers,
    body: { displayName: id },
  }));
  await expect(tenant.batch(requests)).rejects.toThrow('fetch failed');
  expect(await count()).toBe(2);
});

test('a batch as a whole fails only by a rule that names it', async () => {
  const requests = [{ id: '1', method: 'GET', url: '/users' }];
  await addFault({ times: 1 }, { status: 503, code: 'ErrorServerBusy' });
  expect((await tenant.batch(requests)).get('1')?.status).toBe(503);
  await addFault({ path: '\\$batch' }, { status: 502 });
  expect((await tenant.graph('POST', '/$batch', { requests })).status).toBe(502);
});

test('a malformed rule is refused', async () => {
  const wrong = await tenant.control('POST', '/faults', { match: { path: '(' }, fault: {} });
  expect(wrong.status).toBe(400);
  expect((await tenant.control('POST', '/faults', { match: { verb: 'GET' }, fault: {} })).status).toBe(400);
});

test.each([
  ['notEnabled', 404, 'MailboxNotEnabledForRESTAPI'],
  ['nonExistent', 404, 'ErrorNonExistentMailbox'],
  ['moving', 503, 'ErrorMailboxMoveInProgress'],
  ['stale', 503, 'MailboxInfoStale'],
  ['accessDenied', 403, 'ErrorAccessDenied'],
  ['deleted', 404, 'ErrorInvalidUser'],
])('a mailbox in the state %s answers %i %s until it is ok again', async (state, status, code) => {
  const control = `${tenant.ada.replace('users', 'mailboxes')}/state`;
  await tenant.control('POST', control, { state });
  const answer = await tenant.graph('GET', contacts);
  expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  await tenant.control('POST', control, { state: 'ok' });
  expect((await tenant.graph('GET', contacts)).status).toBe(200);
});

test('a mailbox over its quota takes no new contact and no new folder, yet patches and deletes', async () => {
  const { id } = await tenant.newContact();
  await tenant.control('POST', `${tenant.ada.replace('users', 'mailboxes')}/state`, { state: 'overQuota' });
  expect(await create()).toBe(403);
  expect((await tenant.graph('POST', `${tenant.ada}/contactFolders`, { displayName: 'New' })).status).toBe(403);
  expect((await tenant.graph('PATCH', `${contacts}/${id}`, { jobTitle: 'X' })).status).toBe(200);
  expect((await tenant.graph('DELETE', `${contacts}/${id}`)).status).toBe(204);
});
