import { randomUUID } from 'node:crypto';
import type { PipelineResponse } from '@azure/core-rest-pipeline';
import type { RowOperation } from '../../ports/tableStorage.ts';
import { rowRequest } from './rowRequests.ts';
import { failureOfAnswer } from './serviceErrors.ts';
import type { AccountTable, TableRequest } from './tableClients.ts';

/**
 * Sends the operations as one entity group transaction; resolves with their etags in order
 * (https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions).
 */
export async function sendTransaction(
  client: AccountTable,
  partitionKey: string,
  operations: readonly RowOperation[],
): Promise<string[]> {
  const batch = `batch_${randomUUID()}`;
  const changeset = `changeset_${randomUUID()}`;
  const parts = operations.map(operation => toPart(client.url, rowRequest(client.tableName, partitionKey, operation)));
  const lines = [
    `--${batch}`,
    `content-type: multipart/mixed; boundary=${changeset}`,
    '',
    '',
    ...parts.flatMap(part => [`--${changeset}`, part]),
    `--${changeset}--`,
    `--${batch}--`,
    '',
  ];
  const answer = await client.send({
    method: 'POST',
    path: '$batch',
    headers: {
      Accept: 'application/json',
      DataServiceVersion: '3.0;',
      MaxDataServiceVersion: '3.0;NetFx',
      'Content-Type': `multipart/mixed; boundary=${batch}`,
      'Accept-Charset': 'UTF-8',
    },
    body: lines.join('\r\n'),
  });
  return readEtags(answer, operations.length);
}

function toPart(url: string, { method, path, headers, body = '' }: TableRequest): string {
  return [
    'content-type: application/http',
    'content-transfer-encoding: binary',
    '',
    `${method} ${url}${path} HTTP/1.1`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    body,
  ].join('\r\n');
}

/** A refused transaction is answered with success around the one operation that was refused. */
function readEtags(answer: PipelineResponse, operations: number): string[] {
  const parts = (answer.bodyAsText ?? '').split('--changesetresponse_').slice(1, -1);
  const statuses = parts.map(part => Number(/HTTP\/1\.1 (\d+)/.exec(part)?.[1]));
  const refused = statuses.findIndex(status => !(status >= 200 && status < 300));
  if (refused >= 0)
    throw failureOfAnswer(answer, statuses[refused] ?? answer.status, /\{.*\}/s.exec(parts[refused] ?? '')?.[0]);
  if (parts.length !== operations) {
    throw new Error(`Table Storage answered ${parts.length} of the ${operations} rows of a transaction`);
  }
  return parts.map(part => /^etag: (.*)$/im.exec(part)?.[1]?.trim() ?? '');
}
