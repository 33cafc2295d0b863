import type { TokenCredential } from '@azure/identity';
import type { ContainerClient } from '@azure/storage-blob';
import { type FileReading, FileUnavailable, mostFileBytes, type SourceFiles } from '../ports/sourceFiles.ts';

/** Where the deployment makes it; locally it is made with the first file. */
const sourcesContainer = 'sources';

export type BlobAccess =
  | { readonly connectionString: string }
  | { readonly accountName: string; readonly credential: TokenCredential };

/** The container `sources` of a storage account. Nothing is sent before the first call. */
export function openSourceFiles(access: BlobAccess): SourceFiles {
  let opened: Promise<ContainerClient> | undefined;
  const openOnce = () => {
    opened ??= openContainer(access);
    return opened;
  };

  async function read(name: string, etag: string | undefined): Promise<FileReading> {
    const blob = (await openOnce()).getBlobClient(name);
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
      const blob = (await openOnce()).getBlobClient(name);
      return (await blob.getProperties()).etag;
    } catch (error) {
      if (codesOf(error).statusCode === 404) return undefined;
      throw unavailable(error);
    }
  }

  async function replace(name: string, bytes: Uint8Array, etag: string | undefined): Promise<boolean> {
    const conditions = etag === undefined ? { ifNoneMatch: '*' } : { ifMatch: etag };
    const headers = { blobContentType: 'text/csv' };
    const container = await openOnce();
    try {
      if ('connectionString' in access) await container.createIfNotExists();
      await container.getBlockBlobClient(name).uploadData(bytes, { conditions, blobHTTPHeaders: headers });
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

  return { read, findEtag, replace };
}

const withoutAccount = () => Promise.reject(new FileUnavailable('AzureWebJobsStorage is not set'));
/** Without a storage account whatever asks for a file says so. */
export const noSourceFiles: SourceFiles = { read: withoutAccount, findEtag: withoutAccount, replace: withoutAccount };

/** The client is loaded with the first file that is asked for: an app whose lists read none does without. */
async function openContainer(access: BlobAccess): Promise<ContainerClient> {
  const { BlobServiceClient } = await import('./blobService.ts');
  const options = { retryOptions: { maxTries: 3, tryTimeoutInMs: 60_000 } };
  const service =
    'connectionString' in access
      ? BlobServiceClient.fromConnectionString(access.connectionString, options)
      : new BlobServiceClient(`https://${access.accountName}.blob.core.windows.net`, access.credential, options);
  return service.getContainerClient(sourcesContainer);
}

function unavailable(error: unknown): FileUnavailable {
  if (error instanceof FileUnavailable) return error;
  const { code, statusCode } = codesOf(error);
  const word = [code, statusCode].find(each => /^[\w.-]{1,60}$/.test(String(each ?? '')));
  return new FileUnavailable(String(word ?? 'unknown'));
}

/** Of an error of the client, whose classes are in a file that is read late. */
function codesOf(error: unknown): { readonly code?: unknown; readonly statusCode?: unknown } {
  return typeof error === 'object' && error !== null ? error : {};
}
