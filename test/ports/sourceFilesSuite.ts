import type { SourceFiles } from '../../shared/ports/sourceFiles.ts';

/** What every implementation of `SourceFiles` does alike; `open` gives one without files. */
export function describeSourceFiles(name: string, open: () => Promise<SourceFiles>): void {
  describe(name, () => {
    let files: SourceFiles;

    beforeEach(async () => {
      files = await open();
    });

    test('a file that nobody wrote is missing, also where nothing was ever written', async () => {
      expect(await files.read('a.csv', undefined)).toMatchObject({ kind: 'missing' });
    });

    test('a file is read as it was written, and is unchanged as long as it has the ETag', async () => {
      const bytes = new Uint8Array([0xef, 0xbb, 0xbf, 0, 255]);
      expect(await files.replace('folder/a.csv', bytes, undefined)).toBe(true);
      const reading = await files.read('folder/a.csv', undefined);
      if (reading.kind !== 'read') throw new Error(reading.kind);
      expect([...reading.bytes]).toEqual([...bytes]);
      expect(await files.read('folder/a.csv', reading.etag)).toEqual({ kind: 'unchanged' });
      expect(await files.findEtag('folder/a.csv')).toBe(reading.etag);
      expect(await files.replace('folder/a.csv', new Uint8Array([1]), reading.etag)).toBe(true);
      const next = await files.read('folder/a.csv', reading.etag);
      expect(next).toMatchObject({ kind: 'read' });
      expect(next).not.toMatchObject({ etag: reading.etag });
    });

    test('an empty file is a file', async () => {
      await files.replace('a.csv', new Uint8Array(), undefined);
      expect(await files.read('a.csv', undefined)).toMatchObject({ kind: 'read', bytes: { length: 0 } });
    });

    test('a file that is another by now stays, unless it is the same', async () => {
      expect(await files.findEtag('a.csv')).toBeUndefined();
      await files.replace('a.csv', new Uint8Array([1]), undefined);
      const first = await files.findEtag('a.csv');
      expect(await files.replace('a.csv', new Uint8Array([2]), first)).toBe(true);
      expect(await files.replace('a.csv', new Uint8Array([3]), first)).toBe(false);
      expect(await files.replace('a.csv', new Uint8Array([3]), undefined)).toBe(false);
      expect(await files.replace('a.csv', new Uint8Array([2]), first)).toBe(true);
      expect(await files.read('a.csv', undefined)).toMatchObject({ bytes: Buffer.from([2]) });
    });

    test('files are listed by how their names begin, and one is removed unless it is another by now', async () => {
      expect(await files.list('sent/')).toEqual([]);
      for (const name of ['sent/a.csv', 'sent/b.csv', 'c.csv'])
        await files.replace(name, new Uint8Array([1]), undefined);
      const [first, second, ...others] = await files.list('sent/');
      if (!first || !second) throw new Error('They are not listed');
      expect([first.name, second.name, others]).toEqual(['sent/a.csv', 'sent/b.csv', []]);
      await files.replace('sent/b.csv', new Uint8Array([2]), second.etag);
      expect([await files.remove(first), await files.remove(first), await files.remove(second)]).toEqual([
        true,
        false,
        false,
      ]);
      expect((await files.list('sent/')).map(({ name }) => name)).toEqual(['sent/b.csv']);
    });
  });
}
