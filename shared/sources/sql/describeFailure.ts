import type { SourceProblem } from '../../ports/contactSource.ts';
import { DatabaseFailure, type DatabaseFailureKind } from '../../ports/database.ts';
import { SecretUnavailable } from '../../ports/secrets.ts';
import type { SqlSettings } from '../../settings/sqlSource.ts';

interface Explanation {
  readonly code: string;
  readonly what: string;
  readonly remedy: string;
}

const explanations: { readonly [Kind in DatabaseFailureKind]: Explanation } = {
  noToken: {
    code: 'TokenUnavailable',
    what: 'There is no token for the database',
    remedy: 'see that the app has its managed identity (GRAPH_CLIENT_ID), or give the connection a passwordSecret',
  },
  unreachable: {
    code: 'DatabaseUnreachable',
    what: 'The database does not answer',
    remedy: 'check host and port of the connection, the firewall of the server, and the way to it from the app',
  },
  untrusted: {
    code: 'DatabaseUntrusted',
    what: 'The certificate of the database is not trusted, or is not for this host',
    remedy: 'use the name that the certificate has, or name its CA with caSecret; a certificate is always checked',
  },
  withoutTls: {
    code: 'DatabaseWithoutTls',
    what: 'The database does not speak TLS',
    remedy: 'switch it on at the server (ssl = on): passwords and contacts are never sent in the clear',
  },
  signIn: {
    code: 'DatabaseSignIn',
    what: 'The database refuses the sign-in',
    remedy:
      'check user and passwordSecret of the connection; without a passwordSecret the database must know the managed identity of the app as this user',
  },
  noDatabase: {
    code: 'DatabaseNotFound',
    what: 'There is no such database, or the user may not see it',
    remedy: 'check database of the connection',
  },
  slow: {
    code: 'SqlTooSlow',
    what: 'The query was not done in time, so nothing of it was taken',
    remedy: 'make it faster (EXPLAIN shows what it does), or raise timeLimitSeconds',
  },
  lost: {
    code: 'DatabaseConnectionLost',
    what: 'The connection broke off before the last row, so nothing was taken',
    remedy: 'it is tried again at the next run; if it stays so, look into the log of the database',
  },
  writes: {
    code: 'SqlWrites',
    what: 'The query wants to write, which it may not',
    remedy: 'write a SELECT that calls no function which writes',
  },
  severalStatements: {
    code: 'SqlSeveralStatements',
    what: 'The query is more than one statement, or ends in the middle of one',
    remedy: 'write exactly one SELECT',
  },
  noResult: {
    code: 'SqlNoResult',
    what: 'The query gives no columns',
    remedy: 'write a SELECT with named columns',
  },
  inexact: {
    code: 'SqlNumberTooLong',
    what: 'A column has numbers of more digits than the driver keeps, so nothing was taken',
    remedy: 'make a text of it in the query: CAST(... AS varchar(40))',
  },
  refused: {
    code: 'SqlRefused',
    what: 'The database refuses the query',
    remedy: 'try it there as the same user',
  },
};

/** Undefined for what is no failure of the database or the key vault. */
export function problemOf(
  error: unknown,
  settings: Pick<SqlSettings, 'connection' | 'timeLimitSeconds'>,
): SourceProblem | undefined {
  if (error instanceof DatabaseFailure) return describeFailure(error, settings);
  if (!(error instanceof SecretUnavailable)) return undefined;
  const remedy = 'see that the key vault has it, and that the app may read it (Key Vault Secrets User)';
  return { code: 'SecretUnavailable', detail: `${error.message}: ${remedy}` };
}

/** In words of ours, and the database's code: its own words may quote a contact. */
function describeFailure(
  { kind, code, position }: DatabaseFailure,
  { connection, timeLimitSeconds }: Pick<SqlSettings, 'connection' | 'timeLimitSeconds'>,
): SourceProblem {
  const { code: ours, what, remedy } = explanations[kind];
  const place = position === undefined ? '' : ` at character ${position} of the query`;
  const limit = kind === 'slow' ? `, ${timeLimitSeconds} seconds` : '';
  return { code: ours, detail: `${what} (connection "${connection}", ${code}${place}${limit}): ${remedy}` };
}

export function describeRights(rights: readonly string[]): SourceProblem {
  return {
    code: 'DatabaseRights',
    detail: `The user of the connection may do more than read (${rights.join(', ')}), so nothing was read: give it the role db_datareader alone`,
  };
}
