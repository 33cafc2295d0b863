import { cp, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';
import { type Storage, startStorage } from './index.ts';

function connect(storage: Storage, table = 'Mailboxes'): TableClient {
  return TableClient.fromConnectionString(storage.tablesConnectionString, table, { allowInsecureConnection: true });
}

describe('in memory', () => {
  let storage: Storage;
  let table: TableClient;

  beforeAll(async () => {
    storage = await startStorage();
    table = connect(storage);
    await table.createTable();
  });
  afterAll(() => storage.close());

  test('an entity is stored and read', async () => {
    await table.createEntity({ partitionKey: 'm1', rowKey: 'list:staff', position: 7 });
    expect(await table.getEntity('m1', 'list:staff')).toMatchObject({ position: 7 });
  });

  test('a stale ETag is refused with 412', async () => {
    const { etag = '' } = await table.createEntity({ partitionKey: 'm2', rowKey: 'lease', owner: 'a' });
    await table.updateEntity({ partitionKey: 'm2', rowKey: 'lease', owner: 'b' }, 'Replace', { etag });
    await expect(
      table.updateEntity({ partitionKey: 'm2', rowKey: 'lease', owner: 'c' }, 'Replace', { etag }),
    ).rejects.toMatchObject({ statusCode: 412 });
  });

  test('a transaction is written whole or not at all', async () => {
    const rows = Array.from({ length: 100 }, (_, index) => ({ partitionKey: 'm3', rowKey: `contact:${index}` }));
    await table.submitTransaction(rows.map(row => ['create', row]));
    await expect(
      table.submitTransaction([
        ['create', { partitionKey: 'm3', rowKey: 'new' }],
        ['create', { partitionKey: 'm3', rowKey: 'contact:0' }],
      ]),
    ).rejects.toMatchObject({ statusCode: 409 });
    await expect(table.getEntity('m3', 'new')).rejects.toMatchObject({ statusCode: 404 });
    expect(await table.getEntity('m3', 'contact:99')).toBeDefined();
  });

  test('requests to the table endpoint are counted, a transaction as one', async () => {
    storage.resetTableOperations();
    await table.submitTransaction([
      ['upsert', { partitionKey: 'm4', rowKey: 'a' }],
      ['upsert', { partitionKey: 'm4', rowKey: 'b' }],
    ]);
    await table.getEntity('m4', 'a');
    expect(storage.tableOperations()).toBe(2);
  });

  test('the blob and queue endpoints answer', async () => {
    for (const [name, server] of [
      ['BlobEndpoint', 'Azurite-Blob'],
      ['QueueEndpoint', 'Azurite-Queue'],
    ]) {
      const url = new RegExp(`${name}=([^;]+)`).exec(storage.connectionString)?.[1] ?? '';
      const response = await fetch(`${url}?comp=list`);
      expect(response.headers.get('server')).toContain(server);
    }
  });
});

describe('with a directory', () => {
  let directory: string;
  const running: Storage[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'storage-'));
  });
  afterEach(async () => {
    for (const storage of running.splice(0)) await storage.close();
    await rm(directory, { recursive: true });
  });

  async function start(name: string): Promise<Storage> {
    const storage = await startStorage({ directory: join(directory, name) });
    running.push(storage);
    return storage;
  }

  /** A second server on the files as they are now, which is what a kill would leave. */
  async function startOnCopy(): Promise<Storage> {
    await cp(join(directory, 'original'), join(directory, 'copy'), { recursive: true });
    return start('copy');
  }

  async function rowsOf(table: TableClient): Promise<Record<string, unknown>> {
    const rows: Record<string, unknown> = {};
    for await (const { rowKey, value } of table.listEntities()) rows[String(rowKey)] = value;
    return rows;
  }

  test('each answered write is kept at once', async () => {
    const first = await start('original');
    const table = connect(first);
    await table.createTable();
    const row = (rowKey: string, value: string | bigint) => ({ partitionKey: 'm 1 é', rowKey, value });
    await table.createEntity(row('created', 'ü'));
    await table.createEntity(row('replaced', 'old'));
    await table.updateEntity(row('replaced', 12345678901234n), 'Replace');
    await table.createEntity({ ...row('merged', 'old'), other: 'stays' });
    await table.updateEntity(row('merged', 'new'), 'Merge');
    await table.createEntity(row('deleted', 'gone'));
    await table.deleteEntity('m 1 é', 'deleted');
    await table.submitTransaction([
      ['upsert', row('in a transaction', 'new')],
      ['upsert', row('replaced', 12345678901235n), 'Replace'],
    ]);
    const refused = table.submitTransaction([
      ['upsert', row('merged', 'refused')],
      ['create', row('created', 'refused')],
    ]);
    await expect(refused).rejects.toMatchObject({ statusCode: 409 });
    const { etag } = await table.getEntity('m 1 é', 'merged');

    const second = await startOnCopy();
    expect(await rowsOf(connect(second))).toEqual({
      created: 'ü',
      replaced: 12345678901235n,
      merged: 'new',
      'in a transaction': 'new',
    });
    expect(await connect(second).getEntity('m 1 é', 'merged')).toMatchObject({ etag, other: 'stays' });
  });

  test('a table that was deleted and made again is empty', async () => {
    const first = await start('original');
    await connect(first).createTable();
    await connect(first).createEntity({ partitionKey: 'm1', rowKey: 'a' });
    await connect(first, 'Runs').createTable();
    await connect(first).deleteTable();
    await running.pop()?.close();
    const second = await start('original');
    await expect(connect(second).getEntity('m1', 'a')).rejects.toMatchObject({ statusCode: 404 });
    await connect(second).createTable();
    expect(await rowsOf(connect(second))).toEqual({});
    await connect(second, 'Runs').createEntity({ partitionKey: 'r1', rowKey: 'summary' });
  });
});

test('a port in use is an error that names it', async () => {
  const blocker = createServer();
  const port = await new Promise<number>(resolve => {
    blocker.listen(0, '127.0.0.1', () => resolve((blocker.address() as { port: number }).port));
  });
  await expect(startStorage({ ports: { blob: 0, queue: 0, table: port } })).rejects.toMatchObject({
    code: 'EADDRINUSE',
    port,
  });
  blocker.close();
});
