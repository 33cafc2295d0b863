import { type FunctionsHost, startFunctionsHost } from './index.ts';
import { fixtureApp, fixtureSettings, recordLog, until } from './testing.ts';

const key = { 'x-functions-key': 'the-key' };
const record = recordLog();
let host: FunctionsHost;

beforeAll(async () => {
  host = await startFunctionsHost({ appDirectory: fixtureApp, settings: fixtureSettings, log: record.log });
});

afterAll(() => host.stop());

function call(path: string, init?: RequestInit): Promise<Response> {
  return fetch(`${host.url}${path}`, init);
}

describe('HTTP routes', () => {
  test('names the app’s functions', () => {
    expect(host.functions).toEqual(
      expect.arrayContaining(['echo', 'health', 'files', 'fails', 'tick', 'work', 'deadLetters']),
    );
  });

  test('gives a handler method, URL, parameters, query, headers and body, and its answer to the client', async () => {
    const path = '/api/lists/Staff%20A/mailboxes/b?state=failed';
    const response = await call(path, {
      method: 'POST',
      headers: { ...key, 'x-test': 'yes', 'content-type': 'application/json' },
      body: '{"mode":"full"}',
    });
    expect(response.status).toBe(201);
    expect(response.headers.get('x-list')).toBe('Staff A');
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({
      method: 'POST',
      url: `${host.url}${path}`,
      parameters: { list: 'Staff A', mailbox: 'b' },
      query: { state: 'failed' },
      header: 'yes',
      body: { mode: 'full' },
    });
  });

  test('an optional parameter may be left out, and paths ignore case', async () => {
    const response = await call('/API/Lists/Staff/Mailboxes', { headers: key });
    expect(await response.json()).toMatchObject({ parameters: { list: 'Staff' } });
  });

  test('a body passes unchanged both ways, and a wildcard takes the rest of the path', async () => {
    const body = Uint8Array.from({ length: 200_000 }, (_, index) => index % 251);
    const response = await call('/api/files/7/a/b.bin', { method: 'PUT', body });
    expect(response.headers.get('x-path')).toBe('a/b.bin');
    expect(Buffer.compare(Buffer.from(await response.arrayBuffer()), body)).toBe(0);
    expect((await call('/api/files/7', { method: 'PUT' })).status).toBe(200);
  });

  test('a wrong method, a wrong path and a parameter that breaks its constraint are 404', async () => {
    expect((await call('/api/lists/a/mailboxes', { method: 'DELETE', headers: key })).status).toBe(404);
    expect((await call('/api/elsewhere', { headers: key })).status).toBe(404);
    expect((await call('/health')).status).toBe(404);
    expect((await call('/api/files/seven/a', { method: 'PUT' })).status).toBe(404);
  });

  test.each([
    ['in a parameter', '/api/lists/a%2Fb/mailboxes/c'],
    ['in the last parameter', '/api/lists/a/mailboxes/b%2fc'],
  ])('an encoded slash %s is 404: it is decoded before the route is looked for', async (_name, path) => {
    expect((await call(path, { headers: key })).status).toBe(404);
  });

  test('an encoded slash divides a path like any other, and belongs to what a wildcard takes', async () => {
    const divided = await call('/api/lists/a%2Fmailboxes%2Fb?state=x%2Fy', { headers: key });
    expect(await divided.json()).toMatchObject({
      url: `${host.url}/api/lists/a%2Fmailboxes%2Fb?state=x%2Fy`,
      parameters: { list: 'a', mailbox: 'b' },
      query: { state: 'x/y' },
    });
    expect((await call('/api/files/7/a%2Fb.bin', { method: 'PUT' })).headers.get('x-path')).toBe('a/b.bin');
  });

  test('a slash that is encoded twice reaches the parameter encoded once', async () => {
    const response = await call('/api/lists/a%252Fb/mailboxes', { headers: key });
    expect(await response.json()).toMatchObject({ parameters: { list: 'a%2Fb' } });
  });

  test('who is signed in is never taken from outside', async () => {
    const forged = {
      'X-MS-CLIENT-PRINCIPAL': 'eyJjbGFpbXMiOltdfQ==',
      'x-ms-client-principal-id': '1',
      'X-Ms-Client-Principal-Name': 'admin',
      'X-MS-CLIENT-PRINCIPAL-IDP': 'aad',
      'X-MS-TOKEN-AAD-ID-TOKEN': 'token',
    };
    const seen = await (await call('/api/headers', { headers: { ...forged, 'x-ms-other': 'kept' } })).json();
    expect(seen).toMatchObject({ 'x-ms-other': 'kept' });
    for (const name of Object.keys(forged)) expect(seen).not.toHaveProperty(name.toLowerCase());
  });

  test('sets cookies', async () => {
    const response = await call('/api/health');
    expect(await response.text()).toBe('ok');
    expect(response.headers.getSetCookie()).toEqual(['seen=a%20b; Path=/; Max-Age=60; HttpOnly; SameSite=Lax']);
  });

  test('a handler that throws is 500 without details, which the log has', async () => {
    const response = await call('/api/fails');
    expect(response.status).toBe(500);
    expect(await response.text()).toBe('');
    expect(record.entries).toContainEqual({
      level: 'error',
      source: 'fails',
      message: 'Failed: TypeError: broken on purpose (cause: the reason)',
    });
  });

  test('a handler that returns nothing is 204', async () => {
    expect((await call('/api/nothing')).status).toBe(204);
  });

  test('settings are the app’s environment', async () => {
    expect(await (await call('/api/setting')).text()).toBe('from the settings');
  });

  test('an invocation beyond functionTimeout is logged and goes on', async () => {
    expect(await (await call('/api/slow')).text()).toBe('finished');
    expect(record.entries).toContainEqual({ level: 'error', source: 'slow', message: 'Timed out after 1000 ms' });
  });
});

