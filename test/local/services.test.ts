import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { TableClient } from '@azure/data-tables';
import { ServiceBusClient } from '@azure/service-bus';
import { BlobServiceClient } from '@azure/storage-blob';
import type { Preview } from '../../shared/api/preview.ts';
import { readSettings, writeSettings } from './settings.ts';
import { SAMPLE_SETTINGS_FILE, startServices } from './startServices.ts';

let directory: string;
let settingsFile: string;
const started: ChildProcess[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'services-'));
  settingsFile = join(directory, 'settings.json');
});
afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  await rm(directory, { recursive: true });
});

interface ReadyLine {
  readonly graph: string;
  readonly settings: string;
  readonly statistics: string;
}

function runServices(...options: string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'services.ts'), ...options]);
  started.push(child);
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const firstLine = once(createInterface(child.stdout), 'line').then(([line]) => JSON.parse(line) as ReadyLine);
  return { child, exited, firstLine, output: text(child.stdout), errors: text(child.stderr) };
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  'prints one line, writes the settings, and stops cleanly on %s',
  async signal => {
    const { child, exited, firstLine, output } = runServices('--empty', '--free-ports', '--settings', settingsFile);
    const ready = await firstLine;
    const values = await readSettings(settingsFile);
    expect(ready).toEqual({
      ready: true,
      graph: values.GRAPH_ENDPOINT,
      settings: settingsFile,
      statistics: values.IDENTITY_ENDPOINT?.replace('/msi/token', '/statistics'),
    });
    const sample = await readSettings(SAMPLE_SETTINGS_FILE);
    // It names a port of the sample's.
    const { WEBHOOK_URL, ...others } = sample;
    // By which other tenants are signed in to; the sample's own list needs none.
    const signIn = ['AZURE_AUTHORITY_HOST', 'NODE_EXTRA_CA_CERTS'];
    expect(Object.keys(values)).toEqual([...Object.keys(others), ...signIn]);
    expect(values.CONTACT_LISTS).toBe(sample.CONTACT_LISTS);
    for (const name of ['AzureWebJobsStorage', 'TABLES_CONNECTION', 'ServiceBusConnection', 'IDENTITY_ENDPOINT']) {
      expect(values[name]).not.toBe(sample[name]);
    }
    child.kill(signal);
    expect(await exited).toBe(0);
    expect((await output).trim().split('\n')).toHaveLength(1);
    await expect(fetch(ready.graph)).rejects.toThrow();
  },
);

test('beside the tenant a database, an Exchange server and another tenant can be read by the settings', async () => {
  const { child, exited, firstLine } = runServices('--free-ports', '--settings', settingsFile, '--sources');
  await firstLine;
  const values = await readSettings(settingsFile);
  expect(JSON.parse(values.CONNECTIONS ?? '')).toMatchObject({
    crm: { console: true },
    onprem: { console: true },
    fabrikam: { console: true },
  });
  expect(values).toMatchObject({ CONSOLE_SIGN_IN: 'entra', CONSOLE_SOURCES: expect.stringContaining('fabrikam') });
  const query = 'SELECT id, display_name, email FROM people';
  const inPublic = { mailbox: 'directory@contoso.example', publicFolders: true, folders: ['Customers'] };
  const sources = [
    { name: 'crm', kind: 'sql', connection: 'crm', query, key: 'id' },
    { name: 'public', kind: 'exchangeServer', connection: 'onprem', ...inPublic },
    { name: 'partner', connection: 'fabrikam', mailbox: 'shared@fabrikam.example', folders: ['Partners'] },
  ];
  const [sample] = JSON.parse(values.CONTACT_LISTS ?? '') as object[];
  const CONTACT_LISTS = JSON.stringify([
    { ...sample, source: undefined, sources, destination: { folder: 'Partners' } },
  ]);
  await writeSettings(settingsFile, { ...values, CONTACT_LISTS });
  const preview = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'preview.ts'), '--settings', settingsFile, '--json'],
    { encoding: 'utf8' },
  );
  const { mailboxes, creates, problems } = JSON.parse(preview.stdout) as Preview;
  expect(problems).toEqual([]);
  expect(mailboxes?.total).toBeGreaterThan(0);
  expect(creates).toBe((3 + 2 + 40) * (mailboxes?.total ?? 0));
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
});

