import type { TokenCredential } from '@azure/identity';
import { BlobServiceClient, RestError } from '@azure/storage-blob';
import { type FileReading, FileUnavailable, mostFileBytes, type SourceFiles } from '../ports/sourceFiles.ts';

/** Where the deployment makes it; locally it is made with the first file. */
const sourcesContainer = 'sources';

export type BlobAccess =
  | { readonly connectionString: string }
  | { readonly accountName: string; readonly credential: TokenCredential };

/** The container `sources` of a storage account. Nothing is sent before the first call. */
export function openSourceFiles(access: BlobAccess): SourceFiles {
  const options = { retryOptions: { maxTries: 3, tryTimeoutInMs: 60_000 } };
  const service =
    'connectionString' in access
      ? BlobServiceClient.fromConnectionString(access.connectionString, options)
      : new BlobServiceClient(`https://${access.accountName}.blob.core.windows.net`, access.credential, options);
  const container = service.getContainerClient(sourcesContainer);

  async function read(name: string, etag: string | undefined): Promise<FileReading> {
    const blob = container.getBlobClient(name);
    try {
      const found = await blob.getProperties();
      if (found.etag === etag) return { kind: 'unchanged' };
      if ((found.contentLength ?? 0) > mostFileBytes) throw new FileUnavailable('TooLarge');
      // Replaced while it is read, it is refused: half of each file is no file.
      const bytes = await blob.downloadToBuffer(0, undefined, { conditions: { ifMatch: found.etag ?? '' } });
      return { kind: 'read', etag: found.etag ?? '', bytes };
    } catch (error) {
      if (error instanceof RestError && error.statusCode === 404) return { kind: 'missing' };
      throw unavailable(error);
    }
  }

  async function findEtag(name: string): Promise<string | undefined> {
    try {
      return (await container.getBlobClient(name).getProperties()).etag;
    } catch (error) {
      if (error instanceof RestError && error.statusCode === 404) return undefined;
      throw unavailable(error);
    }
  }

  async function replace(name: string, bytes: Uint8Array, etag: string | undefined): Promise<boolean> {
    const conditions = etag === undefined ? { ifNoneMatch: '*' } : { ifMatch: etag };
    const headers = { blobContentType: 'text/csv' };
    try {
      if ('connectionString' in access) await container.createIfNotExists();
      await container.getBlockBlobClient(name).uploadData(bytes, { conditions, blobHTTPHeaders: headers });
      return true;
    } catch (error) {
      if (!(error instanceof RestError) || ![409, 412].includes(error.statusCode ?? 0)) throw unavailable(error);
      return holds(name, bytes);
    }
  }

  /** A write whose answer was lost is sent again, and finds what it wrote itself. */
  async function holds(name: string, bytes: Uint8Array): Promise<boolean> {
    const found = await read(name, undefined);
    return found.kind === 'read' && Buffer.compare(found.bytes, bytes) === 0;
  }

  return { read, findEtag, replace };
}

function unavailable(error: unknown): FileUnavailable {
  if (error instanceof FileUnavailable) return error;
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  const word = [code, statusCode].find(each => /^[\w.-]{1,60}$/.test(String(each ?? '')));
  return new FileUnavailable(String(word ?? 'unknown'));
}
