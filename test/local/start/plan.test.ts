import { neverBySchedule } from '../settings.ts';
import { planStart } from './plan.ts';
import { StartError } from './startError.ts';
import { writeSettingsFile } from './startProcess.ts';

const credentials = { AZURE_TENANT_ID: 'tenant', AZURE_CLIENT_ID: 'client', AZURE_CLIENT_SECRET: 'secret' };

function plan(values: Record<string, string>, environment: NodeJS.ProcessEnv = {}, once = false) {
  return planStart({ once, settingsFile: writeSettingsFile(values) }, environment);
}

test.each(['http://127.0.0.1:7080', 'http://localhost:7080', 'http://[::1]:7080'])(
  '%s is the sample tenant',
  async graph => {
    const { tenant, values } = await plan({ GRAPH_ENDPOINT: graph, ...credentials });
    expect(tenant).toEqual({ kind: 'sample' });
    expect(values.SYNC_SCHEDULE).toBe('*/30 * * * * *');
  },
);

test('a start for one run has no schedule that comes in its midst', async () => {
  const { values } = await plan({}, {}, true);
  expect(values).toMatchObject(neverBySchedule);
});

test('settings without an endpoint are for the sample tenant, whatever credentials the environment holds', async () => {
  expect((await plan({}, credentials)).tenant).toEqual({ kind: 'sample' });
});

test.each(['https://graph.microsoft.com', 'https://localhost.contoso.com', 'https://127.0.0.1.contoso.com'])(
  '%s is a real tenant',
  async graph => {
    const { tenant } = await plan({ GRAPH_ENDPOINT: graph, ...credentials });
    expect(tenant).toEqual({ kind: 'real', id: 'tenant', graph });
  },
);

test('a real tenant keeps its schedule and its ways to sources, and gets none of the services that the file names', async () => {
  const { values } = await plan({
    GRAPH_ENDPOINT: 'https://graph.microsoft.com',
    SYNC_SCHEDULE: '0 0 * * * *',
    TABLES_CONNECTION__accountName: 'production',
    IDENTITY_ENDPOINT: 'http://127.0.0.1:1/',
    CONNECTIONS: '{}',
    ...credentials,
  });
  expect(values).toMatchObject({ SYNC_SCHEDULE: '0 0 * * * *', AZURE_CLIENT_SECRET: 'secret', CONNECTIONS: '{}' });
  const names = Object.keys(values).filter(name => /CONNECTION|Connection|Storage|IDENTITY/.test(name));
  expect(names).toEqual(['CONNECTIONS']);
});

test('nobody signs in to a real tenant as one of the sample people', async () => {
  const people = { WEBSITE_AUTH_ENABLED: 'true', LOCAL_PEOPLE: '[]', CSV_HOSTS: '' };
  const { values } = await plan({ GRAPH_ENDPOINT: 'https://graph.microsoft.com', ...credentials, ...people });
  expect(Object.keys(values).filter(name => name in people)).toEqual(['CSV_HOSTS']);
});

test('the environment wins over the file', async () => {
  const environment = { GRAPH_ENDPOINT: 'https://graph.microsoft.com', ...credentials };
  expect((await plan({ GRAPH_ENDPOINT: 'http://127.0.0.1:7080' }, environment)).tenant.kind).toBe('real');
});

test('a real tenant without credentials is refused, with the names of what is missing', async () => {
  const refused = plan({ GRAPH_ENDPOINT: 'https://graph.microsoft.com', AZURE_TENANT_ID: 'tenant' });
  await expect(refused).rejects.toThrow(StartError);
  await expect(refused).rejects.toThrow(/^GRAPH_ENDPOINT is .* AZURE_CLIENT_ID, AZURE_CLIENT_SECRET are missing: set /);
});

test('a webhook that the internet reaches is refused with secrets that everybody knows', async () => {
  const tunnel = {
    GRAPH_ENDPOINT: 'https://graph.microsoft.com',
    WEBHOOK_URL: 'https://tunnel.example',
    ...credentials,
  };
  await expect(plan(tunnel)).rejects.toThrow(
    /the sample's LOCAL_FUNCTION_KEY and CLIENT_STATE, which everybody can read/,
  );
  await expect(plan({ ...tunnel, CLIENT_STATE: 'own' })).rejects.toThrow(/the sample's LOCAL_FUNCTION_KEY, which/);
  const { values } = await plan({ ...tunnel, CLIENT_STATE: 'own' }, { LOCAL_FUNCTION_KEY: 'own' });
  expect(values).toMatchObject({ WEBHOOK_URL: 'https://tunnel.example', LOCAL_FUNCTION_KEY: 'own' });
});

test('settings that the app would refuse are refused before anything starts', async () => {
  await expect(plan({ CONTACT_LISTS: '[{', SYNC_QUEUE: '/' })).rejects.toThrow(/CONTACT_LISTS is not valid JSON/);
});

test('a list that is refused and one that is paused are told apart from those that run', async () => {
  const list = {
    id: 'staff',
    source: { mailbox: 'a@contoso.example', folders: ['Staff'] },
    targets: { groups: ['everyone@contoso.example'] },
    destination: { folder: 'Staff' },
  };
  const lists = [list, { ...list, id: 'paused', enabled: false }, { ...list, id: 'broken', targets: {} }];
  const { lists: running, refusedLists } = await plan({ CONTACT_LISTS: JSON.stringify(lists) });
  expect(running.map(({ id }) => id)).toEqual(['staff']);
  expect(refusedLists.map(({ id }) => id)).toEqual(['broken']);
});
