import type { RowOperation, Table } from '../../../shared/ports/tableStorage.ts';
import { gatherReads } from '../../../shared/store/gatheredReads.ts';
import { describeState, newKey } from './storages.ts';

const gathering = { gather: () => new Promise<void>(resolve => setImmediate(resolve)), slot: 0 };
const keyOf = (index: number) => `row${String(index).padStart(4, '0')}`;

describeState('Reads that are gathered', tables => {
  const table = () => tables().progress;

  async function fill(count: number): Promise<string> {
    const partition = newKey('list');
    const rows = Array.from({ length: count }, (_, index): RowOperation => {
      return { kind: 'insert', rowKey: keyOf(index), properties: { index } };
    });
    for (let start = 0; start < count; start += 100) await table().write(partition, rows.slice(start, start + 100));
    return partition;
  }

  /** What was read of each row, and how many requests it took. */
  async function readTogether(partition: string, rowKeys: readonly string[]) {
    const spies = (['get', 'query'] as const).map(method => jest.spyOn(table() as Table, method));
    const read = gatherReads(table(), gathering);
    const rows = await Promise.all(rowKeys.map(rowKey => read(partition, rowKey)));
    const requests = spies.reduce((sum, { mock }) => sum + mock.calls.length, 0);
    for (const spy of spies) spy.mockRestore();
    return { indexes: rows.map(row => row?.properties.index), requests };
  }

  test('rows that lie side by side come with one request, whichever of them are missing', async () => {
    const partition = await fill(20);
    const rowKeys = [keyOf(7), keyOf(3), `${keyOf(5)}-missing`, keyOf(3), keyOf(19), 'z'];
    expect(await readTogether(partition, rowKeys)).toEqual({
      indexes: [7, 3, undefined, 3, 19, undefined],
      requests: 1,
    });
  });

  test('one row is read as itself', async () => {
    const partition = await fill(3);
    expect(await readTogether(partition, [keyOf(1)])).toEqual({ indexes: [1], requests: 1 });
  });

  test('rows far apart are read one by one once that is cheaper', async () => {
    const partition = await fill(600);
    const rowKeys = [keyOf(0), keyOf(500), keyOf(599)];
    expect(await readTogether(partition, rowKeys)).toEqual({ indexes: [0, 500, 599], requests: 3 });
  });

  test('many rows come page by page', async () => {
    const partition = await fill(1500);
    const rowKeys = Array.from({ length: 1500 }, (_, index) => keyOf(index));
    const { indexes, requests } = await readTogether(partition, rowKeys);
    expect(indexes).toEqual(rowKeys.map((_, index) => index));
    expect(requests).toBe(2);
  });

  test('who asks while rows are being read is served by the next reading, which finds what was written meanwhile', async () => {
    const partition = await fill(20);
    const { query } = table();
    const spy = jest.spyOn(table(), 'query');
    const read = gatherReads(table(), gathering);
    const later: ReturnType<typeof read>[] = [];
    spy.mockImplementationOnce(async (...question) => {
      const rows = await query(...question);
      later.push(...[2, 3, 4].map(index => read(partition, keyOf(index))));
      await table().write(partition, [{ kind: 'merge', rowKey: keyOf(3), properties: { index: 33 } }]);
      return rows;
    });
    await Promise.all([0, 1].map(index => read(partition, keyOf(index))));
    const rows = await Promise.all(later);
    expect(rows.map(row => row?.properties.index)).toEqual([2, 33, 4]);
    expect(spy).toHaveBeenCalledTimes(2);
    spy.mockRestore();
  });

  test('a failure is heard by everyone who asked', async () => {
    const query = jest.spyOn(table(), 'query').mockRejectedValueOnce(new Error('No answer'));
    const read = gatherReads(table(), gathering);
    const results = await Promise.allSettled(['a', 'b'].map(rowKey => read(newKey('list').slice(0, 4), rowKey)));
    query.mockRestore();
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
