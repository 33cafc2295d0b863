import { createHash, timingSafeEqual } from 'node:crypto';
import type { TokenCredential } from '@azure/identity';
import { SecretClient, type SecretClientOptions } from '@azure/keyvault-secrets';
import { type ClientState, ClientStateUnavailable } from '../ports/clientState.ts';
import type { Clock } from '../ports/clock.ts';
import { clientOptions, codeOf } from './keyVaultClient.ts';

/** Name of the secret in the key vault. */
export const clientStateSecret = 'client-state';

/** Milliseconds after which the secret is read again, so that a rotation is taken up. */
const keptFor = 10 * 60_000;
/** Forged notifications must not become as many requests to the key vault. */
const pauseAfterMismatch = 60_000;
/** Reads the secret from a key vault. Nothing is sent before the first call. */
export function readFromKeyVault(
  vaultUrl: string,
  credential: TokenCredential,
  options: SecretClientOptions = {},
): () => Promise<string | undefined> {
  let client: SecretClient | undefined;
  return async () => {
    client ??= new SecretClient(vaultUrl, credential, { ...clientOptions, ...options });
    return (await client.getSecret(clientStateSecret)).value;
  };
}

/** Keeps the secret at hand, and reads it again now and then and when a comparison fails: it may have been rotated. */
export function openClientState(readSecret: () => Promise<string | undefined>, clock: Pick<Clock, 'now'>): ClientState {
  let kept: string | undefined;
  let triedAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<string> | undefined;

  async function fetchSecret(): Promise<string> {
    triedAt = clock.now();
    try {
      kept = checkLength(await readSecret());
      return kept;
    } catch (error) {
      if (error instanceof ClientStateUnavailable) throw error;
      // Without the cause's message, which may quote the request.
      throw new ClientStateUnavailable(`The secret "${clientStateSecret}" could not be read (${codeOf(error)})`);
    } finally {
      reading = undefined;
    }
  }

  function readAgain(): Promise<string> {
    reading ??= fetchSecret();
    return reading;
  }

  /** What was read once serves on while the key vault is out of reach. */
  async function read(longest = keptFor): Promise<string> {
    const known = kept;
    if (known === undefined) return readAgain();
    if (clock.now() - triedAt < longest) return known;
    return readAgain().catch(() => known);
  }

  return {
    read: () => read(),
    async matches(given) {
      if (isSame(given, await read())) return true;
      return isSame(given, await read(pauseAfterMismatch));
    },
  };
}

function checkLength(secret: string | undefined): string {
  if (secret && secret.length <= 128) return secret;
  throw new ClientStateUnavailable(
    `The secret "${clientStateSecret}" must have 1 to 128 characters: Graph takes no more`,
  );
}

/** Digests have one length, which the comparison asks for. */
function isSame(given: string, secret: string): boolean {
  return timingSafeEqual(digest(given), digest(secret));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
