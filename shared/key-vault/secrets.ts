import type { TokenCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { memoise } from '../memoise.ts';
import { type ReadSecret, SecretUnavailable } from '../ports/secrets.ts';
import { clientOptions, codeOf } from './keyVaultClient.ts';

/** Milliseconds after which a secret is read again, so that a rotation is taken up. */
const keptFor = 10 * 60_000;
const mostSecrets = 100;

/** The secrets of a key vault. Nothing is sent before the first one is asked for; what cannot be read is asked for again. */
export function openKeyVaultSecrets(vaultUrl: string, credential: TokenCredential): ReadSecret {
  const client = new SecretClient(vaultUrl, credential, clientOptions);
  const secrets = memoise<string>({ max: mostSecrets, ttl: keptFor });
  return name => secrets(name, () => readSecret(client, name));
}

/** Where there is no key vault, on a developer's machine: the values of `LOCAL_SECRETS`. */
export function openLocalSecrets(values: ReadonlyMap<string, string>): ReadSecret {
  return async name => {
    const value = values.get(name);
    if (value === undefined) throw new SecretUnavailable(name, 'KEY_VAULT_URL is not set');
    return value;
  };
}

async function readSecret(client: SecretClient, name: string): Promise<string> {
  try {
    const { value } = await client.getSecret(name);
    if (value !== undefined) return value;
  } catch (error) {
    // Without the cause's message, which may quote the request.
    throw new SecretUnavailable(name, codeOf(error));
  }
  throw new SecretUnavailable(name, 'empty');
}
