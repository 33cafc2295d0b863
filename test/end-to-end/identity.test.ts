import { once } from 'node:events';
import { ManagedIdentityCredential } from '@azure/identity';
import { ServiceBusClient } from '@azure/service-bus';
import rhea from 'rhea';
import { plannedSettings } from '../infra/checks/settings.ts';
import { readCompiled } from '../infra/compiled.ts';
import { unpackApp } from '../infra/packagedApp.ts';
import { type AzureWorld, startAzureWorld } from '../world/azure/world.ts';
import { addContact, contentsOfFolder, patchContact } from '../world/contactRows.ts';
import { type GraphDriver, openGraph } from '../world/graphDriver.ts';
import { until } from '../world/world.ts';

const list = {
  id: 'staff',
  source: { mailbox: 'directory@contoso.example', folders: ['Staff'] },
  targets: { mailboxes: ['ada@contoso.example'] },
  destination: { folder: 'Company' },
};
const secrets = { 'client-state': 'secret of the key vault' };

let settings: Record<string, string>;
let app: Awaited<ReturnType<typeof unpackApp>>;
let world: AzureWorld;
let graph: GraphDriver;
let directory: string;
let ada: string;
let ann: string;

beforeAll(async () => {
  settings = {
    ...plannedSettings(readCompiled().plan),
    CONTACT_LISTS: JSON.stringify([list]),
    SYNC_SCHEDULE: '0 */30 * * * *',
  };
  app = await unpackApp();
  world = await startAzureWorld(settings, app.directory, secrets);
  Object.assign(process.env, world.environment);
  graph = await openGraph(settings.GRAPH_ENDPOINT ?? '', settings.GRAPH_CLIENT_ID);
  directory = await graph.addUser('directory');
  ada = await graph.addUser('ada');
});

afterAll(async () => {
  for (const name of Object.keys(world?.environment ?? {})) delete process.env[name];
  await world?.stop();
  await app?.remove();
});

test('the settings of a deployment hold no connection string of a service, and no key', () => {
  const texts = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  // What is named so holds the name of a secret in the key vault.
  const values = texts.filter(text => !/^NOTIFY_(SIGNING_)?SECRET=[\w-]*$/.test(text));
  expect(values.filter(text => /AccountKey|SharedAccess|Secret|Password|CLIENT_STATE/i.test(text))).toEqual([]);
  expect(settings).not.toHaveProperty('AzureWebJobsStorage');
  expect(settings).not.toHaveProperty('TABLES_CONNECTION');
  expect(settings).not.toHaveProperty('ServiceBusConnection');
});

test('the package syncs a mailbox with the settings of a deployment', async () => {
  const staff = await graph.addFolder(directory, 'Staff');
  ann = await addContact(graph, directory, staff, { displayName: 'Ann' });

  const run = await world.host.resync();

  expect(run).toMatchObject({ mailboxes: { waiting: 0, failed: 0 }, problems: [] });
  expect(await contentsOfFolder(graph, ada, 'Company')).toMatchObject([{ displayName: 'Ann' }]);
});

test('Graph notifies the app at its address, with the secret of the key vault', async () => {
  await world.host.call('POST', '/admin/functions/renewSubscriptions', {});
  await until(async () => {
    const { value } = await graph.call<{ value: unknown[] }>('GET', '/subscriptions');
    return value.length > 0 ? true : undefined;
  });

  await patchContact(graph, directory, ann, { nickName: 'Annie' });

  await until(async () => {
    const contents = await contentsOfFolder(graph, ada, 'Company');
    return contents?.[0]?.nickName === 'Annie' ? true : undefined;
  });
  const { runs } = (await (await world.host.call('GET', '/api/runs')).json()) as { runs: { cause: string }[] };
  expect(runs.map(({ cause }) => cause)).toContain('notification');
});

test('the host shares its timers through the storage account, and nothing was refused', async () => {
  await until(async () => {
    const answer = await request(tablesUrl(), await tokenFor('https://storage.azure.com'));
    const { value } = (await answer.json()) as { value: { TableName: string }[] };
    return value.some(({ TableName: name }) => name === 'LocalFunctionsHost') ? true : undefined;
  });
  expect(world.host.errors().match(/^\[(warning|error|critical)\].*/gm) ?? []).toEqual([]);
});

test('the identity endpoint gives tokens to the identity of the deployment alone', async () => {
  const other = new ManagedIdentityCredential({ clientId: '99999999-9999-4999-8999-999999999999' });
  await expect(other.getToken('https://vault.azure.net/.default')).rejects.toThrow();
});

/** Whether a service lets a request in, by the resource that its tokens are for. */
const doors: Readonly<Record<string, (token: string | undefined) => Promise<boolean>>> = {
  'https://graph.microsoft.com': token => asks(`${settings.GRAPH_ENDPOINT}/v1.0/users`, token),
  'https://storage.azure.com': token => asks(tablesUrl(), token),
  'https://vault.azure.net': token =>
    asks(`https://${world.names.keyVault}/secrets/client-state?api-version=7.6`, token),
  'https://servicebus.azure.net': token => (token === undefined ? attaches() : peeks(token)),
};

test.each(Object.entries(doors))('%s wants a token of its own', async (resource, enter) => {
  const others = Object.keys(doors).filter(other => other !== resource);

  expect(await enter(await tokenFor(resource))).toBe(true);
  expect(await enter(undefined)).toBe(false);
  expect(await enter('nonsense')).toBe(false);
  for (const other of others) expect(await enter(await tokenFor(other))).toBe(false);
});

function tablesUrl(): string {
  return `https://${world.names.storageAccount}.table.core.windows.net/Tables`;
}

async function tokenFor(resource: string): Promise<string> {
  const credential = new ManagedIdentityCredential({ clientId: world.names.clientId });
  return (await credential.getToken(`${resource}/.default`)).token;
}

async function asks(url: string, token: string | undefined): Promise<boolean> {
  const { ok, status } = await request(url, token);
  if (!ok && ![401, 403].includes(status)) throw new Error(`${url} answered ${status}`);
  return ok;
}

function request(url: string, token: string | undefined): Promise<Response> {
  const authorization: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  return fetch(url, { headers: { Accept: 'application/json', 'x-ms-version': '2019-02-02', ...authorization } });
}

/** With the SDK, which puts the token first. */
async function peeks(token: string): Promise<boolean> {
  const credential = { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };
  const client = new ServiceBusClient(world.names.serviceBus, credential, { retryOptions: { maxRetries: 0 } });
  try {
    await client.createReceiver(settings.SYNC_QUEUE ?? '').peekMessages(1);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'UnauthorizedAccess') return false;
    throw error;
  } finally {
    await client.close();
  }
}

/** Without a token, which the SDK never does. */
async function attaches(): Promise<boolean> {
  const connection = rhea.create_container().connect({
    transport: 'tls',
    host: world.names.serviceBus,
    port: 5671,
    username: 'anonymous',
    reconnect: false,
  });
  const sender = connection.open_sender(settings.SYNC_QUEUE ?? '');
  const outcome = await Promise.race([
    once(sender, 'sendable').then(() => true),
    once(sender, 'sender_error').then(() => false),
  ]);
  connection.close();
  return outcome;
}
