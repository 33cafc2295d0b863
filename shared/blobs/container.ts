import type { TokenCredential } from '@azure/identity';
import type { ContainerClient } from '@azure/storage-blob';
import { FileUnavailable, type KeptFile } from '../ports/sourceFiles.ts';

export type BlobAccess =
  | { readonly connectionString: string }
  | { readonly accountName: string; readonly credential: TokenCredential };

/**
 * A container of a storage account, which the deployment makes, and locally the first write. The client
 * is loaded with the first call: an app whose lists need no blob does without.
 */
export function containerOf(access: BlobAccess, name: string) {
  let opened: Promise<ContainerClient> | undefined;
  const open = () => {
    opened ??= openContainer(access, name);
    return opened;
  };
  return {
    open,
    async openForWriting(): Promise<ContainerClient> {
      const container = await open();
      if ('connectionString' in access) await container.createIfNotExists();
      return container;
    },
  };
}

async function openContainer(access: BlobAccess, name: string): Promise<ContainerClient> {
  const { BlobServiceClient } = await import('./blobService.ts');
  const options = { retryOptions: { maxTries: 3, tryTimeoutInMs: 60_000 } };
  const service =
    'connectionString' in access
      ? BlobServiceClient.fromConnectionString(access.connectionString, options)
      : new BlobServiceClient(`https://${access.accountName}.blob.core.windows.net`, access.credential, options);
  return service.getContainerClient(name);
}

type Container = ReturnType<typeof containerOf>;

/** Those whose names begin so; none where there is no container yet. @throws FileUnavailable */
export async function listBlobs(container: Container, prefix = ''): Promise<KeptFile[]> {
  const kept: KeptFile[] = [];
  try {
    for await (const { name, properties } of (await container.open()).listBlobsFlat({ prefix })) {
      kept.push({ name, putAt: properties.lastModified.getTime(), etag: properties.etag });
    }
    return kept;
  } catch (error) {
    if (codesOf(error).statusCode === 404) return [];
    throw unavailable(error);
  }
}

/** False for one that was put again since it was listed, and stays. @throws FileUnavailable */
export async function removeBlob(container: Container, name: string, etag: string): Promise<boolean> {
  try {
    await (await container.open()).getBlobClient(name).delete({ conditions: { ifMatch: etag } });
    return true;
  } catch (error) {
    if ([404, 412].includes(Number(codesOf(error).statusCode))) return false;
    throw unavailable(error);
  }
}

export const withoutAccount = () => Promise.reject(new FileUnavailable('AzureWebJobsStorage is not set'));

export function unavailable(error: unknown): FileUnavailable {
  if (error instanceof FileUnavailable) return error;
  const { code, statusCode } = codesOf(error);
  const word = [code, statusCode].find(each => /^[\w.-]{1,60}$/.test(String(each ?? '')));
  return new FileUnavailable(String(word ?? 'unknown'));
}

/** Of an error of the client, whose classes are in a file that is read late. */
export function codesOf(error: unknown): { readonly code?: unknown; readonly statusCode?: unknown } {
  return typeof error === 'object' && error !== null ? error : {};
}
