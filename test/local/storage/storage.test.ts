import { mkdtemp, rm } from 'node:fs/promises';
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

test('with a directory the data outlives the server', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'storage-'));
  const first = await startStorage({ directory });
  await connect(first).createTable();
  await connect(first).createEntity({ partitionKey: 'm1', rowKey: 'a', value: 'kept' });
  await first.close();
  const second = await startStorage({ directory });
  expect(await connect(second).getEntity('m1', 'a')).toMatchObject({ value: 'kept' });
  await second.close();
  await rm(directory, { recursive: true });
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
