import type { PhotoStore } from '../../shared/ports/photos.ts';

/** What every implementation of `PhotoStore` does alike; `open` gives one without photos. */
export function describePhotos(name: string, open: () => Promise<PhotoStore>): void {
  describe(name, () => {
    test('there is no photo where none was ever kept', async () => {
      expect(await (await open()).read('a0')).toBeUndefined();
    });

    test('a photo is read as it was kept, also when it is kept again', async () => {
      const photos = await open();
      const bytes = new Uint8Array([0xff, 0xd8, 0xff, 0]);
      await photos.put('a0', bytes);
      await photos.put('a0', bytes);
      expect([...((await photos.read('a0')) ?? [])]).toEqual([...bytes]);
      expect(await photos.read('a1')).toBeUndefined();
    });

    test('photos are listed with when they were put, and are removed unless they were put again since', async () => {
      const photos = await open();
      expect(await photos.list()).toEqual([]);
      for (const hash of ['a0', 'a1']) await photos.put(hash, new Uint8Array([1]));
      const listed = await photos.list();
      expect(listed.map(({ hash }) => hash).sort()).toEqual(['a0', 'a1']);
      for (const { putAt } of listed) expect(Math.abs(Date.now() - putAt)).toBeLessThan(60_000);
      await photos.put('a0', new Uint8Array([1]));
      const removed = await Promise.all(listed.map(async photo => [photo.hash, await photos.remove(photo)]));
      expect(Object.fromEntries(removed)).toEqual({ a0: false, a1: true });
      expect((await photos.list()).map(({ hash }) => hash)).toEqual(['a0']);
      for (const photo of listed) expect(await photos.remove(photo)).toBe(false);
    });
  });
}
