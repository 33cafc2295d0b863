import type { ConnectionStep } from '../../shared/api/connectionTest.ts';
import { startManagedIdentityEndpoint } from '../local/managed-identity/index.ts';
import { createTokenIssuer, exchangeResource, issuerOf, principalId } from '../local/managed-identity/tokens.ts';
import { addContact, contentsOfFolder, patchContact } from '../world/contactRows.ts';
import { type GraphDriver, openGraph } from '../world/graphDriver.ts';
import { type Host, startWorld, type World } from '../world/world.ts';

/** Two organisations, each with the product in a deployment of its own, over one Graph with two tenants. */
const contoso = { tenantId: '84bd8158-6d4d-4958-8b9f-9d6445542f95', mailbox: 'shared@contoso.example' };
const fabrikam = { tenantId: '9a0f3c1e-5b7d-4f2a-8c6e-1d2b3a4c5e6f', mailbox: 'shared@fabrikam.example' };
/** The app registration of each, which the other one lets in. */
const ourApp = '0b9e6a52-3d14-4c8f-a7d1-6e5f4c3b2a10';
const theirApp = '7c2d5f81-90ab-4e3c-b6f4-2a1b0c9d8e7f';
const ourTrust = { issuer: issuerOf(contoso.tenantId), subject: principalId };
const theirTrust = { issuer: issuerOf(fabrikam.tenantId), subject: principalId };

let ours: World;
let theirs: World;
let ourHost: Host;
let theirHost: Host;
let ourGraph: GraphDriver;
let theirGraph: GraphDriver;
let ourShared: string;
let theirShared: string;
let ourFolder: string;
let theirFolder: string;
let identity: Awaited<ReturnType<typeof startManagedIdentityEndpoint>>;

function settingsOf(target: string, name: string, other: { tenantId: string; mailbox: string }, clientId: string) {
  const list = {
    id: 'partners',
    source: { connection: name, mailbox: other.mailbox, folders: ['Partners'] },
    targets: { mailboxes: [target] },
    destination: { folder: 'Partners', category: null },
  };
  const CONNECTIONS = JSON.stringify({ [name]: { kind: 'tenant', tenantId: other.tenantId, clientId } });
  return { lists: [list], settings: { CONNECTIONS } };
}

function letIn(tenantId: string, app: object): Promise<unknown> {
  return ours.graph.control('POST', `/apps?tenant=${tenantId}`, app);
}

beforeAll(async () => {
  ours = await startWorld(settingsOf(contoso.mailbox, 'fabrikam', fabrikam, ourApp));
  await ours.graph.control('POST', '/tenants', { id: fabrikam.tenantId });
  ourGraph = ours.graph;
  theirGraph = await openGraph(ours.graphUrl, 'test', fabrikam.tenantId);
  identity = await startTheirIdentity();
  const theirSettings = settingsOf(fabrikam.mailbox, 'contoso', contoso, theirApp);
  const { AZURE_AUTHORITY_HOST = '' } = ours.settings();
  const GRAPH_ENDPOINT = ours.graphUrl;
  theirs = await startWorld({
    ...theirSettings,
    settings: { ...theirSettings.settings, GRAPH_ENDPOINT, AZURE_AUTHORITY_HOST, IDENTITY_ENDPOINT: identity.url },
  });
  ourShared = await ourGraph.addUser('shared');
  const { mailbox } = fabrikam;
  theirShared = await theirGraph.addUser('shared', { userPrincipalName: mailbox, mail: mailbox });
  ourFolder = await ourGraph.addFolder(ourShared, 'Partners');
  theirFolder = await theirGraph.addFolder(theirShared, 'Partners');
  await letIn(contoso.tenantId, { clientId: theirApp, federatedCredential: theirTrust, mailboxes: [contoso.mailbox] });
  [ourHost, theirHost] = await Promise.all([ours.startHost(), theirs.startHost()]);
});

afterAll(async () => {
  await Promise.all([ours?.stop(), theirs?.stop()]);
  await identity?.close();
});

/** Of the other organisation's app, in its tenant. */
async function startTheirIdentity() {
  const query = `app=theirs&tenant=${fabrikam.tenantId}`;
  const graphToken = await ours.graph.control<{ access_token: string; expires_in: number }>('GET', `/token?${query}`);
  const tokens = createTokenIssuer(Date.now, fabrikam.tenantId);
  return startManagedIdentityEndpoint({
    header: 'local',
    issueToken: resource => (resource === exchangeResource ? tokens.issue(resource, 'theirs') : graphToken),
  });
}

async function failedStep(): Promise<ConnectionStep | undefined> {
  const { steps } = (await (await ourHost.call('GET', '/api/lists/partners/connection-test')).json()) as {
    steps: ConnectionStep[];
  };
  return steps.find(({ ok }) => !ok);
}

async function namesIn(graph: GraphDriver, mailbox: string): Promise<unknown[] | undefined> {
  return (await contentsOfFolder(graph, mailbox, 'Partners'))?.map(({ displayName }) => displayName).sort();
}

test('a run that is not let in says so, as the connection test does until all is well', async () => {
  const { mailbox, tenantId } = fabrikam;
  const app = { clientId: ourApp, federatedCredential: ourTrust };
  expect((await ourHost.runSchedule()).problems).toMatchObject([{ code: 'AADSTS700016' }]);
  await letIn(tenantId, { ...app, mailboxes: [] });
  expect((await ourHost.runSchedule()).problems).toMatchObject([{ code: 'ErrorAccessDenied' }]);
  expect(await failedStep()).toMatchObject({ name: 'source mailbox' });
  await letIn(tenantId, { ...app, mailboxes: [mailbox] });
  expect(await failedStep()).toBeUndefined();
});

test('both share one folder with the other over several rounds, and nothing comes back', async () => {
  const ann = await addContact(ourGraph, ourShared, ourFolder, { displayName: 'Ann' });
  await addContact(theirGraph, theirShared, theirFolder, { displayName: 'Bob' });
  for (let round = 0; round < 2; round += 1) {
    await ourHost.runSchedule();
    await theirHost.runSchedule();
  }
  expect(await namesIn(ourGraph, ourShared)).toEqual(['Ann', 'Bob']);
  expect(await namesIn(theirGraph, theirShared)).toEqual(['Ann', 'Bob']);

  await patchContact(ourGraph, ourShared, ann, { jobTitle: 'Boss' });
  await theirHost.runSchedule();
  expect(await contentsOfFolder(theirGraph, theirShared, 'Partners')).toContainEqual({
    displayName: 'Ann',
    jobTitle: 'Boss',
  });
  const none = { created: 0, updated: 0, deleted: 0, failed: 0 };
  expect([(await ourHost.runSchedule()).contacts, (await theirHost.runSchedule()).contacts]).toEqual([none, none]);
  expect(await (await ourHost.call('GET', '/api/lists/partners')).json()).toMatchObject({
    state: 'ok',
    contacts: 1,
    notes: [{ code: 'WrittenByTheirSync' }],
  });
});

test('a preview reads the other tenant too', async () => {
  await addContact(theirGraph, theirShared, theirFolder, { displayName: 'Cleo' });
  const answer = await ourHost.call('POST', '/api/lists/partners/preview', { mailbox: contoso.mailbox });
  expect(await answer.json()).toMatchObject({ creates: 1, operations: [{ displayName: 'Cleo' }] });
});
