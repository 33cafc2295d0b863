import type { Client } from 'pg';
import type Cursor from 'pg-cursor';
import { parse as parseArray } from 'postgres-array';
import {
  type DatabaseConnection,
  DatabaseFailure,
  type DatabaseSession,
  type SqlResult,
  type SqlRow,
  type SqlValue,
  usualPorts,
} from '../ports/database.ts';
import { codeOf, isCertificateCode } from './codes.ts';
import type { DatabaseLogin } from './login.ts';

const rowsOfPage = 2000;
const connectMilliseconds = 10_000;

/**
 * In a transaction that only reads, with every setting on which the text of a value depends. Set there and not for the
 * session, so that it works behind PgBouncer, which knows no `options` at the start and hands the session on to others.
 */
const opening = (timeLimitMilliseconds: number) => `
  BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
  SET LOCAL statement_timeout = ${Math.ceil(timeLimitMilliseconds)};
  SET LOCAL lock_timeout = ${Math.ceil(timeLimitMilliseconds)};
  SET LOCAL datestyle = 'ISO, YMD';
  SET LOCAL intervalstyle = 'postgres';
  SET LOCAL timezone = 'UTC';
  SET LOCAL extra_float_digits = 1`;

/** Arrays of any type, of enums and domains too. Asked first: once something was read, a transaction cannot be made to write. */
const arrayTypes = `
  SELECT list.oid FROM pg_catalog.pg_type AS list JOIN pg_catalog.pg_type AS element ON element.oid = list.typelem
  WHERE list.typcategory = 'A' AND list.typlen = -1 AND element.typtype <> 'c'`;

/** A superuser is a member of every role: that alone says it. */
const needlessRights = `
  SELECT unnest(CASE WHEN rolsuper THEN ARRAY['superuser'] ELSE array_remove(ARRAY[
    CASE WHEN rolcreaterole THEN 'CREATEROLE' END, CASE WHEN rolcreatedb THEN 'CREATEDB' END,
    CASE WHEN rolreplication THEN 'REPLICATION' END, CASE WHEN rolbypassrls THEN 'BYPASSRLS' END], NULL)
    || ARRAY(SELECT rolname::text FROM pg_catalog.pg_roles
      WHERE rolname IN ('pg_write_all_data', 'pg_write_server_files', 'pg_execute_server_program')
        AND pg_has_role(current_user, oid, 'MEMBER') ORDER BY 1) END)
  FROM pg_catalog.pg_roles WHERE rolname = current_user`;

const oidOfBoolean = 16;
const oidOfJson = 114;
const oidOfJsonb = 3802;
const oidOfChar = 1042;
const oidOfCharArray = 1014;

/** PostgreSQL over TLS, in one transaction that only reads. */
export async function openPostgres(
  connection: DatabaseConnection,
  login: DatabaseLogin,
  timeLimitMilliseconds: number,
): Promise<DatabaseSession> {
  // Loaded when a list reads a database: a cold start does without.
  const pg = await import('./pg.ts');
  const { host, port = usualPorts.postgres, database, user } = connection;
  const client = new pg.Client({
    host,
    port,
    database,
    user,
    password: login.secret,
    ssl: login.ca === undefined ? {} : { ca: login.ca },
    connectionTimeoutMillis: Math.min(connectMilliseconds, timeLimitMilliseconds),
    application_name: 'contact-folder-sync',
    keepAlive: true,
  });
  const limit = limitTime(client, timeLimitMilliseconds);
  try {
    await connect(client, limit);
    await limit.within(client.query(opening(timeLimitMilliseconds)));
    const readColumn = async (text: string): Promise<string[]> => {
      const { rows } = await limit.within(client.query<[string]>({ text, rowMode: 'array' }));
      return rows.map(([value]) => String(value));
    };
    const arrays = new Set((await readColumn(arrayTypes)).map(Number));
    return {
      findRightsToWrite: async () => [],
      findNeedlessRights: () => readColumn(needlessRights),
      query: text => runQuery(new pg.Cursor(text, [], { rowMode: 'array', types: asTexts }), client, limit, arrays),
      close: () => limit.close(),
    };
  } catch (error) {
    await limit.close();
    throw error;
  }
}

/** No query is slow that was not asked yet: whoever does not answer then is not reached. */
async function connect(client: Client, limit: TimeLimit): Promise<void> {
  try {
    await limit.within(client.connect());
  } catch (error) {
    const isLate = error instanceof DatabaseFailure && error.kind === 'slow';
    throw isLate ? new DatabaseFailure('unreachable', 'ETIMEDOUT') : error;
  }
}

interface TimeLimit {
  /** @throws DatabaseFailure */
  within<Value>(work: Promise<Value>): Promise<Value>;
  close(): Promise<void>;
}

