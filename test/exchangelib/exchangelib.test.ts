import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type LocalExchangeServer, startExchangeServer } from '../local/exchange-server/index.ts';

const user = 'CONTOSO\\reader';
const password = 'pa&ss';
const mailbox = 'directory@contoso.example';

let server: LocalExchangeServer;
let contacts: string;
let folder: string;
let python: ChildProcessWithoutNullStreams;
let answers: AsyncIterator<string>;
let complaints = '';

beforeAll(async () => {
  server = await startExchangeServer({ user, password, mailbox });
  contacts = server.mailboxes.addMailbox(mailbox).contacts;
  folder = await mkdtemp(join(tmpdir(), 'exchangelib-'));
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, server.ca);
  const environment = { EWS_URL: server.url, EWS_USER: user, EWS_PASSWORD: password, EWS_MAILBOX: mailbox };
  // Debian's own, which brings exchangelib as python3-exchangelib.
  python = spawn('/usr/bin/python3', ['-W', 'ignore', join(import.meta.dirname, 'readContacts.py')], {
    env: { ...process.env, ...environment, REQUESTS_CA_BUNDLE: caFile, HOME: folder },
  });
  python.stderr.on('data', text => {
    complaints += text;
  });
  answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
});

afterAll(async () => {
  python?.kill();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

async function ask(what: string): Promise<unknown> {
  python.stdin.write(`${what}\n`);
  const { value, done } = await answers.next();
  if (done) throw new Error(`exchangelib ended: ${complaints}`);
  return JSON.parse(value);
}

test('exchangelib lists a contact folder whole, with texts that FindItem cuts', async () => {
  const street = 'Long Lane '.repeat(40).trim();
  server.mailboxes.addContact(contacts, {
    texts: { DisplayName: 'Ada & <Lovelace>', GivenName: 'Ada', Body: 'one\r\ntwo', Birthday: '1985-02-28T11:59:00Z' },
    emails: [{ address: 'ada@contoso.example' }],
    phones: { MobilePhone: '007' },
    addresses: { Business: { Street: street } },
    categories: ['Board'],
  });
  expect(await ask('list')).toEqual([
    {
      name: 'Ada & <Lovelace>',
      given: 'Ada',
      notes: expect.stringMatching(/^one\r?\ntwo$/),
      emails: ['ada@contoso.example'],
      phones: { MobilePhone: '007' },
      street,
      birthday: '1985-02-28',
      categories: ['Board'],
    },
  ]);
});

test('exchangelib follows the pages of a folder', async () => {
  for (let index = 1; index <= 9; index++) {
    server.mailboxes.addContact(contacts, { texts: { DisplayName: `Person ${index}` } });
  }
  expect(await ask('page')).toHaveLength(10);
  expect(server.requests.filter(name => name === 'FindItem').length).toBeGreaterThan(3);
});

test('exchangelib syncs what changed since', async () => {
  expect(await ask('sync')).toHaveLength(10);
  expect(await ask('sync')).toEqual([]);
  const [first = '', second = ''] = server.mailboxes.folders.get(contacts)?.items.keys() ?? [];
  server.mailboxes.changeContact(contacts, first, { texts: { DisplayName: 'Ada L.' } });
  server.mailboxes.removeContact(contacts, second);
  expect(await ask('sync')).toEqual([
    ['update', 'Ada L.'],
    ['delete', null],
  ]);
});
