import type { Tables } from '../../../../shared/ports/tableStorage.ts';
import { createTrialTables, emptyTables, type TablesReading } from '../../../../shared/store/tables/trialTables.ts';
import { createMemoryTables } from '../../../memory/tables.ts';
import { describeTable } from '../../../ports/tableSuite.ts';

describeTable('tables of a trial', async () => ({ tables: createTrialTables(emptyTables), close: async () => {} }));

describe('tables of a trial over others', () => {
  let base: Tables;
  let trial: Tables;

  beforeEach(async () => {
    base = createMemoryTables();
    for (const rowKey of ['a', 'b', 'c']) {
      await base.sources.write('list', [{ kind: 'insert', rowKey, properties: { from: 'base', key: rowKey } }]);
    }
    trial = createTrialTables(base);
  });

  async function rowsOf(tables: TablesReading): Promise<Record<string, unknown>> {
    const rows = await tables.sources.query('list');
    return Object.fromEntries(rows.map(({ rowKey, properties }) => [rowKey, properties.from]));
  }

  test('show what was there, and what was written since in its place', async () => {
    const row = await trial.sources.get('list', 'b');
    await trial.sources.write('list', [
      { kind: 'delete', rowKey: 'a' },
      { kind: 'merge', rowKey: 'b', properties: { from: 'trial' }, etag: row?.etag ?? '' },
      { kind: 'insert', rowKey: 'd', properties: { from: 'trial' } },
    ]);
    expect(await rowsOf(trial)).toEqual({ b: 'trial', c: 'base', d: 'trial' });
    expect((await trial.sources.get('list', 'b'))?.properties).toEqual({ from: 'trial', key: 'b' });
    expect(await trial.sources.get('list', 'a')).toBeUndefined();
    expect((await trial.sources.query('list', { limit: 2 })).map(({ rowKey }) => rowKey)).toEqual(['b', 'c']);
    const picked = await trial.sources.pick('list', ['a', 'c'], [{ from: 'd', to: 'e' }]);
    expect(picked.rows.map(({ rowKey }) => rowKey)).toEqual(['c', 'd']);
    expect(await trial.sources.queryAcross('a', 5)).toEqual([]);
    expect((await trial.sources.queryAcross('d', 5)).map(({ partitionKey }) => partitionKey)).toEqual(['list']);
  });

  test('leave the others as they were', async () => {
    const before = await base.sources.query('list');
    await trial.sources.write('list', [
      { kind: 'delete', rowKey: 'a' },
      { kind: 'replace', rowKey: 'b', properties: { from: 'trial' } },
      { kind: 'insert', rowKey: 'd', properties: { from: 'trial' } },
    ]);
    expect(await base.sources.query('list')).toEqual(before);
  });

  test('hold their writes against what is there', async () => {
    const insert = trial.sources.write('list', [{ kind: 'insert', rowKey: 'a', properties: {} }]);
    await expect(insert).rejects.toThrow('exists');
    const stale = trial.sources.write('list', [{ kind: 'delete', rowKey: 'a', etag: 'another' }]);
    await expect(stale).rejects.toThrow('changed');
    expect(await rowsOf(trial)).toEqual({ a: 'base', b: 'base', c: 'base' });
  });

  test('do not read a partition again row by row once it was read as a whole', async () => {
    const get = jest.fn(base.sources.get);
    const counted = createTrialTables({ ...base, sources: { ...base.sources, get } });
    await counted.sources.query('list');
    await counted.sources.write('list', [{ kind: 'merge', rowKey: 'a', properties: { from: 'trial' } }]);
    expect((await counted.sources.get('list', 'b'))?.properties.from).toBe('base');
    expect(get).not.toHaveBeenCalled();
  });
});
