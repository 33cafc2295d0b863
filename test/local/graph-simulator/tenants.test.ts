import { ClientAssertionCredential, ClientSecretCredential } from '@azure/identity';
import { generate } from 'selfsigned';
import { startGraphSimulator } from './index.ts';
import { type Body, startTestTenant, type TestTenant } from './testTenant.ts';

const clientId = '00000000-0000-4000-8000-00000000c11e';
const federatedCredential = { issuer: 'https://login.example/home/v2.0', subject: 'managed-identity' };
const audience = 'api://AzureADTokenExchange';

let tenant: TestTenant;
let other: string;
beforeEach(async () => {
  tenant = await startTestTenant();
  other = (await tenant.control('POST', '/tenants')).body.tenantId;
});
afterEach(() => tenant.close());

function assertion(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.`;
}

async function askForToken(form: Record<string, string>, tenantId = other): Promise<{ status: number; body: Body }> {
  const response = await fetch(`${tenant.simulator.url}/${tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, ...form }),
  });
  return { status: response.status, body: await response.json() };
}

function byAssertion(claims: object = {}): Record<string, string> {
  const { issuer: iss, subject: sub } = federatedCredential;
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion({ iss, sub, aud: audience, ...claims }),
  };
}

test('a tenant has users, mailboxes and tokens of its own', async () => {
  await tenant.control('POST', `/mailboxes?tenant=${other}`, { count: 2, prefix: 'partner' });
  await tenant.control('POST', `/apps?tenant=${other}`, { clientId, federatedCredential });
  const { status, body } = await askForToken(byAssertion());
  expect([status, body.token_type]).toEqual([200, 'Bearer']);
  const headers = { Authorization: `Bearer ${body.access_token}` };
  const users = async (options: object) => {
    const { value } = (await tenant.graph('GET', '/users?$select=userPrincipalName', undefined, options)).body;
    return value.map((user: Body) => user.userPrincipalName);
  };
  expect(await users({ headers })).toEqual(['partner0@contoso.example', 'partner1@contoso.example']);
  expect(await users({})).toEqual(['ada@contoso.example']);
  expect((await tenant.graph('GET', `${tenant.ada}/contacts`, undefined, { headers })).body.error.code).toBe(
    'ErrorInvalidUser',
  );
  const path = '/users/partner0@contoso.example/contacts';
  const contact = await tenant.graph('POST', path, { displayName: 'Theirs' }, { headers });
  const read = await tenant.batch([{ id: '1', method: 'GET', url: `${path}/${contact.body.id}` }]);
  expect(read.get('1')?.body.error.code).toBe('ErrorInvalidUser');
  const direct = (await tenant.control('GET', `/token?app=x&tenant=${other}`)).body.access_token;
  expect(await users({ headers: { Authorization: `Bearer ${direct}` } })).toHaveLength(2);
});

test.each<[string, Record<string, string>, number]>([
  ['another issuer', byAssertion({ iss: 'https://login.example/elsewhere/v2.0' }), 700211],
  ['another subject', byAssertion({ sub: 'somebody' }), 700213],
  ['another audience', byAssertion({ aud: 'api://other' }), 700212],
  ['an assertion that is over', byAssertion({ exp: 1 }), 700024],
  ['no assertion at all', { ...byAssertion(), client_assertion: 'nonsense' }, 50027],
  ['a secret that is not its own', { client_secret: 'guess' }, 7000215],
  ['nothing to show', {}, 7000218],
])('%s is refused with the code of Entra', async (_name, form, code) => {
  await tenant.control('POST', `/apps?tenant=${other}`, { clientId, federatedCredential });
  const { status, body } = await askForToken(form);
  expect([status, body.error_codes]).toEqual([401, [code]]);
  expect(body.error_description).toMatch(new RegExp(`^AADSTS${code}: `));
});

test('an application that nobody agreed to, and a tenant that does not exist, are unknown', async () => {
  expect((await askForToken(byAssertion())).body.error_codes).toEqual([700016]);
  await tenant.control('POST', `/apps?tenant=${other}`, { clientId, federatedCredential, consented: false });
  expect((await askForToken(byAssertion())).body).toMatchObject({
    error: 'unauthorized_client',
    error_codes: [700016],
  });
  expect((await askForToken(byAssertion(), 'nowhere')).body.error_codes).toEqual([90002]);
  expect((await tenant.control('POST', '/mailboxes?tenant=nowhere', { count: 1, prefix: 'x' })).status).toBe(404);
});

test("Azure's own credentials get tokens, by assertion and by secret, and show Entra's code where not", async () => {
  const names = [{ type: 7 as const, ip: '127.0.0.1' }];
  const pems = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: names }],
  });
  const simulator = await startGraphSimulator({ tls: { key: pems.private, cert: pems.cert } });
  try {
    const options = {
      authorityHost: simulator.url,
      disableInstanceDiscovery: true,
      tlsOptions: { ca: pems.cert },
      retryOptions: { maxRetries: 0 },
    };
    const scope = 'https://graph.microsoft.com/.default';
    const tenantId = '84bd8158-6d4d-4958-8b9f-9d6445542f95';
    const getAssertion = async () => byAssertion().client_assertion ?? '';
    const assertions = new ClientAssertionCredential(tenantId, clientId, getAssertion, options);
    await expect(assertions.getToken(scope)).rejects.toThrow(/AADSTS700016/);
    await registerOverTls(simulator.url, pems.cert);
    expect((await assertions.getToken(scope)).token).toMatch(/^simulator\./);
    const secret = new ClientSecretCredential(tenantId, clientId, 'hush', options);
    expect((await secret.getToken(scope)).token).toMatch(/^simulator\./);
  } finally {
    await simulator.close();
  }
});

async function registerOverTls(url: string, ca: string): Promise<void> {
  const { request } = await import('node:https');
  await new Promise<void>((resolve, reject) => {
    const sent = request(`${url}/_simulator/apps`, { method: 'POST', ca }, response => {
      response.resume().on('end', resolve);
    });
    sent.on('error', reject).end(JSON.stringify({ clientId, clientSecret: 'hush', federatedCredential }));
  });
}
