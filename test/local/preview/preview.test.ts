import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Preview } from '../../../shared/api/preview.ts';
import { openSourceFiles } from '../../../shared/blobs/sourceFiles.ts';
import { addContact, patchContact } from '../../world/contactRows.ts';
import { startWorld, type World } from '../../world/world.ts';
import { writeSettings } from '../settings.ts';

const lists = [
  {
    id: 'staff',
    source: { mailbox: 'directory@contoso.example', folders: ['Staff'] },
    targets: { groups: ['everyone@contoso.example'] },
    destination: { folder: 'Company', category: null },
  },
  { id: 'broken', source: { mailbox: 'directory@contoso.example', folders: [] } },
];

let world: World;
let folder: string;
let ada: string;
let ann: string;
let directory: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'preview-'));
  world = await startWorld({ lists });
  const { graph } = world;
  directory = await graph.addUser('directory');
  ada = await graph.addUser('ada');
  await graph.addUser('outsider');
  await graph.addGroup('everyone', [ada, await graph.addUser('bob')]);
  const staff = await graph.addFolder(directory, 'Staff');
  ann = await addContact(graph, directory, staff, { displayName: 'Ann Example', department: 'Sales' });
  await addContact(graph, directory, staff, { displayName: 'Bob Example' });
});

afterAll(async () => {
  await world?.stop();
  await rm(folder, { recursive: true });
});

interface Ended {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** `npm run preview` with the world's settings, and what goes over them. */
async function preview(args: readonly string[], changed: Record<string, string> = {}): Promise<Ended> {
  const file = join(folder, 'settings.json');
  await writeSettings(file, { ...world.settings(), ...changed });
  return run(['--settings', file, ...args]);
}

async function run(args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, [join(import.meta.dirname, '../preview.ts'), ...args], { env });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const [code] = (await once(child, 'close')) as [number];
  return { code, output, errors };
}

test('before anything was deployed: no Service Bus, no tables, and everything is new', async () => {
  const shown = await preview(['--list', 'staff', '--mailbox', 'ada@contoso.example'], {
    ServiceBusConnection: 'Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=a;SharedAccessKey=b',
    TABLES_CONNECTION: '',
  });
  expect(shown).toMatchObject({ code: 0, errors: expect.stringContaining('shown as before the first run') });
  expect(shown.output).toContain('Contacts   2 created, 0 updated, 0 deleted, 0 kept, 0 held\n');
  expect(shown.output).toContain('Note       The folder "Company" is made\n');
  expect(shown.output).toMatch(/create {2}Ann Example {2}new at the source\n/);
  expect(await world.graph.findFolder(ada, 'Company')).toBeUndefined();
});

test('with the state of the tables: what changed since, and the totals', async () => {
  const host = await world.startHost();
  await host.runSchedule();
  await patchContact(world.graph, directory, ann, { department: 'Research' });
  const one = await preview(['--mailbox', ada]);
  expect(one).toMatchObject({ code: 0, errors: '' });
  expect(one.output).toMatch(/patch {3}Ann Example {2}department changed at the source\n/);
  const all = await preview(['--json']);
  expect(JSON.parse(all.output) as Preview).toMatchObject({ patches: 2, mailboxes: { total: 2, changed: 2 } });
  const few = await preview(['--mailbox', ada, '--operations', '0']);
  expect(few.output).not.toContain('Ann Example');
});

test('a list of a file is read from where the app keeps it', async () => {
  const file = { id: 'file', source: { kind: 'csv', blob: 'people.csv' } };
  const CONTACT_LISTS = JSON.stringify([{ ...lists[0], ...file, destination: { folder: 'File' } }]);
  const missing = await preview(['--list', 'file'], { CONTACT_LISTS });
  expect(missing.output + missing.errors).toContain('There is no blob "people.csv" in the container');
  const files = openSourceFiles({ connectionString: world.settings().AzureWebJobsStorage ?? '' });
  await files.replace('people.csv', Buffer.from('First Name,Last Name\nCleo,Example\n'), undefined);
  const shown = await preview(['--list', 'file', '--mailbox', ada], { CONTACT_LISTS });
  expect(shown.output).toMatch(/create {2}Cleo Example {2}new at the source\n/);
});

test.each<[string, string[], Record<string, string>, RegExp]>([
  ['an unknown list', ['--list', 'nothing'], {}, /There is no list nothing that is enabled: CONTACT_LISTS has staff/],
  ['a refused list', ['--list', 'broken'], {}, /The list broken is refused: source\.folders/],
  ['an unknown mailbox', ['--mailbox', 'ghost@contoso.example'], {}, /There is no user ghost@contoso\.example/],
  ['a mailbox that is no target', ['--mailbox', 'outsider@contoso.example'], {}, /gets nothing of the list staff/],
  ['an unknown option', ['--mailboxes', 'x'], {}, /usage: npm run preview/],
  ['a number that is none', ['--operations', 'all'], {}, /--operations takes a number/],
  ['bad settings', [], { CONTACT_LISTS: 'not JSON [' }, /CONTACT_LISTS is neither JSON/],
  ['a real tenant without credentials', [], { GRAPH_ENDPOINT: 'https://graph.example' }, /AZURE_TENANT_ID/],
])('%s ends with 1 and says what is wrong', async (_, args, changed, message) => {
  const ended = await preview(args, changed);
  expect(ended).toMatchObject({ code: 1, output: '', errors: expect.stringMatching(message) });
  expect(ended.errors).not.toMatch(/\n\s+at /);
});

