import { odata } from '@azure/data-tables';
import type { PickedRows, RowOperation, RowRange, StoredRow, Table } from '../../ports/tableStorage.ts';
import { type Entity, partitionOf, toStoredRow } from './entities.ts';
import { checkPick, checkWrite } from './limits.ts';
import { readEntity, readPages } from './reading.ts';
import { rowRequest } from './rowRequests.ts';
import { asRowConflict, isMissingRow, serviceErrorCode } from './serviceErrors.ts';
import type { AccountTable, OpenTableClient } from './tableClients.ts';
import { sendTransaction } from './transaction.ts';

type Delete = Extract<RowOperation, { kind: 'delete' }>;

const maxPageSize = 1000;
/**
 * One table of the storage account. A table that is missing is made when the service says so, and the request
 * repeated: the normal path pays nothing for it.
 *
 * `write` rejects with `UnstorableRow` before it sends anything, with `RowConflict` for a refused guard. **The SDK
 * repeats a request that got no answer, and the repeat of a write that had been done is refused too: after a
 * `RowConflict` of its own guarded write a caller does not know whether it was done, and reads the row again.**
 */
export function storedTable(openClient: OpenTableClient, tableName: string): Table {
  const client = openClient(tableName);

  async function get(partitionKey: string, rowKey: string): Promise<StoredRow | undefined> {
    try {
      return toStoredRow(await inTable(client, () => readEntity(client, partitionKey, rowKey)));
    } catch (error) {
      if (isMissingRow(error)) return undefined;
      throw error;
    }
  }

  async function query(partitionKey: string, range: RowRange = {}, select?: readonly string[]): Promise<StoredRow[]> {
    const conditions = [odata`PartitionKey eq ${partitionKey}`];
    if (range.from !== undefined) conditions.push(odata`RowKey ge ${range.from}`);
    if (range.to !== undefined) conditions.push(odata`RowKey lt ${range.to}`);
    return readRows(conditions.join(' and '), range.limit ?? Number.POSITIVE_INFINITY, toStoredRow, select);
  }

  async function pick(...[partitionKey, rowKeys, ranges = []]: Parameters<Table['pick']>): Promise<PickedRows> {
    checkPick(rowKeys, ranges);
    const choices = [
      ...rowKeys.map(rowKey => odata`RowKey eq ${rowKey}`),
      ...ranges.map(({ from, to }) => odata`(RowKey ge ${from} and RowKey lt ${to})`),
    ];
    if (choices.length === 0) return { rows: [], atOneMoment: true };
    const filter = `${odata`PartitionKey eq ${partitionKey}`} and (${choices.join(' or ')})`;
    const pages = await inTable(client, async () => {
      const all: Entity[][] = [];
      for await (const page of readPages(client, { filter, all: true })) all.push(page);
      return all;
    });
    return { rows: pages.flat().map(toStoredRow), atOneMoment: pages.length < 2 };
  }

  async function queryAcross(rowKey: string, limit: number, afterPartition?: string) {
    const conditions = [odata`RowKey eq ${rowKey}`];
    if (afterPartition !== undefined) conditions.push(odata`PartitionKey gt ${afterPartition}`);
    const read = (entity: Entity) => ({ partitionKey: partitionOf(entity), row: toStoredRow(entity) });
    return readRows(conditions.join(' and '), limit, read);
  }

  function readRows<Row>(
    filter: string,
    limit: number,
    read: (entity: Entity) => Row,
    select?: readonly string[],
  ): Promise<Row[]> {
    return inTable(client, async () => {
      const rows: Row[] = [];
      if (limit < 1) return rows;
      // A page may hold fewer rows than asked for, even none, while more follow.
      const query = { filter, pageSize: Math.min(limit, maxPageSize), select, all: limit === Number.POSITIVE_INFINITY };
      for await (const page of readPages(client, query)) {
        rows.push(...page.map(read));
        if (rows.length >= limit) break;
      }
      return rows.length > limit ? rows.slice(0, limit) : rows;
    });
  }

  async function write(partitionKey: string, operations: readonly RowOperation[]): Promise<string[]> {
    checkWrite(partitionKey, operations);
    const [first, ...others] = operations;
    if (first === undefined) return [];
    if (others.length > 0) return writeTogether(partitionKey, operations);
    try {
      return [await inTable(client, () => writeOne(client, partitionKey, first))];
    } catch (error) {
      if (isUnguardedDelete(first) && isMissingRow(error)) return [''];
      throw asRowConflict(error);
    }
  }

  async function writeTogether(partitionKey: string, operations: readonly RowOperation[]): Promise<string[]> {
    try {
      return await inTable(client, () => sendTransaction(client, partitionKey, operations));
    } catch (error) {
      const deletes = operations.filter(isUnguardedDelete);
      if (!isMissingRow(error) || deletes.length === 0) throw asRowConflict(error);
      // The service refuses the whole transaction when a row to delete is not there: repeat it without those rows.
      const missing = await findMissing(partitionKey, deletes);
      if (missing.size === 0) throw asRowConflict(error);
      const remaining = operations.filter(operation => !missing.has(operation.rowKey));
      const etags = await write(partitionKey, remaining);
      const etagOf = new Map(remaining.map((operation, index) => [operation.rowKey, etags[index] ?? '']));
      return operations.map(operation => etagOf.get(operation.rowKey) ?? '');
    }
  }

  async function findMissing(partitionKey: string, deletes: readonly Delete[]): Promise<Set<string>> {
    const rows = await Promise.all(deletes.map(({ rowKey }) => get(partitionKey, rowKey)));
    return new Set(deletes.filter((_, index) => rows[index] === undefined).map(({ rowKey }) => rowKey));
  }

  return { get, query, pick, queryAcross, write };
}

async function inTable<Result>(client: AccountTable, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (serviceErrorCode(error) !== 'TableNotFound') throw error;
    await client.createTable();
    return work();
  }
}

async function writeOne(client: AccountTable, partitionKey: string, operation: RowOperation): Promise<string> {
  const { headers } = await client.send(rowRequest(client.tableName, partitionKey, operation));
  if (operation.kind === 'delete') return '';
  const etag = headers.get('etag');
  if (etag === undefined) throw new Error('Table Storage answered a write without an etag');
  return etag;
}

function isUnguardedDelete(operation: RowOperation): operation is Delete {
  return operation.kind === 'delete' && operation.etag === undefined;
}
