import { type EventEmitter, on, once } from 'node:events';
import type { Connection, ConnectionConfiguration, Request } from 'tedious-azure-sql';
import {
  type DatabaseConnection,
  DatabaseFailure,
  type DatabaseSession,
  type SqlResult,
  type SqlRow,
  usualPorts,
} from '../ports/database.ts';
import { type AzureSqlColumn, azureSqlText } from './azureSqlText.ts';
import { codeOf, isCertificateCode } from './codes.ts';
import type { DatabaseLogin } from './login.ts';

const rowsOfPage = 500;
const connectMilliseconds = 30_000;

/** Encrypted, to a server whose certificate is checked, with nothing of the environment. */
export function azureSqlConfiguration(
  { host, port = usualPorts.azureSql, database, user }: DatabaseConnection,
  { by, secret, ca }: DatabaseLogin,
  timeLimitMilliseconds: number,
): ConnectionConfiguration {
  return {
    server: host,
    authentication:
      by === 'token'
        ? { type: 'azure-active-directory-access-token', options: { token: secret } }
        : { type: 'default', options: { userName: user, password: secret } },
    options: {
      port,
      database,
      encrypt: true,
      trustServerCertificate: false,
      ...(ca !== undefined && { cryptoCredentialsDetails: { ca } }),
      readOnlyIntent: true,
      // A date is midnight UTC then, whatever the zone of this process.
      useUTC: true,
      // A database that pauses takes longer to wake up than to answer.
      connectTimeout: Math.min(connectMilliseconds, timeLimitMilliseconds),
      requestTimeout: timeLimitMilliseconds,
      appName: 'contact-folder-sync',
      rowCollectionOnRequestCompletion: false,
    },
  };
}

/** Azure SQL, which has no transaction that only reads: so the login must not be able to write. */
export async function openAzureSql(
  connection: DatabaseConnection,
  login: DatabaseLogin,
  timeLimitMilliseconds: number,
): Promise<DatabaseSession> {
  // Loaded when a list reads such a database: a cold start does without.
  const tedious = await import('./tedious.ts');
  const opened = new tedious.Connection(azureSqlConfiguration(connection, login, timeLimitMilliseconds));
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort();
    opened.close();
  }, timeLimitMilliseconds);
  // Told where it was waited for; without a listener it ends the process.
  opened.on('error', () => {});
  const close = async () => {
    clearTimeout(timer);
    opened.close();
  };
  const run = async (text: string): Promise<SqlResult> => {
    const request = new tedious.Request(text, error => {
      if (error) asEmitter(request).emit('error', late.signal.aborted ? tooLate : failureOf(error));
    });
    return runRequest(request, opened);
  };
  try {
    await new Promise<void>((resolve, reject) => opened.connect(error => (error ? reject(error) : resolve())));
  } catch (error) {
    await close();
    throw failureOf(error, 'connecting');
  }
  return {
    query: run,
    findRightsToWrite: async () => rightsToWrite(await run(rightsQuery)),
    findNeedlessRights: async () => [],
    close,
  };
}

/** Its declaration knows only events of its own. */
function asEmitter(request: Request): EventEmitter {
  return request;
}

const tooLate = new DatabaseFailure('slow', 'timeLimit');

async function runRequest(request: Request, connection: Connection): Promise<SqlResult> {
  // Both are heard from before the first row; the events of a page are kept until it is asked for.
  const rows = on(request, 'row', {
    close: ['requestCompleted'],
    highWaterMark: 2 * rowsOfPage,
    lowWaterMark: rowsOfPage,
  });
  const described = once(request, 'columnMetadata');
  const finished = once(request, 'requestCompleted');
  let results = 0;
  request.on('columnMetadata', () => {
    results += 1;
  });
  for (const promise of [described, finished]) promise.catch(() => {});
  connection.execSql(request);
  await Promise.race([described, finished]);
  if (results === 0) throw new DatabaseFailure('noResult', 'no columns');
  const [metadata] = (await described) as [readonly { readonly colName: string }[]];

  async function* pages() {
    let page: SqlRow[] = [];
    for await (const [columns] of rows as AsyncIterable<[readonly AzureSqlColumn[]]>) {
      if (results > 1) break;
      page.push(columns.map(azureSqlText));
      if (page.length < rowsOfPage) continue;
      yield page;
      page = [];
    }
    // One statement gives one result; a second one would have become part of the first.
    if (results > 1) throw new DatabaseFailure('severalStatements', 'second result');
    if (page.length > 0) yield page;
  }
  return { columns: metadata.map(({ colName }) => colName), pages: pages() };
}

/**
 * Roles of the login, and what it was granted itself or by a role, on the database or on anything in it. PUBLIC is
 * everybody's.
 */
const rightsQuery = `
  SELECT name AS [right] FROM sys.user_token WHERE type = 'ROLE' AND name NOT IN ('public', 'db_datareader')
  UNION SELECT permission_name COLLATE DATABASE_DEFAULT FROM sys.fn_my_permissions(NULL, 'DATABASE')
  UNION SELECT permission_name COLLATE DATABASE_DEFAULT FROM sys.database_permissions
    WHERE state IN ('G', 'W') AND grantee_principal_id IN (SELECT principal_id FROM sys.user_token WHERE name <> 'public')`;

async function rightsToWrite({ pages }: SqlResult): Promise<string[]> {
  const rights: string[] = [];
  for await (const page of pages) rights.push(...page.flatMap(([right]) => (typeof right === 'string' ? [right] : [])));
  return rights.filter(right => !isHarmless(right));
}

/** Reading, and looking at definitions. */
export function isHarmless(right: string): boolean {
  return ['CONNECT', 'SELECT', 'SHOWPLAN'].includes(right) || right.startsWith('VIEW ');
}

interface TediousError {
  readonly number?: number;
  readonly lineNumber?: number;
  readonly isTransient?: boolean;
  readonly cause?: unknown;
}

/** Its message may quote rows, and is not looked at. */
export function failureOf(error: unknown, doing: 'connecting' | 'asking' = 'asking'): DatabaseFailure {
  if (error instanceof DatabaseFailure) return error;
  if (error instanceof AggregateError) return failureOf(error.errors[0], doing);
  const { number, lineNumber, isTransient, cause } = Object(error) as TediousError;
  const code = codeOf(error);
  const deeper = codeOf(cause);
  if (number !== undefined)
    return new DatabaseFailure('refused', `${number}${lineNumber ? ` in line ${lineNumber}` : ''}`);
  if (isCertificateCode(deeper)) return new DatabaseFailure('untrusted', deeper);
  switch (code) {
    case 'ELOGIN':
    case 'EFEDAUTH':
      return new DatabaseFailure(isTransient ? 'unreachable' : 'signIn', code);
    case 'EENCRYPT':
      return new DatabaseFailure('withoutTls', code);
    case 'ETIMEOUT':
      return new DatabaseFailure(doing === 'asking' ? 'slow' : 'unreachable', code);
    default:
      return new DatabaseFailure(doing === 'asking' ? 'lost' : 'unreachable', deeper === 'unknown' ? code : deeper);
  }
}