describe('--check', () => {
  async function check(settings: unknown, ...args: string[]): Promise<Ended> {
    const file = join(folder, 'checked.json');
    await writeFile(file, JSON.stringify(settings));
    return run(['--check', '--settings', file, ...args]);
  }
  const good = { CONTACT_LISTS: JSON.stringify([lists[0]]), FULL_RECONCILE_SCHEDULE: '0 0 3 * * Sun' };

  test('of good settings shows the lists and the next times, and asks nobody', async () => {
    const checked = await check({ Values: { ...good, GRAPH_ENDPOINT: 'https://graph.example' } });
    expect(checked).toMatchObject({ code: 0, errors: '' });
    expect(checked.output).toMatch(/^Lists +staff\n/);
    expect(checked.output).toMatch(/FULL_RECONCILE_SCHEDULE comes next at \(UTC\): \d{4}-\d\d-\d\dT03:00:00Z, /);
  });

  test('of what a deployment has lists what the next version refuses, and fails', async () => {
    const doubtful = { ...lists[0], destination: { folder: 'Company', category: 'Sales, North' } };
    const settings = {
      ...good,
      CONTACT_LISTS: JSON.stringify([doubtful, lists[1]]),
      WEBHOOK_URI: 'https://contoso.com',
    };
    const asAzureLists = Object.entries(settings).map(([name, value]) => ({ name, slotSetting: false, value }));
    const checked = await check(asAzureLists);
    expect(checked).toMatchObject({ code: 1, errors: '' });
    expect(checked.output).toMatch(/^Next +staff: destination\.category: "Sales, North" holds a comma/m);
    expect(checked.output).toMatch(/^Refused +broken: source\.folders: name at least one/m);
    expect(checked.output).toMatch(/^Note +WEBHOOK_URI is no setting of the app: did you mean WEBHOOK_URL\?/m);
    const { ok, notes } = JSON.parse((await check(asAzureLists, '--json')).output);
    expect([ok, notes.length]).toEqual([false, 2]);
  });

  test('of a setting that a deployment gives, and that is misspelt, says so', async () => {
    const checked = await check({ Values: { ...good, SYNC_QUEUES: 'sync' } });
    expect(checked).toMatchObject({ code: 0, errors: '' });
    expect(checked.output).toMatch(/^Note +SYNC_QUEUES is no setting of the app: did you mean SYNC_QUEUE\?/m);
  });

  test('takes what the environment sets before the file', async () => {
    const file = join(folder, 'checked.json');
    await writeSettings(file, good);
    const environment = {
      CONTACT_LISTS: JSON.stringify([{ ...lists[0], id: 'offices' }]),
      SYNC_SCHEDULE: '0 15 4 * * *',
    };
    const checked = await run(['--check', '--settings', file], environment);
    expect(checked).toMatchObject({ code: 0, errors: '' });
    expect(checked.output).toMatch(/^Lists +offices\n/);
    expect(checked.output).toMatch(/SYNC_SCHEDULE comes next at \(UTC\): \d{4}-\d\d-\d\dT04:15:00Z, /);
  });

  test('of settings with which the app does not start names every fault', async () => {
    const checked = await check({
      Values: { ...good, LEASE_SECONDS: 'long', CONTACT_LISTS: '{}', SYNC_QUEUES: 'sync' },
    });
    expect(checked).toMatchObject({ code: 1, errors: '' });
    expect(checked.output.match(/^Fault /gm)).toHaveLength(2);
    expect(checked.output).toContain('did you mean SYNC_QUEUE?');
    expect(await check('settings')).toMatchObject({ code: 1, errors: expect.stringMatching(/is not a settings file/) });
  });
});

test('consent that is missing is named with what to do', async () => {
  const fault = { status: 403, code: 'Authorization_RequestDenied' };
  await world.graph.control('POST', '/faults', { match: { path: '/users/' }, fault });
  const ended = await preview(['--mailbox', 'ada@contoso.example']);
  await world.graph.control('DELETE', '/faults');
  expect(ended).toMatchObject({ code: 1, errors: expect.stringMatching(/403 Authorization_RequestDenied.*consent/) });
});

test('a source that the app may not read is a problem, with what to do', async () => {
  const fault = { status: 403, code: 'ErrorAccessDenied' };
  await world.graph.control('POST', '/faults', { match: { path: '/contacts' }, fault });
  const ended = await preview([]);
  await world.graph.control('DELETE', '/faults');
  expect(ended).toMatchObject({
    code: 1,
    output: expect.stringMatching(/Problem +ErrorAccessDenied.*\nTo do +an admin/),
  });
});

test('before another tool’s folder is taken over: whom that is, and who has no counterpart there', async () => {
  const { graph } = world;
  const customers = await graph.addFolder(directory, 'Customers');
  const taken = await graph.addFolder(ada, 'Synced');
  for (const name of ['Cid', 'Dot']) {
    const emailAddresses = [{ name, address: `${name}@contoso.example` }];
    await addContact(graph, directory, customers, { displayName: name, emailAddresses });
    if (name === 'Cid') await addContact(graph, ada, taken, { displayName: 'Cid of the tool', emailAddresses });
  }
  const source = { mailbox: 'directory@contoso.example', folders: ['Customers'] };
  const takeOver = {
    ...lists[0],
    id: 'customers',
    source,
    destination: { folder: 'Synced' },
    existing: 'adoptInFolder',
  };
  const shown = await preview(['--list', 'customers', '--mailbox', ada], { CONTACT_LISTS: JSON.stringify([takeOver]) });
  expect(shown.output).toContain('Contacts   1 created, 0 updated, 0 deleted, 0 kept, 0 held, 1 taken over\n');
  expect(shown.output).toContain('neither ours nor taken over is left alone (contacts that are not ours so far: 1)\n');
});
