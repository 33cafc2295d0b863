import { inspect } from 'node:util';
import { RowConflict, type RowOperation, type Table, type Tables } from '../../../../shared/ports/tableStorage.ts';
import { connectTables } from '../../../../shared/store/tables/tables.ts';
import { type Storage, startStorage } from '../../../local/storage/index.ts';
import { type FaultyProxy, startFaultyProxy } from './faultyProxy.ts';

describe('tables of a storage account that fails', () => {
  let storage: Storage;
  let proxy: FaultyProxy;
  let tables: Tables;
  let table: Table;
  let partition = '';
  let tests = 0;

  beforeAll(async () => {
    storage = await startStorage();
    const port = Number(/TableEndpoint=http:\/\/127\.0\.0\.1:(\d+)/.exec(storage.tablesConnectionString)?.[1]);
    proxy = await startFaultyProxy(port);
    const connectionString = storage.tablesConnectionString.replace(`127.0.0.1:${port}`, `127.0.0.1:${proxy.port}`);
    tables = connectTables({ connectionString }, { tryTimeout: 300, retryDelay: 1 });
    table = tables.mailboxes;
    await table.get('any', 'any');
  });
  beforeEach(() => {
    tests += 1;
    partition = `partition-${tests}`;
    proxy.fail();
    proxy.takeRequests();
  });
  afterAll(async () => {
    await proxy?.close();
    await storage?.close();
  });

  test('a table is made when it is first missed, by several writers at once too', async () => {
    await Promise.all(['a', 'b', 'c'].map(rowKey => tables.sources.write(partition, [insert(rowKey)])));
    expect(await tables.sources.query(partition)).toHaveLength(3);
    await tables.runs.write(partition, [insert('a'), insert('b')]);
    expect(await tables.runs.query(partition)).toHaveLength(2);
    expect(await tables.progress.queryAcross('a', 10)).toEqual([]);
  });

  test('each operation is one request', async () => {
    await table.write(partition, [insert('a')]);
    await table.write(
      partition,
      Array.from({ length: 100 }, (_, index) => insert(`row${index}`)),
    );
    const [etag = ''] = await table.write(partition, [{ kind: 'replace', rowKey: 'a', properties: {} }]);
    await table.write(partition, [{ kind: 'delete', rowKey: 'a', etag }, insert('b')]);
    await table.get(partition, 'b');
    await table.query(partition);
    await table.queryAcross('b', 5);
    await table.pick(partition, ['b', 'row7'], [{ from: 'row1', to: 'row2' }]);
    expect(proxy.takeRequests()).toHaveLength(8);
  });

  test.each(['cut', 'serverBusy', 'hang'] as const)('a request is repeated after the fault %s', async fault => {
    proxy.fail(fault);
    await table.write(partition, [insert('a'), insert('b')]);
    proxy.fail(fault, fault);
    expect(await table.query(partition)).toHaveLength(2);
    expect(proxy.takeRequests()).toHaveLength(5);
  });

  test.each(['cut', 'serverBusy', 'hang'] as const)('three faults of the kind %s are an error', async fault => {
    proxy.fail(fault, fault, fault);
    await expect(table.write(partition, [insert('a')])).rejects.not.toThrow(RowConflict);
    expect(proxy.takeRequests()).toHaveLength(3);
    expect(await table.query(partition)).toEqual([]);
  });

  test('an error shows nothing of what was to be written', async () => {
    const secret = 'Lovelace';
    const writes = [insert('a', { name: secret }), insert('b', { name: secret })];
    await table.write(partition, writes);
    const refused = [() => table.write(partition, writes), () => table.write(partition, writes.slice(1))];
    for (const write of refused) expect(describeFully(await errorOf(write()))).not.toContain(secret);
    for (const fault of ['cut', 'serverBusy', 'hang'] as const) {
      for (const write of refused) {
        proxy.fail(fault, fault, fault);
        expect(describeFully(await errorOf(write()))).not.toContain(secret);
      }
    }
  });

  describe('when the answer to a write that was done is lost', () => {
    beforeEach(() => proxy.fail('commitAndCut'));

    test('an insert is refused although it was done', async () => {
      await expect(table.write(partition, [insert('a')])).rejects.toThrow(RowConflict);
      expect(await table.query(partition)).toHaveLength(1);
    });

    test('a guarded transaction is refused although it was done', async () => {
      proxy.fail();
      const [etag = ''] = await table.write(partition, [insert('lease')]);
      proxy.fail('commitAndCut');
      const lease: RowOperation = { kind: 'merge', rowKey: 'lease', etag, properties: { working: true } };
      await expect(table.write(partition, [lease, insert('b')])).rejects.toThrow(RowConflict);
      expect((await table.query(partition)).map(row => row.rowKey)).toEqual(['b', 'lease']);
    });

    test('an unguarded write succeeds, with the etag of its repeat', async () => {
      const [etag] = await table.write(partition, [{ kind: 'replace', rowKey: 'a', properties: {} }]);
      expect((await table.get(partition, 'a'))?.etag).toBe(etag);
    });

    test('unguarded deletes succeed, alone and together', async () => {
      proxy.fail();
      await table.write(partition, [insert('a'), insert('b'), insert('c')]);
      proxy.fail('commitAndCut');
      await table.write(partition, [{ kind: 'delete', rowKey: 'a' }]);
      proxy.fail('commitAndCut');
      const replace: RowOperation = { kind: 'replace', rowKey: 'd', properties: {} };
      await table.write(partition, [{ kind: 'delete', rowKey: 'b' }, replace, { kind: 'delete', rowKey: 'c' }]);
      expect((await table.query(partition)).map(row => row.rowKey)).toEqual(['d']);
    });
  });
});

function insert(rowKey: string, properties: Record<string, string> = {}): RowOperation {
  return { kind: 'insert', rowKey, properties };
}

function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => {
      throw new Error('It succeeded');
    },
    (error: unknown) => error,
  );
}

/** What any logger would print of an error. */
function describeFully(error: unknown): string {
  const { cause } = error as Error;
  return [error, cause].map(part => `${inspect(part, { depth: 12 })} ${JSON.stringify(part)}`).join('\n');
}
