import type { KeptPhoto, PhotoStore } from '../ports/photos.ts';
import {
  type BlobAccess,
  codesOf,
  containerOf,
  listBlobs,
  removeBlob,
  unavailable,
  withoutAccount,
} from './container.ts';

/** The container `photos` of a storage account: a photo a blob, whose name is its hash. Nothing is sent before the first call. */
export function openPhotos(access: BlobAccess): PhotoStore {
  const container = containerOf(access, 'photos');
  return { put, read, list, remove };

  async function put(hash: string, bytes: Uint8Array): Promise<void> {
    const headers = { blobContentType: 'image/jpeg' };
    try {
      const blob = (await container.openForWriting()).getBlockBlobClient(hash);
      await blob.uploadData(bytes, { blobHTTPHeaders: headers });
    } catch (error) {
      throw unavailable(error);
    }
  }

  async function read(hash: string): Promise<Uint8Array | undefined> {
    try {
      return await (await container.open()).getBlobClient(hash).downloadToBuffer();
    } catch (error) {
      if (codesOf(error).statusCode === 404) return undefined;
      throw unavailable(error);
    }
  }

  async function list(): Promise<KeptPhoto[]> {
    return (await listBlobs(container)).map(({ name, ...photo }) => ({ hash: name, ...photo }));
  }

  function remove({ hash, etag }: KeptPhoto): Promise<boolean> {
    return removeBlob(container, hash, etag);
  }
}

export const noPhotos: PhotoStore = {
  put: withoutAccount,
  read: withoutAccount,
  list: withoutAccount,
  remove: withoutAccount,
};
