import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type LocalExchangeServer, startExchangeServer } from '../local/exchange-server/index.ts';
import { writeSettings } from '../local/settings.ts';
import { type Host, startWorld, type World } from '../world/world.ts';

const mailbox = 'directory@contoso.example';
const targets = { mailboxes: ['ada@contoso.example'] };
const inMailbox = { kind: 'exchangeServer', connection: 'onprem', mailbox, folders: ['contacts'] };
const inPublic = { ...inMailbox, publicFolders: true, folders: ['Customers'] };

let world: World;
let host: Host;
let server: LocalExchangeServer;
let contacts: string;
let customers: string;
let ada: string;

beforeAll(async () => {
  server = await startExchangeServer({ user: 'reader', password: 'secret', mailbox });
  contacts = server.mailboxes.addMailbox(mailbox).contacts;
  customers = server.mailboxes.addFolder(server.mailboxes.publicRoot, 'Customers');
  const onprem = { kind: 'exchangeServer', url: server.url, user: 'reader', passwordSecret: 'exchange' };
  world = await startWorld({
    lists: [
      { id: 'staff', source: inMailbox, targets, destination: { folder: 'Staff', category: null } },
      { id: 'customers', source: inPublic, targets, destination: { folder: 'Customers', category: null } },
    ],
    settings: {
      CONNECTIONS: JSON.stringify({ onprem: { ...onprem, allowUntrusted: true } }),
      LOCAL_SECRETS: JSON.stringify({ exchange: 'secret' }),
    },
  });
  ada = await world.graph.addUser('ada');
  host = await world.startHost();
});

afterAll(async () => {
  await world?.stop();
  await server?.close();
});

async function namesIn(folder: string): Promise<string[]> {
  const id = (await world.graph.findFolder(ada, folder)) ?? '';
  const rows = await world.graph.readContacts(ada, id);
  return rows.map(({ displayName }) => String(displayName)).toSorted();
}

test('contacts of a mailbox and of a public folder on premises are in a mailbox, and follow', async () => {
  const grace = server.mailboxes.addContact(contacts, { texts: { DisplayName: 'Grace' } });
  server.mailboxes.addContact(customers, { texts: { DisplayName: 'Margaret' } });
  await host.runSchedule();
  expect([await namesIn('Staff'), await namesIn('Customers')]).toEqual([['Grace'], ['Margaret']]);
  server.mailboxes.changeContact(contacts, grace, { texts: { DisplayName: 'Grace H.' } });
  server.mailboxes.addContact(customers, { texts: { DisplayName: 'Katherine' } });
  await host.runSchedule();
  expect([await namesIn('Staff'), await namesIn('Customers')]).toEqual([['Grace H.'], ['Katherine', 'Margaret']]);
});

test('the list warns of a certificate that is not checked, shows its folders and tests its connection', async () => {
  const read = async (path: string) => (await host.call('GET', path)).json();
  expect(await read('/api/lists/staff')).toMatchObject({ state: 'ok', notes: [{ code: 'UntrustedCertificate' }] });
  expect(await read('/api/lists/customers/folders')).toMatchObject({ folders: [{ path: 'Customers', contacts: 2 }] });
  const { steps } = (await read('/api/lists/staff/connection-test')) as { steps: { name: string; ok: boolean }[] };
  expect(steps).toContainEqual(
    expect.objectContaining({ name: expect.stringMatching(/^TLS to localhost:/), ok: true }),
  );
  expect(steps).toContainEqual(expect.objectContaining({ name: 'contacts of "contacts"', ok: true }));
});

test('a preview from a desk reads the server too', async () => {
  server.mailboxes.addContact(customers, { texts: { DisplayName: 'Dorothy' } });
  const file = join(await mkdtemp(join(tmpdir(), 'preview-')), 'settings.json');
  await writeSettings(file, world.settings());
  const command = join(import.meta.dirname, '../local/preview.ts');
  const args = [command, '--settings', file, '--list', 'customers', '--mailbox', 'ada@contoso.example', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  await rm(dirname(file), { recursive: true });
  expect(JSON.parse(stdout)).toMatchObject({ creates: 1, operations: [{ displayName: 'Dorothy' }] });
});

test('a server that is gone is told on its lists, and takes nobody along', async () => {
  await server.close();
  const run = await host.runSchedule();
  expect(run.problems).toContainEqual(expect.objectContaining({ code: 'ExchangeUnreachable' }));
  expect(await namesIn('Customers')).toEqual(['Katherine', 'Margaret']);
});