/** The server ends a statement that is slow; this ends what does not answer at all, and a transfer that trickles. */
function limitTime(client: Client, milliseconds: number): TimeLimit {
  let lost: unknown;
  const late = Promise.withResolvers<never>();
  late.promise.catch(() => {});
  const timer = setTimeout(() => {
    late.reject(new DatabaseFailure('slow', 'timeLimit'));
    client.connection.stream.destroy();
  }, milliseconds);
  // Emitted beside the rejection of what was under way; without a listener it ends the process.
  client.on('error', error => {
    lost = error;
  });
  return {
    async within(work) {
      try {
        return await Promise.race([work, late.promise]);
      } catch (error) {
        throw failureOf(error, lost);
      }
    },
    async close() {
      clearTimeout(timer);
      await Promise.race([client.end().catch(() => {}), new Promise(resolve => setTimeout(resolve, 1000).unref())]);
      client.connection.stream.destroy();
    },
  };
}

/** The driver's own reading makes null of a date in another style, and floats of exact numbers. */
const asTexts = { getTypeParser: () => (text: string) => text };

interface Field {
  readonly name: string;
  readonly dataTypeID: number;
}

async function runQuery(
  cursor: Cursor<(string | null)[]>,
  client: Client,
  limit: TimeLimit,
  arrays: ReadonlySet<number>,
): Promise<SqlResult> {
  client.query(cursor);
  const first = await limit.within(readPage(cursor));
  if (first.fields.length === 0) throw new DatabaseFailure('noResult', 'no columns');
  const readings = first.fields.map(field => readerOf(field, arrays));
  const toRow = (row: readonly (string | null)[]): SqlRow =>
    row.map((text, index) => (text === null ? null : (readings[index]?.(text) ?? text)));

  async function* pages() {
    let page = first;
    while (page.rows.length > 0) {
      const next = limit.within(readPage(cursor));
      // Whoever goes on hears of it; whoever stops does not.
      next.catch(() => {});
      yield page.rows.map(toRow);
      page = await next;
    }
  }
  return { columns: first.fields.map(({ name }) => name), pages: pages() };
}

/** Of a portal, which holds one statement and never a second one behind a semicolon. */
function readPage(
  cursor: Cursor<(string | null)[]>,
): Promise<{ readonly rows: (string | null)[][]; readonly fields: readonly Field[] }> {
  return new Promise((resolve, reject) => {
    cursor.read(rowsOfPage, (error, rows, result) => {
      if (error) reject(error);
      else resolve({ rows, fields: result?.fields ?? [] });
    });
  });
}

function readerOf({ dataTypeID }: Field, arrays: ReadonlySet<number>): ((text: string) => SqlValue) | undefined {
  if (arrays.has(dataTypeID)) return readArray(dataTypeID === oidOfCharArray ? trimEnd : same);
  switch (dataTypeID) {
    case oidOfBoolean:
      return text => String(text === 't');
    case oidOfChar:
      return trimEnd;
    case oidOfJson:
    case oidOfJsonb:
      return readJson;
    default:
      return undefined;
  }
}

function same(text: string): string {
  return text;
}

/** PostgreSQL pads char(n) with blanks. */
function trimEnd(text: string): string {
  return text.replace(/ +$/, '');
}

function readArray(read: (text: string) => string): (text: string) => SqlValue {
  return text => parseArray(text, read).flat(8).filter(isText);
}

/** A list where it is one of JSON; else its text. */
function readJson(text: string): SqlValue {
  const value: unknown = JSON.parse(text);
  if (typeof value === 'string') return value;
  if (value === null) return null;
  return Array.isArray(value) && value.every(each => each === null || typeof each === 'string')
    ? value.filter(isText)
    : text;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** By SQLSTATE (PostgreSQL: Appendix A). Message and detail of an error may quote rows: neither is looked at. */
function failureOf(error: unknown, lost: unknown): DatabaseFailure {
  if (error instanceof DatabaseFailure) return error;
  const state = codeOf(error);
  const position = Number((error as { position?: string }).position) || undefined;
  switch (state) {
    case '25006':
      return new DatabaseFailure('writes', state);
    case '57014':
    case '55P03':
      return new DatabaseFailure('slow', state);
    case '3D000':
      return new DatabaseFailure('noDatabase', state);
    case '42601':
      return new DatabaseFailure(position === undefined ? 'severalStatements' : 'refused', state, position);
  }
  if (/^28/.test(state)) return new DatabaseFailure('signIn', state);
  if (/^(08|57P|53)/.test(state)) return new DatabaseFailure('lost', state);
  if (/^[0-9A-Z]{5}$/.test(state)) return new DatabaseFailure('refused', state, position);
  return ofNetwork(error, state === 'unknown' ? codeOf(lost) : state);
}

function ofNetwork(error: unknown, code: string): DatabaseFailure {
  const message = error instanceof Error ? error.message : '';
  if (isCertificateCode(code)) return new DatabaseFailure('untrusted', code);
  // The driver's own words: it has no codes for these.
  if (message === 'The server does not support SSL connections') return new DatabaseFailure('withoutTls', 'noTls');
  if (/^Connection terminated/.test(message) || code === 'ECONNRESET' || code === 'EPIPE') {
    return new DatabaseFailure('lost', code === 'unknown' ? 'closed' : code);
  }
  return new DatabaseFailure('unreachable', /timeout/.test(message) ? 'ETIMEDOUT' : code);
}
