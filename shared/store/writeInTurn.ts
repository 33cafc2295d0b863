import { chunksOf } from '../domain/chunks.ts';
import type { RowOperation, Table } from '../ports/tableStorage.ts';
import { maxTransactionRows } from './tables/limits.ts';

/** In their order, in as many transactions as they need, one after the other. */
export async function writeInTurn(
  table: Pick<Table, 'write'>,
  partitionKey: string,
  operations: readonly RowOperation[],
): Promise<void> {
  for (const part of chunksOf(operations, maxTransactionRows)) await table.write(partitionKey, part);
}
