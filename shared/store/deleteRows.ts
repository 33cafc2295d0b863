import { chunksOf } from '../domain/chunks.ts';
import type { Table } from '../ports/tableStorage.ts';
import { maxTransactionRows } from './tables/limits.ts';

/** In their order, a transaction after the other; one that is gone already is no error. Resolves with their number. */
export async function deleteRows(
  table: Pick<Table, 'write'>,
  partitionKey: string,
  rows: readonly { readonly rowKey: string }[],
): Promise<number> {
  for (const part of chunksOf(rows, maxTransactionRows)) {
    await table.write(
      partitionKey,
      part.map(({ rowKey }) => ({ kind: 'delete', rowKey })),
    );
  }
  return rows.length;
}
