import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFile, cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkBackup } from '../../infra/scripts/tables/manifest.ts';
import type { Tables } from '../../shared/ports/tableStorage.ts';
import { connectTables } from '../../shared/store/tables/tables.ts';
import { type Storage, startStorage } from '../local/storage/index.ts';
import { infraDirectory } from './infra.ts';

const tableFiles = ['Sources', 'Mailboxes', 'Progress', 'Runs'].map(name => `${name}.jsonl`);
const properties = { text: 'Zoë "Quill"\n', time: 1_764_374_400_000, count: 7, share: 0.25, kept: true };

let storage: Storage;
let tables: Tables;
let folder: string;
let directory: string;
/** Holds a backup that is whole. */
let sound: string;

beforeAll(async () => {
  storage = await startStorage();
  tables = connectTables({ connectionString: storage.tablesConnectionString });
  sound = await mkdtemp(join(tmpdir(), 'tables-'));
  await insert('sources', 'staff', ['checkpoint']);
  await insert('mailboxes', 'ada', ['contact:1', 'contact:2']);
  await insert('runs', 'run', ['summary']);
  run('backup', '--directory', join(sound, 'backup'));
  await clear();
});

afterAll(async () => {
  await storage?.close();
  await rm(sound, { recursive: true });
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tables-'));
  directory = join(folder, 'backup');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
  await clear();
});

async function clear(): Promise<void> {
  for (const [table, partition] of [
    ['mailboxes', 'ada'],
    ['mailboxes', 'bob'],
    ['sources', 'staff'],
    ['runs', 'run'],
    ['audit', 'day'],
  ] as const) {
    for (const { rowKey } of await tables[table].query(partition)) {
      await tables[table].write(partition, [{ kind: 'delete', rowKey }]);
    }
  }
}

function run(...args: readonly string[]): { code: number | null; output: string } {
  const environment = { ...process.env, AZURE_STORAGE_CONNECTION_STRING: storage.tablesConnectionString };
  const script = join(infraDirectory, 'scripts/tables.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: 'utf8',
    env: environment,
  });
  return { code: status, output: stdout + stderr };
}

async function insert(table: keyof Tables, partition: string, rowKeys: readonly string[], more = {}): Promise<void> {
  for (const rowKey of rowKeys) {
    await tables[table].write(partition, [{ kind: 'insert', rowKey, properties: { ...properties, ...more } }]);
  }
}

async function contentOf(table: keyof Tables, partition: string): Promise<unknown> {
  return (await tables[table].query(partition)).map(row => [row.rowKey, row.properties]);
}

test('a restore brings back the rows of the backup, of every type and size, and no other', async () => {
  const long = { a: 'x'.repeat(32_000), b: 'y'.repeat(32_000) };
  const many = Array.from({ length: 130 }, (_, index) => `contact:${String(index).padStart(3, '0')}`);
  await insert('mailboxes', 'ada', many, long);
  await insert('mailboxes', 'bob', ['lease']);
  await insert('sources', 'staff', ['checkpoint']);
  const before = await contentOf('mailboxes', 'ada');
  expect(run('backup', '--directory', directory)).toEqual({
    code: 0,
    output: `${['Sources: 1', 'Mailboxes: 131', 'Progress: 0', 'Runs: 0', 'Audit: 0', 'Choices: 0', 'Definitions: 0', 'Tombstones: 0'].join(' rows\n')} rows\n`,
  });
  expect((await stat(join(directory, 'Mailboxes.jsonl'))).mode & 0o077).toBe(0);

  await tables.mailboxes.write('ada', [{ kind: 'delete', rowKey: 'contact:001' }]);
  await tables.mailboxes.write('ada', [{ kind: 'merge', rowKey: 'contact:002', properties: { count: 8, added: 1 } }]);
  await insert('mailboxes', 'ada', ['contact:later']);
  await insert('progress', 'staff', ['ada']);
  expect(run('restore', '--directory', directory)).toMatchObject({ code: 0 });

  expect(await contentOf('mailboxes', 'ada')).toEqual(before);
  expect(await contentOf('mailboxes', 'bob')).toEqual([['lease', properties]]);
  expect(await contentOf('sources', 'staff')).toEqual([['checkpoint', properties]]);
  expect(await contentOf('progress', 'staff')).toEqual([]);
});