test.each([
  ['an unknown option', ['--port', '1'], /Unknown option '--port'.* usage: /],
  ['an argument', ['now'], /Unexpected argument 'now'.* usage: /],
  ['free ports without a file', ['--free-ports'], /--settings FILE/],
  [
    'a file that cannot be written',
    ['--empty', '--free-ports', '--settings', '/nowhere/x.json'],
    /\/nowhere\/x\.json: ENOENT.*Name a file/,
  ],
  [
    'a data directory that is a file',
    [
      '--empty',
      '--free-ports',
      '--settings',
      join(tmpdir(), 'unused-settings.json'),
      '--data',
      join(import.meta.dirname, 'services.ts'),
    ],
    /services\.ts cannot be used/,
  ],
])('%s is one clear line and exit code 1', async (_name, options, message) => {
  const { exited, output, errors } = runServices(...options);
  expect(await exited).toBe(1);
  expect(await output).toBe('');
  expect((await errors).trim()).toMatch(message);
  expect((await errors).trim().split('\n')).toHaveLength(1);
});

test('a sample port in use is one clear line and exit code 1', async () => {
  const blocker = createServer();
  // Somebody else may have it: then it is in use all the same.
  blocker.on('error', () => {});
  blocker.listen(10002, '127.0.0.1');
  const { exited, errors } = runServices('--empty');
  expect(await exited).toBe(1);
  expect((await errors).trim()).toMatch(
    /^Port \d+ on 127\.0\.0\.1, .* for .*, is in use .*--free-ports --settings FILE$/,
  );
  blocker.close();
});

test('statistics count messages and table requests over HTTP, and are set back', async () => {
  const services = await startServices({ ports: 'free', empty: true, queueConfig: { lockSeconds: 5 } });
  const client = new ServiceBusClient(services.values.ServiceBusConnection ?? '');
  await client.createSender('sync-mailbox').sendMessages([{ body: 1 }, { body: 2 }]);
  const receiver = client.createReceiver('sync-mailbox');
  const [message] = await receiver.receiveMessages(1);
  if (!message?.lockedUntilUtc) throw new Error('no locked message');
  expect(Number(message.lockedUntilUtc) - Date.now()).toBeLessThanOrEqual(5000);
  await receiver.completeMessage(message);
  const table = TableClient.fromConnectionString(services.values.TABLES_CONNECTION ?? '', 'Runs', {
    allowInsecureConnection: true,
  });
  await table.createTable();

  const read = async () => (await fetch(services.statisticsUrl)).json();
  expect(await read()).toMatchObject({
    queues: { 'sync-mailbox': { sent: 2, delivered: 1, completed: 1, deadLettered: 0, active: 1, scheduled: 0 } },
    tables: { operations: 1 },
  });
  await fetch(services.statisticsUrl, { method: 'DELETE' });
  expect(await read()).toMatchObject({
    queues: { 'sync-mailbox': { sent: 0, delivered: 0, completed: 0, active: 1 } },
    tables: { operations: 0 },
  });
  await client.close();
  await services.close();
});

test('the data directory keeps blobs and tenant, and the sample tenant is made only once', async () => {
  const options = { ports: 'free', empty: false, dataDirectory: join(directory, 'data') } as const;
  const users = async (url: string) => {
    const { access_token: token } = (await (await fetch(`${url}/_simulator/token?app=test`)).json()) as {
      access_token: string;
    };
    const response = await fetch(`${url}/v1.0/users?$top=999`, { headers: { authorization: `Bearer ${token}` } });
    return ((await response.json()) as { value: { id: string }[] }).value.map(({ id }) => id);
  };
  const first = await startServices(options);
  const usersBefore = await users(first.graphUrl);
  expect(usersBefore.length).toBeGreaterThan(1);
  const container = containerOf(first.values);
  await container.createIfNotExists();
  await container.getBlockBlobClient('staff.csv').uploadData(Buffer.from('Zoë'));
  await first.close();
  const second = await startServices(options);
  expect(await users(second.graphUrl)).toEqual(usersBefore);
  const kept = await containerOf(second.values).getBlockBlobClient('staff.csv').downloadToBuffer();
  expect(kept.toString()).toBe('Zoë');
  await second.close();
});

/** Of the storage that the settings name: the client is newer than Azurite and uses a version of the API that it does not know. */
function containerOf({ AzureWebJobsStorage = '' }: Record<string, string>) {
  return BlobServiceClient.fromConnectionString(AzureWebJobsStorage).getContainerClient('sources');
}
