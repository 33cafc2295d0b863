import { startTestTenant, type TestTenant } from './testTenant.ts';

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await startTestTenant();
});
afterAll(() => tenant.close());

async function send(method: string, path: string, body: string, contentType?: string) {
  const token = tenant.simulator.issueToken('test').access_token;
  const response = await fetch(`${tenant.simulator.url}/v1.0${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, ...(contentType ? { 'Content-Type': contentType } : {}) },
    body: contentType ? body : new Uint8Array(Buffer.from(body)),
  });
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  return [response.status, error.code, error.message];
}

test('a write without a JSON content type is refused, also of a batch', async () => {
  const body = JSON.stringify({ displayName: 'X' });
  const refused = [400, 'BadRequest', 'Entity only allows writes with a JSON Content-Type header.'];
  for (const path of [`${tenant.ada}/contacts`, '/users', '/$batch']) {
    expect(await send('POST', path, body, 'text/plain')).toEqual(refused);
  }
  const message = 'Write requests (excluding DELETE) must contain the Content-Type header declaration.';
  expect(await send('POST', `${tenant.ada}/contacts`, body)).toEqual([400, 'BadRequest', message]);
  const { status } = await tenant.graph('POST', `${tenant.ada}/contacts`, body, {
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
  });
  expect(status).toBe(201);
});

test.each([
  ['GET', '/users/x/mailFolders/inbox/messages', 'GET /users/{id}/mailFolders/*'],
  ['GET', '/users/x/mailboxSettings/userPurpose', 'GET /users/{id}/mailboxSettings/*'],
  ['POST', '/users/x/translateExchangeIds', 'POST /users/{id}/translateExchangeIds'],
  ['GET', '/users/x/contacts/y/extensions', 'GET /users/{id}/contacts/{id}/extensions/*'],
  ['GET', '/groups/x/owners', 'GET /groups/{id}/owners/*'],
  ['GET', '/organization', 'GET /organization/*'],
])('%s %s is a route of Graph that is not served, and says so', async (method, path, name) => {
  const { status, body } = await tenant.graph(method, path, method === 'POST' ? {} : undefined);
  expect([status, body.error.message]).toEqual([501, `The simulator does not serve ${name}.`]);
});

test('a path that Graph has not either, a method that a path does not take and /me are refused as by Graph', async () => {
  const unknown = await tenant.graph('GET', `${tenant.ada}/contactz`);
  expect([unknown.status, unknown.body.error.message]).toEqual([400, "Resource not found for the segment 'contactz'."]);
  expect((await tenant.graph('PUT', `${tenant.ada}/contacts`, {})).status).toBe(405);
  const me = await tenant.graph('GET', '/me/contacts');
  expect(me.body.error.message).toBe('/me request is only valid with delegated authentication flow.');
});

test('mail that a user sends is accepted and kept, unless it has no recipient', async () => {
  const message = {
    subject: 'Hold',
    body: { contentType: 'Text', content: 'Who would go' },
    toRecipients: [{ emailAddress: { address: 'admin@contoso.example' } }],
  };
  expect((await tenant.graph('POST', `${tenant.ada}/sendMail`, { message })).status).toBe(202);
  const refused = await tenant.graph('POST', `${tenant.ada}/sendMail`, { message: { ...message, toRecipients: [] } });
  expect([refused.status, refused.body.error.code]).toEqual([400, 'ErrorInvalidRecipients']);
  expect((await tenant.control('GET', '/mail')).body).toEqual([
    { from: 'ada@contoso.example', sentAt: '2026-11-01T08:00:00.000Z', message },
  ]);
});
