import {
  mostComparisons,
  RowConflict,
  type RowOperation,
  type RowRange,
  type StoredRow,
  type Table,
  type Tables,
} from '../../shared/ports/tableStorage.ts';
import { UnstorableRow } from '../../shared/store/tables/limits.ts';

export interface OpenTables {
  readonly tables: Tables;
  close(): Promise<void>;
}

/** What every implementation of `Tables` does alike. */
export function describeTable(name: string, open: () => Promise<OpenTables>): void {
  describe(name, () => {
    let opened: OpenTables;
    let table: Table;
    let partition = '';
    let tests = 0;

    beforeAll(async () => {
      opened = await open();
      table = opened.tables.mailboxes;
    });
    beforeEach(() => {
      tests += 1;
      partition = `partition-${tests}`;
    });
    afterAll(() => opened?.close());

    function writeOne(operation: RowOperation): Promise<string> {
      return table.write(partition, [operation]).then(([etag = '']) => etag);
    }

    async function rowKeys(): Promise<string[]> {
      return (await table.query(partition)).map(row => row.rowKey);
    }

    describe('one row', () => {
      test('is read as it was inserted, with the etag that the insert returned', async () => {
        const properties = { text: 'Ada', empty: '', yes: true, no: false, zero: 0 };
        const etag = await writeOne({ kind: 'insert', rowKey: 'a', properties });
        expect(await table.get(partition, 'a')).toEqual({ rowKey: 'a', etag, properties });
      });

      test('that is not there reads as undefined', async () => {
        expect(await table.get(partition, 'nowhere')).toBeUndefined();
      });

      test('cannot be inserted twice', async () => {
        await writeOne({ kind: 'insert', rowKey: 'a', properties: { text: 'first' } });
        await expect(writeOne({ kind: 'insert', rowKey: 'a', properties: {} })).rejects.toThrow(RowConflict);
        expect((await table.get(partition, 'a'))?.properties).toEqual({ text: 'first' });
      });

      test.each(['replace', 'merge'] as const)('is made by a %s without an etag', async kind => {
        const etag = await writeOne({ kind, rowKey: 'a', properties: { text: 'new' } });
        expect(await table.get(partition, 'a')).toEqual({ rowKey: 'a', etag, properties: { text: 'new' } });
      });

      test('loses by a replace what the replace does not name, and keeps it by a merge', async () => {
        await writeOne({ kind: 'insert', rowKey: 'a', properties: { one: 1, two: 2 } });
        await writeOne({ kind: 'merge', rowKey: 'a', properties: { two: 22 } });
        expect((await table.get(partition, 'a'))?.properties).toEqual({ one: 1, two: 22 });
        await writeOne({ kind: 'replace', rowKey: 'a', properties: { three: 3 } });
        expect((await table.get(partition, 'a'))?.properties).toEqual({ three: 3 });
      });

      test.each(['replace', 'merge', 'delete'] as const)('is guarded by its etag against a %s', async kind => {
        const old = await writeOne({ kind: 'insert', rowKey: 'a', properties: { version: 1 } });
        const current = await writeOne({ kind: 'replace', rowKey: 'a', etag: old, properties: { version: 2 } });
        await expect(writeOne(guarded(kind, old))).rejects.toThrow(RowConflict);
        expect(await table.get(partition, 'a')).toEqual({ rowKey: 'a', etag: current, properties: { version: 2 } });
        await writeOne(guarded(kind, current));
        expect((await table.get(partition, 'a'))?.properties.version).toBe(kind === 'delete' ? undefined : 3);
      });

      test.each(['replace', 'merge', 'delete'] as const)('that is gone refuses a guarded %s', async kind => {
        const etag = await writeOne({ kind: 'insert', rowKey: 'a', properties: {} });
        await writeOne({ kind: 'delete', rowKey: 'a' });
        await expect(writeOne(guarded(kind, etag))).rejects.toThrow(RowConflict);
        expect(await table.get(partition, 'a')).toBeUndefined();
      });

      test('that is missing can be deleted without an etag', async () => {
        expect(await table.write(partition, [{ kind: 'delete', rowKey: 'a' }])).toEqual(['']);
      });

      test.each([
        0,
        -1,
        2 ** 31 - 1,
        2 ** 31,
        -(2 ** 31) - 1,
        1_764_000_000_000,
        Number.MAX_SAFE_INTEGER,
        Number.MIN_SAFE_INTEGER,
        0.25,
        -1.5e-9,
        1e21,
      ])('keeps the number %p', async number => {
        await writeOne({ kind: 'insert', rowKey: 'a', properties: { number } });
        expect((await table.get(partition, 'a'))?.properties.number).toBe(number);
        expect((await table.query(partition))[0]?.properties.number).toBe(number);
      });

      test('keeps text in any script, and text that looks like JSON or a multipart boundary', async () => {
        const properties = { a: "Zoë O'Brien \u{1f600} 李", b: '{"a":"}"}', c: '\r\n--changeset_1\r\nIf-Match: *\r\n' };
        await writeOne({ kind: 'insert', rowKey: 'alone', properties });
        await table.write(partition, [insert('x', properties), insert('y', properties)]);
        expect((await table.query(partition)).map(row => row.properties)).toEqual([properties, properties, properties]);
      });

      test('is a copy: changing what was written or read changes nothing', async () => {
        const properties = { text: 'kept' };
        await writeOne({ kind: 'insert', rowKey: 'a', properties });
        properties.text = 'changed';
        Object.assign((await table.get(partition, 'a'))?.properties ?? {}, { text: 'changed' });
        expect((await table.get(partition, 'a'))?.properties).toEqual({ text: 'kept' });
      });

      test('of 32,000 characters a property is stored; of more it is refused by its name, not its value', async () => {
        await writeOne({ kind: 'insert', rowKey: 'a', properties: { notes: 'é'.repeat(32_000) } });
        const refusal = writeOne({ kind: 'replace', rowKey: 'a', properties: { notes: 'x'.repeat(32_001) } });
        await expect(refusal).rejects.toThrow(UnstorableRow);
        await expect(refusal).rejects.toThrow(/\bnotes\b/);
        await expect(refusal).rejects.not.toThrow(/xxx/);
        expect((await table.get(partition, 'a'))?.properties.notes).toBe('é'.repeat(32_000));
      });

      test('of 15 texts of 32,000 characters that take three bytes each is stored, whichever way', async () => {
        const properties = manyTexts(15, '李');
        for (const kind of ['insert', 'replace', 'merge'] as const) {
          await writeOne({ kind, rowKey: kind, properties });
          expect((await table.get(partition, kind))?.properties).toEqual(properties);
        }
      });

      test.each([
        ['a row key with a slash', 'a/b', {}],
        ['a row key with a question mark', 'a?b', {}],
        ['a row key with a control character', 'a\u0085b', {}],
        ['a row key of 513 characters', 'k'.repeat(513), {}],
        ['a property that is not a number', 'a', { number: Number.NaN }],
        ['a property that is not finite', 'a', { number: Number.NEGATIVE_INFINITY }],
        ['a property that is a date', 'a', { born: new Date('1600-12-31') as unknown as string }],
        ['a property that is an object', 'a', { name: {} as unknown as string }],
        ['a property that is undefined', 'a', { name: undefined as unknown as string }],
        ['a property whose name is not one word', 'a', { 'a b': 1 }],
        ['a row of 253 properties', 'a', manyNumbers(253)],
        ['a property that the row itself has', 'a', { etag: 'x' }],
        ['a row of more than 1 MiB, two bytes to a character', 'a', manyTexts(17)],
      ])('refuses %s', async (_, rowKey, properties) => {
        await expect(writeOne({ kind: 'insert', rowKey, properties })).rejects.toThrow(UnstorableRow);
        expect(await rowKeys()).toEqual([]);
      });
    });

    describe('a transaction', () => {
      test('of nothing does nothing', async () => {
        expect(await table.write(partition, [])).toEqual([]);
      });

      test('returns for every row, in order, the etag that the next guarded write needs', async () => {
        const first = await table.write(partition, [insert('a'), insert('b'), insert('c'), insert('d')]);
        const [a = '', b = '', c = '', d = ''] = first;
        const second = await table.write(partition, [
          { kind: 'merge', rowKey: 'd', etag: d, properties: { number: 4 } },
          { kind: 'delete', rowKey: 'b', etag: b },
          insert('e'),
          { kind: 'delete', rowKey: 'c' },
          { kind: 'replace', rowKey: 'f', properties: {} },
          { kind: 'replace', rowKey: 'a', etag: a, properties: { number: 1 } },
        ]);
        expect(second).toEqual([
          expect.any(String),
          '',
          expect.any(String),
          '',
          expect.any(String),
          expect.any(String),
        ]);
        const etags = Object.fromEntries((await table.query(partition)).map(row => [row.rowKey, row.etag]));
        expect(etags).toEqual({ a: second[5], d: second[0], e: second[2], f: second[4] });
        expect(c).not.toBe('');
      });

      test.each<[string, (etags: Record<'old' | 'current', string>) => RowOperation]>([
        ['an insert of a row that exists', () => insert('guard')],
        ['a replace with a stale etag', ({ old }) => guarded('replace', old, 'guard')],
        ['a merge with a stale etag', ({ old }) => guarded('merge', old, 'guard')],
        ['a delete with a stale etag', ({ old }) => guarded('delete', old, 'guard')],
        ['a replace of a row that is gone', ({ current }) => guarded('replace', current, 'gone')],
        ['a delete of a row that is gone', ({ current }) => guarded('delete', current, 'gone')],
      ])('writes nothing after %s', async (_, refused) => {
        const old = await writeOne(insert('guard'));
        const current = await writeOne({ kind: 'merge', rowKey: 'guard', properties: { number: 2 } });
        await writeOne(insert('kept'));
        const before = await table.query(partition);
        const writes: RowOperation[] = [insert('new'), { kind: 'delete', rowKey: 'kept' }, refused({ old, current })];
        await expect(table.write(partition, writes)).rejects.toThrow(RowConflict);
        await expect(table.write(partition, writes.toReversed())).rejects.toThrow(RowConflict);
        expect(await table.query(partition)).toEqual(before);
      });

      test('names the operation that met a conflict', async () => {
        const old = await writeOne({ kind: 'insert', rowKey: 'b', properties: {} });
        await writeOne({ kind: 'replace', rowKey: 'b', properties: {} });
        const changed: RowOperation = { kind: 'merge', rowKey: 'b', properties: {}, etag: old };
        const others = [insert('a'), insert('c')];
        await expect(table.write(partition, [...others, changed])).rejects.toMatchObject({ index: 2 });
        await expect(table.write(partition, [insert('a'), insert('b'), insert('c')])).rejects.toMatchObject({
          index: 1,
        });
        const gone: RowOperation = { kind: 'replace', rowKey: 'd', properties: {}, etag: old };
        await expect(table.write(partition, [gone, ...others])).rejects.toMatchObject({ index: 0 });
        expect(await rowKeys()).toEqual(['b']);
      });

      test('guards only the delete that carries an etag', async () => {
        const [a = ''] = await table.write(partition, [insert('a'), insert('b'), insert('c')]);
        await writeOne({ kind: 'merge', rowKey: 'b', properties: { number: 2 } });
        await table.write(partition, [
          { kind: 'delete', rowKey: 'c' },
          { kind: 'delete', rowKey: 'a', etag: a },
          { kind: 'delete', rowKey: 'b' },
        ]);
        expect(await rowKeys()).toEqual([]);
      });

      test('may delete rows that are missing', async () => {
        const etag = await writeOne(insert('lease'));
        await writeOne(insert('there'));
        const etags = await table.write(partition, [
          { kind: 'delete', rowKey: 'missing' },
          guarded('replace', etag, 'lease'),
          { kind: 'delete', rowKey: 'there' },
          insert('new'),
          { kind: 'delete', rowKey: 'missing too' },
        ]);
        expect(await rowKeys()).toEqual(['lease', 'new']);
        const rows = await table.query(partition);
        expect(etags).toEqual(['', rows[0]?.etag, '', rows[1]?.etag, '']);
      });

      test('may delete nothing but rows that are missing', async () => {
        expect(await table.write(partition, [remove('x'), remove('y')])).toEqual(['', '']);
      });

      test('keeps its guard where it also deletes rows that are missing', async () => {
        const etag = await writeOne(insert('lease'));
        await writeOne(guarded('merge', etag, 'lease'));
        const stale = table.write(partition, [remove('missing'), guarded('merge', etag, 'lease'), insert('new')]);
        await expect(stale).rejects.toThrow(RowConflict);
        expect(await rowKeys()).toEqual(['lease']);
      });

      test('takes 100 rows and refuses 101', async () => {
        const etags = await table.write(partition, manyInserts(100));
        expect((await table.query(partition)).map(row => row.etag)).toEqual(etags);
        await expect(table.write(`${partition}-b`, manyInserts(101))).rejects.toThrow(UnstorableRow);
        expect(await table.query(`${partition}-b`)).toEqual([]);
      });

      test('refuses the same row twice', async () => {
        await expect(table.write(partition, [insert('a'), remove('a')])).rejects.toThrow(UnstorableRow);
      });

      test('takes nearly 4 MiB and refuses more', async () => {
        await table.write(
          partition,
          [1, 2, 3, 4, 5, 6, 7, 8].map(row => insert(`row${row}`, manyTexts(15))),
        );
        expect(await table.query(partition)).toHaveLength(8);
        const tooMuch = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(row => insert(`more${row}`, manyTexts(15)));
        await expect(table.write(partition, tooMuch)).rejects.toThrow(UnstorableRow);
      });
    });

    describe('keys', () => {
      const odd = [
        '',
        ' ',
        '!',
        '%',
        '%27',
        '%2F',
        '&=+',
        "'",
        "''x",
        '(a,b)',
        ':',
        'A',
        'a',
        '{}',
        '~',
        'é',
        '李',
        '\u{1f600}',
      ];

      test('hold any character but the forbidden ones, in single requests, transactions and filters', async () => {
        for (const rowKey of odd.slice(0, 9)) await writeOne(insert(rowKey));
        await table.write(
          partition,
          odd.slice(9).map(rowKey => insert(rowKey)),
        );
        expect(await rowKeys()).toEqual(odd);
        for (const rowKey of odd) {
          expect((await table.get(partition, rowKey))?.rowKey).toBe(rowKey);
          expect(await table.query(partition, { from: rowKey, to: `${rowKey}\u0020` })).toHaveLength(1);
        }
        await table.write(partition, odd.slice(0, 9).map(remove));
        for (const rowKey of odd.slice(9)) await writeOne(remove(rowKey));
        expect(await rowKeys()).toEqual([]);
      });

      test.each(["O'Brien", 'a%20b', 'Ünïcode 李', '(x)~!'])('may be odd in the partition too: %s', async key => {
        await table.write(key, [insert('a'), insert('b')]);
        await table.write(key, [insert('c')]);
        expect((await table.query(key, { from: 'b' })).map(row => row.rowKey)).toEqual(['b', 'c']);
        expect((await table.get(key, 'a'))?.rowKey).toBe('a');
      });

      test('differ by case', async () => {
        await table.write(partition, [insert('AAMkAGI', { number: 1 }), insert('AAMkAGi', { number: 2 })]);
        expect((await table.get(partition, 'AAMkAGi'))?.properties.number).toBe(2);
        expect((await table.get(partition, 'AAMkAGI'))?.properties.number).toBe(1);
        expect(await table.get(partition, 'aamkagi')).toBeUndefined();
      });
    });

    describe('a query', () => {
      test('reads the rows from the first key to before the last, in the order of their keys', async () => {
        await table.write(
          partition,
          ['list:b', 'contact:b', 'contact:', 'contact;', 'contact:a', 'lease'].map(key => insert(key)),
        );
        const contacts = await table.query(partition, { from: 'contact:', to: 'contact;' });
        expect(contacts.map(row => row.rowKey)).toEqual(['contact:', 'contact:a', 'contact:b']);
        expect((await table.query(partition, { from: 'lease' })).map(row => row.rowKey)).toEqual(['lease', 'list:b']);
        expect((await table.query(partition, { to: 'contact:a' })).map(row => row.rowKey)).toEqual(['contact:']);
        expect(await table.query(partition, { from: 'm', to: 'n' })).toEqual([]);
      });

      test('picks the rows of some keys and of ranges, in the order of their keys', async () => {
        const keys = ['contact:a', 'contact:b', "contact:c'd", 'lease', 'list:a', 'zone'];
        await table.write(
          partition,
          keys.map(key => insert(key)),
        );
        const named = ['zone', "contact:c'd", 'contact:missing', 'lease'];
        const picked = await table.pick(partition, named, [{ from: 'lease', to: 'list;' }]);
        expect(picked.rows.map(row => row.rowKey)).toEqual(["contact:c'd", 'lease', 'list:a', 'zone']);
        expect(picked.atOneMoment).toBe(true);
        expect((await table.pick(partition, ['contact:b'])).rows.map(row => row.rowKey)).toEqual(['contact:b']);
        expect((await table.pick(partition, [])).rows).toEqual([]);
        const apart = [
          { from: 'contact:a', to: 'contact:b' },
          { from: 'list:', to: 'list;' },
        ];
        const ofRanges = await table.pick(partition, [], apart);
        expect(ofRanges.rows.map(row => row.rowKey)).toEqual(['contact:a', 'list:a']);
      });

      test('picks no more keys than a filter may compare', async () => {
        const keys = Array.from({ length: mostComparisons + 1 }, (_, index) => `key${index}`);
        await expect(table.pick(partition, keys)).rejects.toThrow(RangeError);
        const range = { from: 'a', to: 'b' };
        await table.pick(partition, keys.slice(0, -3), [range]);
        await expect(table.pick(partition, keys.slice(0, -2), [range])).rejects.toThrow(RangeError);
      });

      test('reads one partition and one table only', async () => {
        await table.write(partition, [insert('a')]);
        await table.write(`${partition}x`, [insert('b')]);
        await opened.tables.runs.write(partition, [insert('c')]);
        expect(await rowKeys()).toEqual(['a']);
        expect((await opened.tables.runs.query(partition)).map(row => row.rowKey)).toEqual(['c']);
        expect(await opened.tables.progress.query(partition)).toEqual([]);
      });

      test('reads more than 1,000 rows, in order', async () => {
        const keys = Array.from({ length: 2_100 }, (_, index) => String(index).padStart(5, '0'));
        for (let start = 0; start < keys.length; start += 100) {
          await table.write(
            partition,
            keys.slice(start, start + 100).map(key => insert(key)),
          );
        }
        expect(await rowKeys()).toEqual(keys);
      });

      test('reads no more rows than its limit, the first ones, from any key on', async () => {
        const keys = Array.from({ length: 1_200 }, (_, index) => String(index).padStart(5, '0'));
        for (let start = 0; start < keys.length; start += 100) {
          const operations = keys.slice(start, start + 100).map(key => insert(key));
          await table.write(partition, operations);
        }
        const read = async (range: RowRange) => (await table.query(partition, range)).map(({ rowKey }) => rowKey);
        expect(await read({ limit: 3 })).toEqual(keys.slice(0, 3));
        expect(await read({ from: '00007', limit: 2 })).toEqual(keys.slice(7, 9));
        expect(await read({ from: '000070', limit: 2 })).toEqual(keys.slice(8, 10));
        expect(await read({ from: '01198', limit: 5 })).toEqual(keys.slice(1198));
        expect(await read({ to: '00002', limit: 5 })).toEqual(keys.slice(0, 2));
        expect(await read({ limit: 1_100 })).toEqual(keys.slice(0, 1_100));
        expect(await read({ limit: 0 })).toEqual([]);
      });

      test('reads only the properties that it names, and the etag always', async () => {
        const etag = await writeOne(insert('a', { one: 1, two: 'two', three: 3e12 }));
        await writeOne(insert('b', { two: 'only' }));
        const rows = await table.query(partition, {}, ['one', 'three']);
        expect(rows[0]).toEqual({ rowKey: 'a', etag, properties: { one: 1, three: 3e12 } });
        expect(rows[1]?.properties).toEqual({});
        expect((await table.query(partition, {}, []))[0]).toEqual({ rowKey: 'a', etag, properties: {} });
      });
    });

    describe('a query across partitions', () => {
      async function readAcross(limit: number, after?: string): Promise<string[]> {
        return (await table.queryAcross('across', limit, after)).map(({ partitionKey }) => partitionKey);
      }

      test('reads the rows of one key in the order of their partitions, from any partition on', async () => {
        const partitions = ["across-'q", 'across-A', 'across-a', 'across-b', 'across-é'];
        for (const key of partitions.toReversed()) await table.write(key, [insert('across'), insert('other')]);
        expect(await readAcross(10)).toEqual(partitions);
        expect(await readAcross(2)).toEqual(partitions.slice(0, 2));
        expect(await readAcross(2, partitions[1])).toEqual(partitions.slice(2, 4));
        expect(await readAcross(10, partitions[0])).toEqual(partitions.slice(1));
        expect(await readAcross(10, 'across-zz')).toEqual(['across-é']);
        expect(await readAcross(10, partitions[4])).toEqual([]);
        expect(await readAcross(0)).toEqual([]);
        const [found] = await table.queryAcross('across', 1);
        expect(found?.row).toEqual(await table.get(partitions[0] ?? '', 'across'));
      });
    });
  });
}

function insert(rowKey: string, properties: StoredRow['properties'] = { number: 1 }): RowOperation {
  return { kind: 'insert', rowKey, properties };
}

function remove(rowKey: string): RowOperation {
  return { kind: 'delete', rowKey };
}

function guarded(kind: 'replace' | 'merge' | 'delete', etag: string, rowKey = 'a'): RowOperation {
  return kind === 'delete' ? { kind, rowKey, etag } : { kind, rowKey, etag, properties: { version: 3 } };
}

function manyInserts(count: number): RowOperation[] {
  return Array.from({ length: count }, (_, index) => insert(`row-${String(index).padStart(3, '0')}`));
}

function manyTexts(count: number, character = 'x'): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`text${index}`, character.repeat(32_000)]));
}

function manyNumbers(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`number${index}`, index]));
}
