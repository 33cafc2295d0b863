import { openPhotos } from '../../../shared/blobs/photos.ts';
import { createMemoryPhotos } from '../../memory/photos.ts';
import { describePhotos } from '../../ports/photosSuite.ts';
import { useStorages } from './useStorages.ts';

const start = useStorages();

describePhotos('photos in memory', async () => createMemoryPhotos({ now: Date.now }));
describePhotos('photos in blobs of a storage account', async () => openPhotos(await start()));
