import type { SqlRow } from '../../ports/database.ts';
import { exampleRows, type SourceAdapters, type SourceColumn } from '../../ports/sourceKind.ts';
import type { Connections } from '../../settings/connections.ts';
import type { SqlSettings } from '../../settings/sqlSource.ts';
import { withSession } from './openSql.ts';
import { fieldsOf, textOf } from './rowContacts.ts';

/**
 * The columns of the query, also where none of them fills a field yet. A query may give a million rows: it is stopped
 * after the first ones.
 *
 * @throws SourceFailure for a query that is refused, or settings that name a column which it does not give
 */
export function readColumns(settings: SqlSettings, adapters: SourceAdapters<Connections>): Promise<SourceColumn[]> {
  return withSession(settings, adapters, async session => {
    const { columns, pages } = await session.query(settings.query);
    const rows = await firstOf(pages);
    const fields = fieldsOf(settings.columns, columns);
    return columns.map((name, column) => ({
      name,
      fills: fields.find(({ index }) => index === column)?.field,
      examples: rows.flatMap(row => textOf(row[column]) || []),
    }));
  });
}

async function firstOf(pages: AsyncIterable<readonly SqlRow[]>): Promise<readonly SqlRow[]> {
  for await (const page of pages) return page.slice(0, exampleRows);
  return [];
}
