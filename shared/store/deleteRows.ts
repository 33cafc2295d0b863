import type { Table } from '../ports/tableStorage.ts';
import { writeInTurn } from './writeInTurn.ts';

/** In their order, a transaction after the other; one that is gone already is no error. Resolves with their number. */
export async function deleteRows(
  table: Pick<Table, 'write'>,
  partitionKey: string,
  rows: readonly { readonly rowKey: string }[],
): Promise<number> {
  await writeInTurn(
    table,
    partitionKey,
    rows.map(({ rowKey }) => ({ kind: 'delete', rowKey })),
  );
  return rows.length;
}
