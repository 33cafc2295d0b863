import type { SecretClientOptions } from '@azure/keyvault-secrets';

/** A webhook answers within three seconds: Graph sends again what finds the key vault slow. */
export const clientOptions: SecretClientOptions = { retryOptions: { maxRetries: 1, retryDelayInMs: 300 } };

/** A word of the service's or the network's own, that quotes nothing of a request. */
export function codeOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return (
    ([code, name].find(each => typeof each === 'string' && /^[\w.-]{1,80}$/.test(each)) as string | undefined) ??
    'unknown'
  );
}
