import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { endStarted, spawnStart, writeSettingsFile } from './startProcess.ts';

jest.setTimeout(180_000);

afterEach(endStarted);

const projectDirectory = join(import.meta.dirname, '../../..');
const sampleFile = join(projectDirectory, 'local.settings.sample.json');
const sampleLists = JSON.parse(JSON.parse(readFileSync(sampleFile, 'utf8')).Values.CONTACT_LISTS);

/** The commands that it prints, by the line above each. */
function printedCommands(output: string): string[] {
  return [...output.matchAll(/^ {2}((?:TOKEN=|curl ).*)$/gm)].map(([, command = '']) => command);
}

function runInShell(commands: readonly string[]): string {
  return execFileSync('sh', ['-c', commands.join('\n')], { encoding: 'utf8' });
}

test('stays up with commands that work as printed, ends at a signal, and goes on from the kept state', async () => {
  const data = join(mkdtempSync(join(tmpdir(), 'start-data-')), 'state');
  const start = spawnStart(['--data', data, '--settings', sampleFile]);
  await start.shows(/Stays up/);
  const beside = spawnStart(['--data', data, '--settings', sampleFile]);
  expect(await beside.exited).toBe(1);
  expect(beside.output()).toMatch(
    /state cannot be used: another npm start or npm run services uses it\. Stop that one, or name another with --data\n$/,
  );
  const [token = '', change = '', resync = '', read = ''] = printedCommands(start.output());
  expect(runInShell([token, read])).toContain('"mobilePhone":"+49');
  expect(runInShell([token, change])).toBe('200\n');
  expect(runInShell([resync])).toMatch(/^\{"runId":"[0-9a-f-]+"\}\n$/);
  while (!runInShell([token, read]).includes('"mobilePhone":"+1 206 555 0100"')) await wait(200);
  await start.shows(/(notification|resync|schedule) run: 25 of 2[56] mailboxes, 25 updated, /);
  const put = printedCommands(start.output()).filter(command => command.includes('-X PUT'));
  expect(runInShell([`cd ${projectDirectory}`, ...put])).toMatch(/^\{"runId":"[0-9a-f-]+"\}\n$/);
  start.child.kill('SIGINT');
  expect(await start.exited).toBe(0);
  expect(start.leftovers()).toEqual([]);

  const second = spawnStart(['--once', '--data', data, '--settings', sampleFile]);
  expect([await second.exited, second.output()]).toEqual([0, expect.any(String)]);
  expect(second.output()).toMatch(
    /Goes on after the run of 20.*: staff: 25 mailboxes are current, 2 skipped; partners: 5 mailboxes are current, 2 skipped\.\n/,
  );
  expect(second.output()).toMatch(/Contacts +0 created, 0 updated, 0 deleted, 0 failed\n/);
});

test('a list that is refused fails it, by name', async () => {
  const [staff] = sampleLists;
  const broken = { ...staff, id: 'broken', source: { ...staff.source, folders: [] } };
  const start = spawnStart(['--once', '--settings', writeSettingsFile({ CONTACT_LISTS: JSON.stringify([broken]) })]);
  expect(await start.exited).toBe(1);
  expect(start.output()).toContain('the list broken is refused (source.folders: name at least one source folder)');
  expect(start.output()).toMatch(/List broken +refused\n/);
  expect(start.leftovers()).toEqual([]);
});

test('a list whose source is not there fails it, with the reason', async () => {
  const [staff] = sampleLists;
  const list = { ...staff, source: { ...staff.source, folders: ['Nobody'] } };
  const start = spawnStart(['--once', '--settings', writeSettingsFile({ CONTACT_LISTS: JSON.stringify([list]) })]);
  expect(await start.exited).toBe(1);
  expect(start.output()).toMatch(/Problems\n {2}\w+ \(list staff\): .*folder/);
  expect(start.output()).toContain('Not everything was synced: 1 problem with lists');
});

