import type { TableClient, TransactionAction } from '@azure/data-tables';
import type { RowOperation } from '../../ports/tableStorage.ts';
import { toEntity } from './entities.ts';
import type { OpenTableClient, PipelinePolicy } from './tableClients.ts';

/** Sends the operations as one entity group transaction; resolves with their etags in order. */
export async function sendTransaction(
  client: TableClient,
  openClient: OpenTableClient,
  partitionKey: string,
  operations: readonly RowOperation[],
): Promise<string[]> {
  const guards = operations.map(operation => (operation.kind === 'delete' ? operation.etag : undefined));
  const sender = guards.every(etag => etag === undefined)
    ? client
    : openClient(client.tableName, [{ policy: guardDeletes(guards), position: 'perCall' }]);
  const actions = operations.map(operation => toAction(partitionKey, operation));
  const { subResponses } = await sender.submitTransaction(actions);
  return operations.map((_, index) => subResponses[index]?.etag ?? '');
}

function toAction(partitionKey: string, operation: RowOperation): TransactionAction {
  if (operation.kind === 'delete') return ['delete', { partitionKey, rowKey: operation.rowKey }];
  const entity = toEntity(partitionKey, operation.rowKey, operation.properties);
  if (operation.kind === 'insert') return ['create', entity];
  const mode = operation.kind === 'merge' ? 'Merge' : 'Replace';
  if (operation.etag === undefined) return ['upsert', entity, mode];
  return ['update', entity, mode, { etag: operation.etag }];
}

/**
 * Puts the etags of deletes into a transaction's body: the SDK (13.3.2) guards a delete outside a transaction only,
 * and inside sends `If-Match: *`. The body's parts are in the order of the operations.
 */
function guardDeletes(etags: readonly (string | undefined)[]): PipelinePolicy {
  return {
    name: 'guardDeletes',
    sendRequest(request, next) {
      const boundary = /boundary=(changeset_[\w-]+)/.exec(String(request.body))?.[1];
      if (boundary === undefined) throw new Error('The SDK sent a transaction of an unknown form');
      const [preamble = '', ...parts] = String(request.body).split(`--${boundary}\r\n`);
      const guarded = parts.map((part, index) => guardPart(part, etags[index]));
      request.body = [preamble, ...guarded].join(`--${boundary}\r\n`);
      return next(request);
    },
  };
}

function guardPart(part: string, etag: string | undefined): string {
  if (etag === undefined) return part;
  const anyEtag = /^if-match: \*(?=\r$)/im;
  if (!anyEtag.test(part)) throw new Error('The SDK sent a delete of an unknown form');
  return part.replace(anyEtag, () => `If-Match: ${etag}`);
}
