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
  });
}
