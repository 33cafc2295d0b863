import { createHmac, createSecretKey } from 'node:crypto';
import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import { LRUCache } from 'lru-cache';

/** The SDK's own, which makes a key of its text for each request: about as expensive as to send it. */
export const signingOfSdk = 'tablesNamedKeyCredentialPolicy';

/**
 * Signs with the account's key, undefined where the connection string names none
 * (https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key#shared-key-lite-and-table-service-format-for-2009-09-19-and-later).
 */
export function signWithSharedKey(connectionString: string): PipelinePolicy | undefined {
  const account = partOf(connectionString, 'AccountName');
  const text = partOf(connectionString, 'AccountKey');
  if (!account || !text) return undefined;
  const key = createSecretKey(text, 'base64');
  const sign = (signed: string) => createHmac('sha256', key).update(signed).digest('base64');
  // Dates have seconds, and transactions one address: the same is signed many times a second.
  const signatures = new LRUCache<string, string>({ max: 100, memoMethod: sign });
  return {
    name: 'signWithSharedKey',
    sendRequest(request, next) {
      const date = new Date().toUTCString();
      // No request of ours has `comp`, the one part of a query that is signed.
      const { pathname } = new URL(request.url);
      const signature = signatures.memo(`${date}\n/${account}${pathname}`);
      request.headers.set('x-ms-date', date);
      request.headers.set('Authorization', `SharedKeyLite ${account}:${signature}`);
      return next(request);
    },
  };
}

function partOf(connectionString: string, name: string): string | undefined {
  return new RegExp(`(?:^|;)\\s*${name}=([^;]*)`, 'i').exec(connectionString)?.[1];
}
