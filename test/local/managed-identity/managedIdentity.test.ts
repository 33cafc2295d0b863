import { ManagedIdentityCredential } from '@azure/identity';
import { type ManagedIdentityEndpoint, startManagedIdentityEndpoint } from './index.ts';

let endpoint: ManagedIdentityEndpoint;
const issueToken = jest.fn((resource: string, clientId: string | undefined) => ({
  access_token: `token of ${clientId ?? 'the app'} for ${resource}`,
  expires_in: 3600,
}));

beforeAll(async () => {
  endpoint = await startManagedIdentityEndpoint({ header: 'secret', issueToken });
});
afterAll(() => endpoint.close());
beforeEach(() => {
  process.env.IDENTITY_ENDPOINT = endpoint.url;
  process.env.IDENTITY_HEADER = 'secret';
});
afterEach(() => {
  delete process.env.IDENTITY_ENDPOINT;
  delete process.env.IDENTITY_HEADER;
});

test('the SDK gets a token for a resource, with its end', async () => {
  const token = await new ManagedIdentityCredential().getToken('https://graph.microsoft.com/.default');
  expect(token.token).toBe('token of the app for https://graph.microsoft.com');
  expect(Math.abs(token.expiresOnTimestamp - (Date.now() + 3_600_000))).toBeLessThan(10_000);
});

test('a user-assigned identity is passed on', async () => {
  const credential = new ManagedIdentityCredential({ clientId: 'f3a1' });
  const token = await credential.getToken('https://vault.azure.net/.default');
  expect(token.token).toBe('token of f3a1 for https://vault.azure.net');
});

test('a wrong or missing header is refused', async () => {
  issueToken.mockClear();
  const url = `${endpoint.url}?resource=https://graph.microsoft.com&api-version=2019-08-01`;
  for (const headers of [{ 'X-IDENTITY-HEADER': 'wrong' }, {}] as Record<string, string>[]) {
    expect((await fetch(url, { headers })).status).toBe(401);
  }
  expect(issueToken).not.toHaveBeenCalled();
});

test('a request without resource or with another API version is refused', async () => {
  for (const query of ['api-version=2019-08-01', 'resource=https://graph.microsoft.com&api-version=2017-09-01']) {
    const response = await fetch(`${endpoint.url}?${query}`, { headers: { 'X-IDENTITY-HEADER': 'secret' } });
    expect(response.status).toBe(400);
  }
});
