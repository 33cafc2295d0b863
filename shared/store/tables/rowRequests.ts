import type { RowOperation } from '../../ports/tableStorage.ts';
import { toEntity } from './entities.ts';
import type { TableRequest } from './tableClients.ts';

/** Types of whole numbers come with the rows, and nothing else about them. */
export const readHeaders = { Accept: 'application/json;odata=minimalmetadata', DataServiceVersion: '3.0' };
const mergeHeaders = { 'Content-Type': 'application/json', DataServiceVersion: '3.0', Accept: 'application/json' };
const insertHeaders = {
  'Content-Type': 'application/json;odata=nometadata',
  ...readHeaders,
  Prefer: 'return-no-content',
};

/** https://learn.microsoft.com/rest/api/storageservices/operations-on-entities */
export function rowRequest(tableName: string, partitionKey: string, operation: RowOperation): TableRequest {
  const { kind, rowKey } = operation;
  const path = rowPath(tableName, partitionKey, rowKey);
  if (kind === 'delete') {
    return { method: 'DELETE', path, headers: { ...readHeaders, 'If-Match': operation.etag ?? '*' } };
  }
  const body = JSON.stringify(toEntity(partitionKey, rowKey, operation.properties));
  if (kind === 'insert') return { method: 'POST', path: tableName, headers: insertHeaders, body };
  const guard = operation.etag === undefined ? {} : { 'If-Match': operation.etag };
  const method = kind === 'merge' ? 'PATCH' : 'PUT';
  return { method, path, headers: { ...mergeHeaders, ...guard }, body };
}

export function rowPath(tableName: string, partitionKey: string, rowKey: string): string {
  return `${tableName}(PartitionKey=${keyLiteral(partitionKey)},RowKey=${keyLiteral(rowKey)})`;
}

function keyLiteral(key: string): string {
  return `'${encodeURIComponent(key.replaceAll("'", "''"))}'`;
}
