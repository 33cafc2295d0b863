/** Where a database is, and how to sign in: with a password from the key vault, or else as the app's identity. */
export interface DatabaseConnection {
  readonly kind: 'postgres' | 'azureSql';
  readonly host: string;
  readonly port?: number | undefined;
  readonly database: string;
  readonly user?: string | undefined;
  readonly passwordSecret?: string | undefined;
  readonly caSecret?: string | undefined;
}

/** Where a connection names no port. */
export const usualPorts: { readonly [Kind in DatabaseConnection['kind']]: number } = { postgres: 5432, azureSql: 1433 };

/** A text, a list of texts (of an array), or nothing. Never a number or a date: those depend on whoever reads them. */
export type SqlValue = string | readonly string[] | null;
export type SqlRow = readonly SqlValue[];

export interface SqlResult {
  readonly columns: readonly string[];
  /** A few at a time: no more than those are in memory. To stop early stops the query. */
  readonly pages: AsyncIterable<readonly SqlRow[]>;
}

/** One connection, for one reading: a token holds for the connection that was opened with it, and cannot be renewed. */
export interface DatabaseSession {
  /**
   * Of what the login may do beside reading; nothing where the database lets nobody write in this session.
   *
   * @throws DatabaseFailure
   */
  findRightsToWrite(): Promise<readonly string[]>;
  /** What the login may do elsewhere that nobody needs who reads contacts. @throws DatabaseFailure */
  findNeedlessRights(): Promise<readonly string[]>;
  /** @throws DatabaseFailure also from the pages */
  query(text: string): Promise<SqlResult>;
  /** Never rejects. */
  close(): Promise<void>;
}

/** @throws DatabaseFailure | SecretUnavailable */
export type OpenDatabase = (connection: DatabaseConnection, timeLimitMilliseconds: number) => Promise<DatabaseSession>;

export type DatabaseFailureKind =
  | 'noToken'
  | 'unreachable'
  | 'untrusted'
  | 'withoutTls'
  | 'signIn'
  | 'noDatabase'
  | 'slow'
  | 'lost'
  | 'writes'
  | 'severalStatements'
  | 'noResult'
  /** Of a column whose numbers the driver cannot keep whole; the code is its name. */
  | 'inexact'
  | 'refused';

/** The message names a code, and never what the database said: that may quote rows. */
export class DatabaseFailure extends Error {
  override readonly name = 'DatabaseFailure';
  readonly kind: DatabaseFailureKind;
  /** The database's or the network's own. */
  readonly code: string;
  /** Of the first character that is wrong with the query, from 1. */
  readonly position: number | undefined;

  constructor(kind: DatabaseFailureKind, code: string, position?: number) {
    super(`${kind} (${code})`);
    this.kind = kind;
    this.code = code;
    this.position = position;
  }
}
