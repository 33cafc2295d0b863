import type { RowOperation, Table } from '../../../shared/ports/tableStorage.ts';
import { maxTransactionBytes, maxTransactionRows, operationBytes } from '../../../shared/store/tables/limits.ts';
import type { AccountTable } from '../../../shared/store/tables/tableClients.ts';
import { readRows } from './backUpTable.ts';
import { readLines } from './storedLine.ts';

/** Rows that are written together, all of one partition. */
interface Transaction {
  readonly partitionKey: string;
  readonly operations: RowOperation[];
}

type KeyedOperation = readonly [partitionKey: string, operation: RowOperation];

/** Empties the table and fills it from the file; run again, it makes good what was interrupted. Resolves with the number of rows. */
export async function restoreTable(client: AccountTable, table: Table, file: string): Promise<number> {
  await writeAll(table, deletions(client));
  return writeAll(table, insertions(file));
}

async function* deletions(client: AccountTable): AsyncGenerator<KeyedOperation> {
  for await (const { partitionKey, rowKey } of readRows(client, ['PartitionKey'])) {
    yield [partitionKey, { kind: 'delete', rowKey }];
  }
}

async function* insertions(file: string): AsyncGenerator<KeyedOperation> {
  for await (const { partitionKey, rowKey, properties } of readLines(file)) {
    yield [partitionKey, { kind: 'insert', rowKey, properties }];
  }
}

async function writeAll(table: Table, operations: AsyncIterable<KeyedOperation>): Promise<number> {
  let rows = 0;
  for await (const { partitionKey, operations: together } of inTransactions(operations)) {
    await table.write(partitionKey, together);
    rows += together.length;
  }
  return rows;
}

async function* inTransactions(operations: AsyncIterable<KeyedOperation>): AsyncGenerator<Transaction> {
  let open: Transaction | undefined;
  let bytes = 0;
  for await (const [partitionKey, operation] of operations) {
    const size = operationBytes(partitionKey, operation);
    const fits = open?.partitionKey === partitionKey && open.operations.length < maxTransactionRows;
    if (open && (!fits || bytes + size > maxTransactionBytes)) {
      yield open;
      open = undefined;
      bytes = 0;
    }
    open ??= { partitionKey, operations: [] };
    open.operations.push(operation);
    bytes += size;
  }
  if (open) yield open;
}
