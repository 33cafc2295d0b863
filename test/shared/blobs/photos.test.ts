import { openPhotos } from '../../../shared/blobs/photos.ts';
import { type Storage, startStorage } from '../../local/storage/index.ts';
import { createMemoryPhotos } from '../../memory/photos.ts';
import { describePhotos } from '../../ports/photosSuite.ts';

let storages: Storage[] = [];

afterEach(async () => {
  await Promise.all(storages.map(each => each.close()));
  storages = [];
});

async function start(): Promise<Storage> {
  const storage = await startStorage();
  storages.push(storage);
  return storage;
}

describePhotos('photos in memory', async () => createMemoryPhotos({ now: Date.now }));
describePhotos('photos in blobs of a storage account', async () => openPhotos(await start()));
