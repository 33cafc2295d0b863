import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { ConnectionStep } from '../../../shared/ports/connectionStep.ts';
import { type Connections, parseConnections } from '../../../shared/settings/connections.ts';
import { contactFolderSettings } from '../../../shared/settings/contactFolderSource.ts';
import { contactFolder } from '../../../shared/sources/contact-folder/contactFolder.ts';
import { openOtherTenants } from '../../../shared/tenants/otherTenants.ts';
import { type GraphSimulator, startGraphSimulator } from '../../local/graph-simulator/index.ts';
import { localCertificate } from '../../local/localCertificate.ts';
import { createTokenIssuer, exchangeResource, issuerOf, principalId } from '../../local/managed-identity/tokens.ts';
import { memorySourceAdapters } from '../../memory/adapters.ts';
import { createMemoryGraph } from '../../memory/graph.ts';

const tenantId = '9a0f3c1e-5b7d-4f2a-8c6e-1d2b3a4c5e6f';
const clientId = '0b9e6a52-3d14-4c8f-a7d1-6e5f4c3b2a10';
const mailbox = 'shared0@contoso.example';
const trust = { issuer: issuerOf(), subject: principalId };
const trustedBefore = getCACertificates('default');

let simulator: GraphSimulator;

beforeAll(async () => {
  const certificate = await localCertificate();
  setDefaultCACertificates([...trustedBefore, certificate.cert]);
  simulator = await startGraphSimulator({ signIn: { tls: certificate } });
  await control('/tenants', { id: tenantId });
  await control(`/mailboxes?tenant=${tenantId}`, { count: 2, prefix: 'shared' });
});

afterAll(async () => {
  await simulator?.close();
  setDefaultCACertificates(trustedBefore);
});

function control(path: string, body: object): Promise<Response> {
  return fetch(`${simulator.url}/_simulator${path}`, { method: 'POST', body: JSON.stringify(body) });
}

/** Each time another app, so that no token of before is at hand. */
async function failedStep(changes: object, connection: object = {}): Promise<ConnectionStep | undefined> {
  await control(`/apps?tenant=${tenantId}`, { clientId, federatedCredential: trust, ...changes });
  const clock = { now: Date.now, wait: () => new Promise<void>(() => {}) };
  const tokens = createTokenIssuer();
  const identity = {
    getToken: async () => ({ token: tokens.issue(exchangeResource, 'app').access_token, expiresOnTimestamp: 0 }),
  };
  const openTenant = openOtherTenants({
    endpoint: simulator.url,
    timeoutMilliseconds: 10_000,
    clock,
    identity,
    authorityHost: simulator.signInUrl,
  });
  const text = JSON.stringify({ fabrikam: { kind: 'tenant', tenantId, clientId, ...connection } });
  const connections = parseConnections(text) as Connections;
  const source = contactFolderSettings.parse({ connection: 'fabrikam', mailbox, folders: ['contacts'] });
  const token = { step: { name: 'token', ok: false, detail: 'not needed' }, value: undefined };
  const adapters = { ...memorySourceAdapters(createMemoryGraph(), clock), connections, openTenant };
  const steps = await contactFolder.test(source, token, adapters);
  expect(steps.map(({ step }) => step.name).slice(0, 2)).toEqual(['sign-in to "fabrikam"', 'source mailbox']);
  return steps.map(({ step }) => step).find(({ ok }) => !ok);
}

const signIn = 'sign-in to "fabrikam"';

test('all is well where the tenant lets the app into the one mailbox, and into nothing else', async () => {
  expect(await failedStep({ mailboxes: [mailbox] })).toBeUndefined();
});

test.each<[string, object, object, string, RegExp, RegExp]>([
  ['no consent', { consented: false }, {}, signIn, /AADSTS700016.*no admin .* consented/, /otherTenant\.ps1/],
  [
    'another tenant than is meant',
    {},
    { tenantId: clientId },
    signIn,
    /There is no tenant .*AADSTS90002/,
    /az account show/,
  ],
  [
    'a wrong issuer',
    { federatedCredential: { ...trust, issuer: issuerOf(tenantId) } },
    {},
    signIn,
    /another issuer .*AADSTS700211/,
    /otherTenantApp\.bicep/,
  ],
  [
    'a wrong subject',
    { federatedCredential: { ...trust, subject: clientId } },
    {},
    signIn,
    /another identity .*AADSTS700213/,
    /AZURE_IDENTITY_PRINCIPAL_ID/,
  ],
  [
    'a mailbox that is not in scope',
    { mailboxes: ['shared1@contoso.example'] },
    {},
    'source mailbox',
    /refuses \(403 ErrorAccessDenied\).*not in the scope/,
    /-Mailbox shared0@contoso\.example/,
  ],
])('the connection test tells %s, and what to do', async (_, app, connection, name, detail, remedy) => {
  expect(await failedStep(app, connection)).toEqual({
    name,
    ok: false,
    detail: expect.stringMatching(detail),
    remedy: expect.stringMatching(remedy),
  });
});
