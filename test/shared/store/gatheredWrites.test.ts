import { RowConflict, type RowOperation } from '../../../shared/ports/tableStorage.ts';
import { gatherWrites } from '../../../shared/store/gatheredWrites.ts';
import { sumTotals, type TotalsLayout, totalsKey } from '../../../shared/store/totals.ts';
import { describeState, newKey } from './storages.ts';

const layout: TotalsLayout = { prefix: 'total:', columns: {}, countedFromTheStart: true };
const insert = (rowKey: string): RowOperation => ({ kind: 'insert', rowKey, properties: { text: rowKey } });
const keys = (count: number) => Array.from({ length: count }, (_, index) => `row${String(index).padStart(3, '0')}`);

describeState('Writes that are gathered', tables => {
  const table = () => tables().runs;
  const gathering = { gather: () => new Promise<void>(resolve => setImmediate(resolve)), slot: 3 };
  const open = () => gatherWrites(table(), layout, gathering);

  async function countTransactions<Result>(work: () => Promise<Result>): Promise<[Result, number]> {
    const write = jest.spyOn(table(), 'write');
    const result = await work();
    const transactions = write.mock.calls.length;
    write.mockRestore();
    return [result, transactions];
  }

  async function readTotals(partition: string) {
    return sumTotals(await table().query(partition, { from: 'total:', to: 'total;' }), layout);
  }

  test('leave in one transaction with their totals, and each caller gets its own etags', async () => {
    const [write, partition] = [open(), newKey('run')];
    const [etags, transactions] = await countTransactions(() =>
      Promise.all(
        keys(5).map((key, index) => write(partition, [insert(key)], { difference: { done: 1 }, at: 10 * index })),
      ),
    );
    expect(transactions).toBe(1);
    for (const [index, key] of keys(5).entries())
      expect((await table().get(partition, key))?.etag).toBe(etags[index]?.[0]);
    expect(await readTotals(partition)).toEqual({ tally: { done: 5 }, latest: 40 });
    expect(await table().get(partition, totalsKey(layout, 3))).toBeDefined();
  });

  test('are as many transactions as their rows need, one after the other', async () => {
    const [write, partition] = [open(), newKey('run')];
    const [, transactions] = await countTransactions(() =>
      Promise.all(keys(250).map(key => write(partition, [insert(key)], { difference: { sent: 1 } }))),
    );
    expect(transactions).toBe(3);
    expect(await table().query(partition, { from: 'row', to: 'rox' })).toHaveLength(250);
    expect((await readTotals(partition))?.tally).toEqual({ sent: 250 });
  });

  test('a conflict of one is no conflict of the others, and adds nothing to the totals', async () => {
    const [write, partition] = [open(), newKey('run')];
    await write(partition, [insert('row001')]);
    const results = await Promise.allSettled(
      keys(4).map(key => write(partition, [insert(key)], { difference: { done: 1 } })),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: expect.any(RowConflict) });
    expect((await readTotals(partition))?.tally).toEqual({ done: 3 });
  });

  test('two of the same row are two transactions, in their order', async () => {
    const [write, partition] = [open(), newKey('run')];
    const texts = ['first', 'second'];
    await Promise.all(texts.map(text => write(partition, [{ kind: 'replace', rowKey: 'a', properties: { text } }])));
    expect((await table().get(partition, 'a'))?.properties).toEqual({ text: 'second' });
  });

  test('what cannot be stored fails alone', async () => {
    const [write, partition] = [open(), newKey('run')];
    const long: RowOperation = { kind: 'insert', rowKey: 'long', properties: { text: 'a'.repeat(40_000) } };
    const results = await Promise.allSettled(
      [long, insert('a')].map(row => write(partition, [row], { difference: { done: 1 } })),
    );
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect((await readTotals(partition))?.tally).toEqual({ done: 1 });
  });

  test('two processes that chose the same row of totals part, and lose nothing', async () => {
    const [first, second, partition] = [open(), open(), newKey('run')];
    for (const [index, key] of keys(6).entries()) {
      await (index % 2 === 0 ? first : second)(partition, [insert(key)], { difference: { done: 1 } });
    }
    expect((await readTotals(partition))?.tally).toEqual({ done: 6 });
    expect(await table().query(partition, { from: 'total:', to: 'total;' })).toHaveLength(2);
  });

  test('whoever meets another process while the totals cannot be read hears of it', async () => {
    const [first, second, partition] = [open(), open(), newKey('run')];
    await first(partition, [insert('a')], { difference: { done: 1 } });
    const get = jest.spyOn(table(), 'get').mockRejectedValueOnce(new Error('No answer'));
    await expect(second(partition, [insert('b')], { difference: { done: 1 } })).rejects.toThrow('No answer');
    get.mockRestore();
    await second(partition, [insert('b')], { difference: { done: 1 } });
    expect((await readTotals(partition))?.tally).toEqual({ done: 2 });
  });

  test('an answer that was lost lets nothing count twice', async () => {
    const [write, partition] = [open(), newKey('run')];
    const { write: stored } = table();
    table().write = async (...question) => {
      table().write = stored;
      await stored(...question);
      throw new Error('No answer');
    };
    await expect(write(partition, [insert('a')], { difference: { done: 1 } })).rejects.toThrow('No answer');
    await expect(write(partition, [insert('a')], { difference: { done: 1 } })).rejects.toThrow(RowConflict);
    await write(partition, [insert('b')], { difference: { done: 1 } });
    expect((await readTotals(partition))?.tally).toEqual({ done: 2 });
  });

  test('nobody hears that it is done before it is', async () => {
    const [write, partition] = [open(), newKey('run')];
    await Promise.all(
      keys(3).map(async key => {
        await write(partition, [insert(key)]);
        expect(await table().get(partition, key)).toBeDefined();
      }),
    );
  });
});
