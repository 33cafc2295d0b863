import type { SourceFiles } from '../../shared/ports/sourceFiles.ts';

/** What every implementation of `SourceFiles` does alike; `open` gives one without files. */
export function describeSourceFiles(name: string, open: () => Promise<SourceFiles>): void {
  describe(name, () => {
    let files: SourceFiles;

    beforeEach(async () => {
      files = await open();
    });

    test('a file that nobody wrote is missing, also where nothing was ever written', async () => {
      expect(await files.read('a.csv', undefined)).toEqual({ kind: 'missing' });
    });

    test('a file is read as it was written, and is unchanged as long as it has the ETag', async () => {
      const bytes = new Uint8Array([0xef, 0xbb, 0xbf, 0, 255]);
      await files.write('folder/a.csv', bytes);
      const reading = await files.read('folder/a.csv', undefined);
      if (reading.kind !== 'read') throw new Error(reading.kind);
      expect([...reading.bytes]).toEqual([...bytes]);
      expect(await files.read('folder/a.csv', reading.etag)).toEqual({ kind: 'unchanged' });
      await files.write('folder/a.csv', new Uint8Array([1]));
      const next = await files.read('folder/a.csv', reading.etag);
      expect(next).toMatchObject({ kind: 'read' });
      expect(next).not.toMatchObject({ etag: reading.etag });
    });

    test('an empty file is a file', async () => {
      await files.write('a.csv', new Uint8Array());
      expect(await files.read('a.csv', undefined)).toMatchObject({ kind: 'read', bytes: { length: 0 } });
    });
  });
}
