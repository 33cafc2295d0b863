import type { PipelineResponse } from '@azure/core-rest-pipeline';
import * as z from 'zod';
import type { Entity } from './entities.ts';
import { readHeaders, rowPath } from './rowRequests.ts';
import type { AccountTable } from './tableClients.ts';

/** Of a row only its keys are sure: what its columns hold is checked by whoever knows them. */
const entitySchema = z.custom<Entity>(value => typeof value === 'object' && value !== null);
const pageSchema = z.object({ value: z.array(entitySchema) });

interface Query {
  /** All rows unless given. */
  readonly filter?: string;
  /** 1,000 at most, and as many unless given. */
  readonly pageSize?: number;
  /** Beside the rows' keys. */
  readonly select?: readonly string[] | undefined;
}

const maxPageSize = 1000;

export async function readEntity(client: AccountTable, partitionKey: string, rowKey: string): Promise<Entity> {
  const path = rowPath(client.tableName, partitionKey, rowKey);
  const { bodyAsText } = await client.send({ method: 'GET', path, headers: readHeaders });
  return entitySchema.parse(JSON.parse(bodyAsText ?? ''));
}

/** https://learn.microsoft.com/rest/api/storageservices/query-timeout-and-pagination */
export async function* readPages(client: AccountTable, query: Query): AsyncGenerator<Entity[]> {
  const { filter, pageSize = maxPageSize, select } = query;
  const options = [`$top=${pageSize}`];
  if (filter !== undefined) options.push(`$filter=${encodeURIComponent(filter)}`);
  if (select) options.push(`$select=${encodeURIComponent(['RowKey', ...select].join(','))}`);
  for (let from: string[] | undefined = []; from; ) {
    const path = `${client.tableName}()?${[...options, ...from].join('&')}`;
    const { bodyAsText, headers } = await client.send({ method: 'GET', path, headers: readHeaders });
    yield pageSchema.parse(JSON.parse(bodyAsText ?? '')).value;
    from = continuationOf(headers);
  }
}

function continuationOf(headers: PipelineResponse['headers']): string[] | undefined {
  const partition = headers.get('x-ms-continuation-NextPartitionKey');
  if (!partition) return undefined;
  const row = headers.get('x-ms-continuation-NextRowKey');
  const options = [`NextPartitionKey=${encodeURIComponent(partition)}`];
  return row ? [...options, `NextRowKey=${encodeURIComponent(row)}`] : options;
}
