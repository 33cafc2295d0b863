import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { openKeyValueFile } from '../keyValueFile.ts';
import { type Body, immutable, startTestTenant, type TestTenant } from './testTenant.ts';

const now = () => Date.parse('2026-11-01T08:00:00Z');
const running: TestTenant[] = [];
let directory: string;
let stateFile: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'graph-simulator-'));
  await mkdir(join(directory, 'original'));
  stateFile = join(directory, 'original', 'tenant.sqlite');
});
afterEach(async () => {
  for (const tenant of running.splice(0)) await tenant.close();
  await rm(directory, { recursive: true });
});

async function start(file = stateFile): Promise<TestTenant> {
  const tenant = await startTestTenant({ stateFile: file, now });
  running.push(tenant);
  return tenant;
}

/** A second simulator on the files as they are now, which is what a kill would leave. */
async function startOnCopy(): Promise<TestTenant> {
  await cp(join(directory, 'original'), join(directory, 'copy'), { recursive: true });
  return start(join(directory, 'copy', 'tenant.sqlite'));
}

test('contacts keep their order', async () => {
  const first = await start();
  const names = Array.from({ length: 12 }, (_, index) => `Contact ${index}`);
  for (const displayName of names) await first.newContact({ displayName });
  const { body } = await (await startOnCopy()).graph('GET', `${first.ada}/contacts?$top=99`);
  expect(body.value.map(({ displayName }: Body) => displayName)).toEqual(names);
});

test.each<[string, (tenant: TestTenant, ids: { kept: string; gone: string; folder: string }) => Promise<unknown>]>([
  [
    'by requests of their own',
    async ({ ada, graph, newContact }, { kept, gone, folder }) => {
      await newContact({ displayName: 'New' }, folder);
      await graph('PATCH', `${ada}/contacts/${kept}`, { displayName: 'Changed' }, { headers: immutable });
      await graph('DELETE', `${ada}/contacts/${gone}`);
      await graph('PATCH', `${ada}/contactFolders/${folder}`, { displayName: 'Renamed' });
    },
  ],
  [
    'in one batch',
    ({ ada, batch }, { kept, gone, folder }) => {
      const headers = { 'Content-Type': 'application/json', ...immutable };
      const body = (displayName: string) => ({ headers, body: { displayName } });
      return batch([
        { id: '1', method: 'POST', url: `${ada}/contactFolders/${folder}/contacts`, ...body('New') },
        { id: '2', method: 'PATCH', url: `${ada}/contacts/${kept}`, ...body('Changed') },
        { id: '3', method: 'DELETE', url: `${ada}/contacts/${gone}` },
        { id: '4', method: 'PATCH', url: `${ada}/contactFolders/${folder}`, ...body('Renamed') },
      ]);
    },
  ],
])('changes that were answered are kept at once, %s', async (_how, change) => {
  const first = await start();
  const { id: folder } = await first.newFolder('Staff');
  const { id: kept } = await first.newContact({ displayName: 'Old' }, folder);
  const { id: gone } = await first.newContact({ displayName: 'Gone' }, folder);
  await change(first, { kept, gone, folder });
  const second = await startOnCopy();
  const contacts = (await second.graph('GET', `${first.ada}/contactFolders/${folder}/contacts`)).body.value;
  expect(contacts.map(({ displayName }: Body) => displayName)).toEqual(['Changed', 'New']);
  expect((await second.graph('GET', `${first.ada}/contactFolders/${folder}`)).body.displayName).toBe('Renamed');
});

test('a delta link that was answered is no older than the tenant that is kept', async () => {
  const first = await start();
  const { id: folder } = await first.newFolder('Staff');
  await first.newContact({ displayName: 'Shown' }, folder);
  const delta = `${first.ada}/contactFolders/${folder}/contacts/delta`;
  const link: string = (await first.graph('GET', delta)).body['@odata.deltaLink'];
  const second = await startOnCopy();
  await second.newContact({ displayName: 'New' }, folder);
  const { body } = await second.graph('GET', link.replace(first.simulator.url, second.simulator.url));
  expect(body.value.map(({ displayName }: Body) => displayName)).toEqual(['New']);
});

test('changes of the directory and by controls are kept at once', async () => {
  const first = await start();
  await first.graph('PATCH', first.ada, { department: 'Research' });
  await first.graph('POST', '/groups', { displayName: 'Everyone', mailNickname: 'everyone' });
  await first.control('POST', `/mailboxes/${first.ada.slice('/users/'.length)}/state`, { state: 'overQuota' });
  const second = await startOnCopy();
  expect((await second.graph('GET', `${first.ada}?$select=department`)).body.department).toBe('Research');
  expect((await second.graph('GET', '/groups')).body.value).toHaveLength(1);
  expect((await second.graph('POST', `${first.ada}/contacts`, { displayName: 'No' })).status).toBe(403);
});

test('a tenant whose filling was cut short is filled anew', async () => {
  const seed = () => Promise.reject(new Error('cut short'));
  await expect(startTestTenant({ stateFile, seed })).rejects.toThrow('cut short');
  const seeded: string[] = [];
  running.push(await startTestTenant({ stateFile, seed: async url => void seeded.push(url) }));
  await running.pop()?.close();
  running.push(await startTestTenant({ stateFile, seed: async url => void seeded.push(url) }));
  expect(seeded).toHaveLength(1);
});

test('a file of another version is refused by name', async () => {
  await start();
  await running.pop()?.close();
  const file = openKeyValueFile(stateFile);
  file.write([['tenant/head', serialize({ formatVersion: 0 })]]);
  file.close();
  await expect(start()).rejects.toThrow(/tenant\.sqlite was written by another version.*delete its folder/);
});
