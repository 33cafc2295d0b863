import { fingerprint } from '../../domain/fingerprint.ts';
import type { SourceKind } from '../../ports/sourceKind.ts';
import type { Connections } from '../../settings/connections.ts';
import type { SqlSettings } from '../../settings/sqlSource.ts';
import { openSql } from './openSql.ts';
import { readColumns } from './readColumns.ts';
import { testSql } from './testSql.ts';

/** One query of a database. */
export const sql: SourceKind<SqlSettings, Connections> = {
  // Limits are no other source.
  identity: ({ timeLimitSeconds: _, maxRows: __, ...settings }) => fingerprint(settings),
  open: openSql,
  columns: readColumns,
  test: (settings, _token, adapters) => testSql(settings, adapters),
};
