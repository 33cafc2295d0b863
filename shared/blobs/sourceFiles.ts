import { type FileReading, FileUnavailable, mostFileBytes, type SourceFiles } from '../ports/sourceFiles.ts';
import {
  type BlobAccess,
  codesOf,
  containerOf,
  listBlobs,
  removeBlob,
  unavailable,
  withoutAccount,
} from './container.ts';

/** The container `sources` of a storage account. Nothing is sent before the first call. */
export function openSourceFiles(access: BlobAccess): SourceFiles {
  const container = containerOf(access, 'sources');

  async function read(name: string, etag: string | undefined): Promise<FileReading> {
    const blob = (await container.open()).getBlobClient(name);
    try {
      const found = await blob.getProperties();
      if (found.etag === etag) return { kind: 'unchanged' };
      if ((found.contentLength ?? 0) > mostFileBytes) throw new FileUnavailable('TooLarge');
      // Replaced while it is read, it is refused: half of each file is no file.
      const bytes = await blob.downloadToBuffer(0, undefined, { conditions: { ifMatch: found.etag ?? '' } });
      return { kind: 'read', etag: found.etag ?? '', bytes };
    } catch (error) {
      if (codesOf(error).statusCode === 404) return { kind: 'missing', account: blob.accountName };
      throw unavailable(error);
    }
  }

  async function findEtag(name: string): Promise<string | undefined> {
    try {
      const blob = (await container.open()).getBlobClient(name);
      return (await blob.getProperties()).etag;
    } catch (error) {
      if (codesOf(error).statusCode === 404) return undefined;
      throw unavailable(error);
    }
  }

  async function replace(name: string, bytes: Uint8Array, etag: string | undefined): Promise<boolean> {
    const conditions = etag === undefined ? { ifNoneMatch: '*' } : { ifMatch: etag };
    const headers = { blobContentType: 'text/csv' };
    try {
      const files = await container.openForWriting();
      await files.getBlockBlobClient(name).uploadData(bytes, { conditions, blobHTTPHeaders: headers });
      return true;
    } catch (error) {
      if (![409, 412].includes(Number(codesOf(error).statusCode))) throw unavailable(error);
      return holds(name, bytes);
    }
  }

  /** A write whose answer was lost is sent again, and finds what it wrote itself. */
  async function holds(name: string, bytes: Uint8Array): Promise<boolean> {
    const found = await read(name, undefined);
    return found.kind === 'read' && Buffer.compare(found.bytes, bytes) === 0;
  }

  return {
    read,
    findEtag,
    replace,
    list: beginning => listBlobs(container, beginning),
    remove: ({ name, etag }) => removeBlob(container, name, etag),
  };
}

/** Without a storage account whatever asks for a file says so. */
export const noSourceFiles: SourceFiles = {
  read: withoutAccount,
  findEtag: withoutAccount,
  replace: withoutAccount,
  list: withoutAccount,
  remove: withoutAccount,
};
