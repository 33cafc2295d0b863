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
    remedy:
      'run it there as the same user (psql, sqlcmd) to see the reason, which the app does not repeat since it may quote a contact',
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

/**
 * Why a query is refused, by SQLSTATE (PostgreSQL: Appendix A) or the number of an error (SQL Server: Database Engine
 * events and errors).
 */
const refusals: readonly {
  readonly codes: readonly string[];
  readonly what: string;
  readonly remedy: string;
}[] = [
  {
    codes: ['42P01', '3F000', '208'],
    what: 'The query names a table or a view that the database does not have, or that the user may not see',
    remedy: 'write its name with its schema, as in sales.people, and in the same small and capital letters',
  },
  {
    codes: ['42703', '207'],
    what: 'The query names a column that its tables do not have',
    remedy:
      'check its name; PostgreSQL makes small letters of names without double quotes, and takes what stands in double quotes for a name',
  },
  {
    codes: ['42501', '229', '230'],
    what: 'The user of the connection may not read what the query names',
    remedy: 'grant the user SELECT on each table or view, and USAGE on its schema',
  },
  {
    codes: ['42883', '195'],
    what: 'The query calls a function or an operator that the database does not have for such values',
    remedy: 'check its name and the types of its arguments; CAST makes one type of another',
  },
  {
    codes: ['42601', '102', '105', '156', '319'],
    what: 'The query is no valid statement',
    remedy: 'look at that place of the query, and for a comma or a parenthesis that is missing before it',
  },
  {
    codes: ['42702', '209'],
    what: 'The query names a column that several of its tables have',
    remedy: 'write the name of the table before it, as in people.name',
  },
];

/** A value that cannot be read as the type that the query asks for, in one of its rows. */
const ofValues = /^22|^(241|242|245|8114|8115|8134)$/;

function explain(kind: DatabaseFailureKind, code: string): Explanation {
  const usual = explanations[kind];
  if (kind !== 'refused') return usual;
  const [number = code] = code.split(' ');
  const refusal = refusals.find(({ codes }) => codes.includes(number));
  if (refusal) return { ...usual, ...refusal };
  if (!ofValues.test(number)) return usual;
  return {
    ...usual,
    what: 'The database cannot do with the values of a row what the query asks for, such as making a number of a text',
    remedy: 'leave such rows out with WHERE, or handle their values (CASE, NULLIF, TRY_CAST)',
  };
}

/** In words of ours, and the database's code: its own words may quote a contact. */
function describeFailure(
  { kind, code, position }: DatabaseFailure,
  { connection, timeLimitSeconds }: Pick<SqlSettings, 'connection' | 'timeLimitSeconds'>,
): SourceProblem {
  const { code: ours, what, remedy } = explain(kind, code);
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
