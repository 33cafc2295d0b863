import { DatabaseFailure, type DatabaseSession, type OpenDatabase, type SqlRow } from '../../shared/ports/database.ts';
import type { SourceRows } from './sourceRows.ts';

/** A database whose every query gives all rows, in the order in which they came, two at a time. */
export function memoryDatabase(columns: readonly string[], table: SourceRows<SqlRow>): OpenDatabase {
  const session: DatabaseSession = {
    findRightsToWrite: async () => [],
    findNeedlessRights: async () => [],
    query: async () => ({ columns, pages: pagesOf([...table.rows.values()]) }),
    close: async () => {},
  };
  return async () => {
    if (table.failure) throw table.failure;
    return session;
  };

  async function* pagesOf(rows: readonly SqlRow[]): AsyncGenerator<readonly SqlRow[]> {
    for (let from = 0; from < rows.length; from += 2) {
      yield rows.slice(from, from + 2);
      if (table.isBroken) throw new DatabaseFailure('lost', 'ECONNRESET');
    }
  }
}