describe('function keys', () => {
  test('a route that is not anonymous asks for the key, in the header or the query', async () => {
    const path = '/api/lists/a/mailboxes';
    expect((await call(path)).status).toBe(401);
    expect((await call(path, { headers: { 'x-functions-key': 'wrong' } })).status).toBe(401);
    expect((await call(`${path}?code=wrong`)).status).toBe(401);
    expect((await call(path, { headers: key })).status).toBe(201);
    expect((await call(`${path}?code=the-key`)).status).toBe(201);
  });
});

describe('POST /admin/functions/{name}', () => {
  function start(name: string, headers: Record<string, string>, input?: string): Promise<Response> {
    return call(`/admin/functions/${name}`, { method: 'POST', headers, body: JSON.stringify({ input }) });
  }

  test('starts a timer’s function at once', async () => {
    expect((await start('tick', key)).status).toBe(202);
    await until(
      () => record.events('tick').length > 0,
      () => record.entries,
    );
    expect(record.events('tick')[0]?.timer).toMatchObject({ isPastDue: false, schedule: { adjustForDST: true } });
  });

  test('answers when the function has ended, if the request prefers to wait', async () => {
    const before = record.events('tick').length;
    expect((await start('tick', { ...key, Prefer: 'wait' })).status).toBe(202);
    expect(record.events('tick')).toHaveLength(before + 1);
  });

  test('starts a queue’s function with the input as the message', async () => {
    expect((await start('work', key, '{"id":42}')).status).toBe(202);
    await until(
      () => record.events('finished').some(({ message }) => message?.id === 42),
      () => record.entries,
    );
  });

  test('asks for the key, and knows only functions without a route', async () => {
    expect((await start('tick', {})).status).toBe(401);
    expect((await start('echo', key)).status).toBe(404);
    expect((await start('unknown', key)).status).toBe(404);
  });
});

describe('with App Service Authentication', () => {
  const objectId = '7a1e6c6e-40b4-4a86-93a5-8b0f4a2f5d20';
  const people = [{ name: 'Ada <Lovelace>', address: 'ada@contoso.example', objectId, roles: ['Admin'] }];
  let guarded: FunctionsHost;

  beforeAll(async () => {
    await host.stop();
    const signIn = { WEBSITE_AUTH_ENABLED: 'True', CONSOLE_TENANT_ID: 'tenant', LOCAL_PEOPLE: JSON.stringify(people) };
    guarded = await startFunctionsHost({ appDirectory: fixtureApp, settings: { ...fixtureSettings, ...signIn } });
  });

  afterAll(() => guarded.stop());

  function ask(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${guarded.url}${path}`, { headers, redirect: 'manual' });
  }

  async function signIn(target: string): Promise<{ cookie: string; location: string | null }> {
    const answer = await ask(
      `/.auth/login/aad?person=${objectId}&post_login_redirect_uri=${encodeURIComponent(target)}`,
    );
    return {
      cookie: answer.headers.getSetCookie().join().split(';')[0] ?? '',
      location: answer.headers.get('location'),
    };
  }

  test('whoever is signed in is named to the app, and nobody names himself', async () => {
    const forged = { 'x-ms-client-principal': 'eyJjbGFpbXMiOltdfQ==' };
    expect(await (await ask('/api/headers', forged)).json()).not.toHaveProperty('x-ms-client-principal');
    const { cookie, location } = await signIn('/api/console#/lists');
    expect(location).toBe('/api/console#/lists');
    const seen = (await (await ask('/api/headers', { ...forged, cookie })).json()) as Record<string, string>;
    expect(seen).toMatchObject({ 'x-ms-client-principal-id': objectId, 'x-ms-client-principal-idp': 'aad' });
    const principal = JSON.parse(Buffer.from(seen['x-ms-client-principal'] ?? '', 'base64').toString());
    expect(principal).toMatchObject({ auth_typ: 'aad', role_typ: expect.any(String) });
    expect(principal.claims).toContainEqual({ typ: 'roles', val: 'Admin' });
  });

  test('the choice of people is a page that names them as text', async () => {
    const page = await (await ask('/.auth/login/aad')).text();
    expect(page).toContain('Ada &lt;Lovelace>');
    expect(page).toContain('(Admin)');
  });

  test.each(['https://attacker.example/', '//attacker.example', '/\\attacker.example'])(
    'does not lead to %s',
    async target => {
      expect((await signIn(target)).location).toBe('/');
    },
  );

  test('a cookie of nobody is nobody, and whoever signs out is', async () => {
    expect((await ask('/.auth/me', { cookie: 'AppServiceAuthSession=admin' })).status).toBe(401);
    const { cookie } = await signIn('/');
    expect(await (await ask('/.auth/me', { cookie })).json()).toMatchObject([{ user_id: 'ada@contoso.example' }]);
    const out = await ask('/.auth/logout?post_logout_redirect_uri=/api/console', { cookie });
    expect(out.headers.getSetCookie()).toEqual([expect.stringContaining('Max-Age=0')]);
    expect(out.headers.get('location')).toBe('/api/console');
  });

  test('does not start without the people', async () => {
    const settings = { ...fixtureSettings, WEBSITE_AUTH_ENABLED: 'true' };
    await expect(startFunctionsHost({ appDirectory: fixtureApp, settings })).rejects.toThrow('LOCAL_PEOPLE');
  });
});