test.each([
  ['while the services start', /sample tenant: nothing leaves/, /Stopping\.\n$/],
  ['while the host starts', /❯ Functions host/, /Stopping\.\n$/],
  [
    'in the middle of the run',
    /contacts written/,
    /Stopping in the middle of the sync: .*\. Ctrl-C again ends it at once\.\nThe next start begins anew; with --data DIR .*\n$/,
  ],
])('a signal %s says what happens and leaves nothing running', async (_when, pattern, said) => {
  const start = spawnStart(['--settings', sampleFile]);
  await start.shows(pattern);
  start.child.kill('SIGTERM');
  expect([await start.exited, start.output()]).toEqual([130, expect.stringMatching(said)]);
  expect(start.leftovers()).toEqual([]);
});

test('ends with the reason when the functions host ends by itself', async () => {
  const start = spawnStart(['--settings', sampleFile]);
  await start.shows(/❯ Sync/);
  const children = readFileSync(`/proc/${start.child.pid}/task/${start.child.pid}/children`, 'utf8');
  process.kill(Number(children.trim()), 'SIGKILL');
  expect(await start.exited).toBe(1);
  expect(start.output()).toContain('The functions host ended by itself (SIGKILL)');
  expect(start.leftovers()).toEqual([]);
});

test('a port in use is said before anything starts', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const start = spawnStart(['--once', '--port', String(port), '--settings', sampleFile]);
  expect(await start.exited).toBe(1);
  expect(start.output()).toBe(
    `Port ${port} is in use by another program: free it, name another with --port N, or leave --port out\n`,
  );
  expect(start.leftovers()).toEqual([]);
  await new Promise(resolve => server.close(resolve));
});

test('a functions host that does not come up fails it, with what the host says', async () => {
  const start = spawnStart(['--once', '--settings', writeSettingsFile({ SYNC_SCHEDULE: 'never' })], {
    languageWorkers__node__arguments: '--no-such-option',
  });
  expect(await start.exited).toBe(1);
  expect(start.output()).toContain('The functions host did not start: see what it says above');
  expect(start.leftovers()).toEqual([]);
});

test('the data directory of an earlier version is refused', async () => {
  const data = mkdtempSync(join(tmpdir(), 'start-data-'));
  writeFileSync(join(data, 'graph.json'), '');
  const start = spawnStart(['--once', '--data', data, '--settings', sampleFile]);
  expect(await start.exited).toBe(1);
  expect(start.output()).toMatch(
    /cannot be used: graph\.json in it was written by an earlier version\. Delete the directory, or name another with --data\n$/,
  );
});

test('a real tenant is named as such, gets no sample data and no commands for a simulator', async () => {
  const settings = writeSettingsFile({
    GRAPH_ENDPOINT: 'https://graph.invalid',
    AZURE_TENANT_ID: '11111111-2222-3333-4444-555555555555',
    AZURE_CLIENT_ID: '66666666-7777-8888-9999-000000000000',
    CONTACT_LISTS: JSON.stringify(sampleLists),
  });
  const start = spawnStart(['--settings', settings], {
    AZURE_CLIENT_SECRET: 'not-to-be-shown',
    AZURE_AUTHORITY_HOST: 'https://127.0.0.1:9',
  });
  await start.shows(/Stays up and syncs on the schedule 0 \*\/5 \* \* \* \*/);
  expect(start.output()).toMatch(
    /^Contact Folder Sync with the REAL TENANT 11111111-2222-3333-4444-555555555555 at https:\/\/graph\.invalid\.\n/,
  );
  expect(start.output()).toContain('TokenUnavailable (list staff)');
  expect(start.output()).not.toMatch(/_simulator|sample tenant|not-to-be-shown/);
  start.child.kill('SIGINT');
  expect(await start.exited).toBe(0);
  expect(start.leftovers()).toEqual([]);
});

test.each([
  ['an option that does not exist', ['--onec'], /^Unknown option '--onec'; usage: npm start -- .*\n$/],
  ['an argument', ['once'], /^There is no argument once; usage: .*\n$/],
  ['an option without its value', ['--data'], /^Option '--data <value>' argument missing; usage: .*\n$/],
  ['a port that is none', ['--port', '70000'], /^--port takes a number from 0 to 65535; usage: .*\n$/],
  ['settings that are not there', ['--settings', '/none.json'], /^The settings cannot be read: .*\/none\.json.*\n$/],
])('%s is refused in one line', async (_what, args, message) => {
  const start = spawnStart(args);
  expect(await start.exited).toBe(1);
  expect(start.output()).toMatch(message);
});
