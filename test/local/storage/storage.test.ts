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

  test('rows come in the order of their keys, page by page, with those that came and without those that went meanwhile', async () => {
    const create = (rowKey: string) => table.createEntity({ partitionKey: "m'6", rowKey });
    for (const rowKey of ['d', 'b', 'ä', 'a', 'c']) await create(rowKey);
    const queryOptions = { filter: "PartitionKey eq 'm''6' and RowKey gt 'a'" };
    const pages = table.listEntities({ queryOptions }).byPage({ maxPageSize: 2 });
    const keys: unknown[] = [];
    for await (const page of pages) {
      if (keys.length === 0) {
        await table.deleteEntity("m'6", 'd');
        await create('e');
      }
      keys.push(page.map(({ rowKey }) => rowKey));
    }
    expect(keys).toEqual([
      ['b', 'c'],
      ['e', 'ä'],
    ]);
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

  describe('what Azure refuses', () => {
    const texts = (count: number, character = 'x') =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`text${index}`, character.repeat(32_000)]));
    const numbers = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`number${index}`, index]));

    test.each([
      ['a date before 1601', { born: new Date('1600-12-31T23:59:59Z') }, 'OutOfRangeInput'],
      ['the first date of .NET', { born: { type: 'DateTime', value: '0001-01-01T00:00:00Z' } }, 'OutOfRangeInput'],
      ['a property whose name is two words', { 'a b': 1 }, 'PropertyNameInvalid'],
      ['a property whose name has a dash', { 'a-b': 1 }, 'PropertyNameInvalid'],
      ['a property whose name has 256 characters', { ['n'.repeat(256)]: 1 }, 'PropertyNameTooLong'],
      ['253 properties', numbers(253), 'TooManyProperties'],
      ['more than 1 MiB, two bytes to a character', texts(17), 'EntityTooLarge'],
    ])('an entity with %s, whichever way it is written', async (_name, properties, code) => {
      const entity = { partitionKey: 'm5', rowKey: 'refused', ...properties };
      const refused = { statusCode: 400, details: { odataError: { code } } };
      await expect(table.createEntity(entity)).rejects.toMatchObject(refused);
      await expect(table.upsertEntity(entity, 'Replace')).rejects.toMatchObject(refused);
      await expect(table.upsertEntity(entity, 'Merge')).rejects.toMatchObject(refused);
      const both = table.submitTransaction([
        ['create', { partitionKey: 'm5', rowKey: 'beside' }],
        ['upsert', entity, 'Replace'],
      ]);
      await expect(both).rejects.toMatchObject({ statusCode: 400, code });
      for (const rowKey of ['refused', 'beside']) {
        await expect(table.getEntity('m5', rowKey)).rejects.toMatchObject({ statusCode: 404 });
      }
    });

    test('a merge into an entity that would then be too large', async () => {
      const key = { partitionKey: 'm6', rowKey: 'grows' };
      await table.createEntity({ ...key, ...texts(16), long: 1n });
      for (const name of ['more', 'long']) {
        const merge = table.updateEntity({ ...key, [name]: 'x'.repeat(32_000) }, 'Merge');
        await expect(merge).rejects.toMatchObject({ details: { odataError: { code: 'EntityTooLarge' } } });
      }
      await table.updateEntity({ ...key, text0: 'y'.repeat(32_000) }, 'Merge');
    });

    test.each([0, 1001])('a page of %p', async maxPageSize => {
      const refused = { statusCode: 400, details: { odataError: { code: 'InvalidInput' } } };
      await expect(table.listEntities().byPage({ maxPageSize }).next()).rejects.toMatchObject(refused);
    });
  });

  test('what Azure takes is taken: a page of 1,000, the year 1601, 252 properties, 1 MiB in characters of three bytes', async () => {
    await table.listEntities().byPage({ maxPageSize: 1000 }).next();
    const born = new Date('1601-01-01T00:00:00Z');
    const names = Array.from({ length: 251 }, (_, index) => [`number${index}`, index] as const);
    await table.upsertEntity({ partitionKey: 'm7', rowKey: 'many', born, ...Object.fromEntries(names) }, 'Replace');
    const texts = Array.from({ length: 16 }, (_, index) => [`text${index}`, '李'.repeat(32_000)] as const);
    for (const mode of ['Replace', 'Merge'] as const) {
      await table.upsertEntity({ partitionKey: 'm7', rowKey: 'large', ...Object.fromEntries(texts) }, mode);
    }
    expect(await table.getEntity('m7', 'large')).toMatchObject({ text15: '李'.repeat(32_000) });
  });

  test('the queue endpoint answers', async () => {
    const url = /QueueEndpoint=([^;]+)/.exec(storage.connectionString)?.[1] ?? '';
    const response = await fetch(`${url}?comp=list`);
    expect(response.headers.get('server')).toContain('Azurite-Queue');
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
