import { type DatabaseConnection, DatabaseFailure, type OpenDatabase } from '../ports/database.ts';
import type { ReadSecret } from '../ports/secrets.ts';
import type { TokenCredential } from '../ports/tokens.ts';
import { openAzureSql } from './azureSql.ts';
import type { DatabaseLogin } from './login.ts';
import { openPostgres } from './postgres.ts';

/** Of databases that take Entra's tokens. */
const tokenScopes: { readonly [Kind in DatabaseConnection['kind']]: string } = {
  postgres: 'https://ossrdbms-aad.database.windows.net/.default',
  azureSql: 'https://database.windows.net/.default',
};
const openers = { postgres: openPostgres, azureSql: openAzureSql };

/** Opens databases with the passwords of the key vault, or with a new token for each connection. */
export function openDatabases(readSecret: ReadSecret, credential: TokenCredential): OpenDatabase {
  return async (connection, timeLimitMilliseconds) => {
    const login = await findLogin(connection, readSecret, credential);
    return openers[connection.kind](connection, login, timeLimitMilliseconds);
  };
}

async function findLogin(
  { kind, passwordSecret, caSecret }: DatabaseConnection,
  readSecret: ReadSecret,
  credential: TokenCredential,
): Promise<DatabaseLogin> {
  const ca = caSecret === undefined ? undefined : await readSecret(caSecret);
  if (passwordSecret !== undefined) return { by: 'password', secret: await readSecret(passwordSecret), ca };
  const given = await credential.getToken(tokenScopes[kind]).catch(() => null);
  if (!given) throw new DatabaseFailure('noToken', tokenScopes[kind]);
  return { by: 'token', secret: given.token, ca };
}