test('a backup that is not whole changes nothing', async () => {
  await insert('runs', 'run', ['summary']);
  run('backup', '--directory', directory);
  await insert('runs', 'run', ['mailbox:ada']);

  await appendFile(join(directory, 'Runs.jsonl'), '{"partitionKey": "Zebulon');
  expect(run('restore', '--directory', directory)).toEqual({
    code: 1,
    output: `${join(directory, 'Runs.jsonl')}, line 2: this is no row of a backup: take another copy of this backup, or another backup\n`,
  });
  await rm(join(directory, 'Runs.jsonl'));
  expect(run('restore', '--directory', directory)).toMatchObject({
    code: 1,
    output: expect.stringContaining('missing'),
  });

  expect(await tables.runs.query('run')).toHaveLength(2);
});

type Files = Record<string, { rows: number; sha256: string }>;

/** Changes a file of the backup; `signed` says that the manifest follows, as when the backup itself was made so. */
async function change(name: string, edit: (text: string) => string, signed = false): Promise<void> {
  const text = edit(await readFile(join(directory, name), 'utf8'));
  await writeFile(join(directory, name), text);
  if (!signed) return;
  const { files } = JSON.parse(await readFile(join(directory, 'manifest.json'), 'utf8')) as { files: Files };
  files[name] = { rows: text.split('\n').length - 1, sha256: createHash('sha256').update(text).digest('hex') };
  await writeFile(join(directory, 'manifest.json'), JSON.stringify({ files }));
}

test.each<[string, () => Promise<void>, RegExp]>([
  ['an empty file', () => change('Sources.jsonl', () => ''), /Sources\.jsonl has 0 rows, and had \d+ when/],
  [
    'a file cut short between two rows',
    () => change('Mailboxes.jsonl', text => text.slice(0, text.indexOf('\n') + 1)),
    /Mailboxes\.jsonl has 1 rows, and had \d+ when/,
  ],
  [
    'a value that was edited',
    () => change('Mailboxes.jsonl', text => text.replace('Quill', 'Quiff')),
    /Mailboxes\.jsonl was changed after it was written/,
  ],
  [
    'a row that is there twice',
    () => change('Runs.jsonl', text => text + text.slice(0, text.indexOf('\n') + 1), true),
    /Runs\.jsonl, line \d+: this row, or its partition, came before/,
  ],
  [
    'a row that is there twice in a row',
    () => change('Runs.jsonl', text => text.slice(0, text.indexOf('\n') + 1) + text, true),
    /Runs\.jsonl, line 2: this row, or its partition, came before/,
  ],
  ['no manifest', () => rm(join(directory, 'manifest.json')), /manifest\.json is missing: .* earlier version/],
  ['a manifest that is none', () => writeFile(join(directory, 'manifest.json'), '{'), /manifest\.json is no manifest/],
  [
    'a manifest that lacks a table',
    () => writeFile(join(directory, 'manifest.json'), '{"files": {}}'),
    /manifest\.json does not name Sources\.jsonl/,
  ],
])('a backup with %s is refused', async (_what, damage, message) => {
  await cp(join(sound, 'backup'), directory, { recursive: true });
  await damage();

  await expect(checkBackup(directory, tableFiles)).rejects.toThrow(message);
});

test('a backup of a version that had fewer tables is restored, and leaves the others as they are', async () => {
  await cp(join(sound, 'backup'), directory, { recursive: true });
  const { files } = JSON.parse(await readFile(join(directory, 'manifest.json'), 'utf8')) as { files: Files };
  const { 'Audit.jsonl': _audit, ...others } = files;
  await writeFile(join(directory, 'manifest.json'), JSON.stringify({ files: others }));
  await rm(join(directory, 'Audit.jsonl'));
  await insert('audit', 'day', ['decision']);

  expect(run('restore', '--directory', directory)).toEqual({ code: 0, output: expect.not.stringContaining('Audit') });
  expect(await contentOf('audit', 'day')).toHaveLength(1);
});

test('a backup is never written over', async () => {
  run('backup', '--directory', directory);
  const files = await readdir(directory);
  expect(run('backup', '--directory', directory)).toMatchObject({
    code: 1,
    output: expect.stringContaining('another'),
  });
  expect(await readdir(directory)).toEqual(files);
});

test.each([[[]], [['restore', '--from', 'x']]])('the options %j are answered with the usage', args => {
  expect(run(...args)).toEqual({
    code: 1,
    output: expect.stringMatching(/^usage: npm run tables.*AZURE_STORAGE_CONNECTION_STRING/),
  });
});
