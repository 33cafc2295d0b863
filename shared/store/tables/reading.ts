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
  /** Every page is wanted: the next one is on its way while one is read. */
  readonly all?: boolean;
}

const maxPageSize = 1000;

export async function readEntity(client: AccountTable, partitionKey: string, rowKey: string): Promise<Entity> {
  const path = rowPath(client.tableName, partitionKey, rowKey);
  const { bodyAsText } = await client.send({ method: 'GET', path, headers: readHeaders });
  return entitySchema.parse(JSON.parse(bodyAsText ?? ''));
}

/** https://learn.microsoft.com/rest/api/storageservices/query-timeout-and-pagination */
export async function* readPages(client: AccountTable, query: Query): AsyncGenerator<Entity[]> {
  const { filter, pageSize = maxPageSize, select, all = false } = query;
  const options = [`$top=${pageSize}`];
  if (filter !== undefined) options.push(`$filter=${encodeURIComponent(filter)}`);
  if (select) options.push(`$select=${encodeURIComponent(['RowKey', ...select].join(','))}`);
  for (let asked: Promise<PipelineResponse> | undefined = ask([]); asked; ) {
    const { bodyAsText, headers } = await asked;
    const from = continuationOf(headers);
    const ahead = all && from ? ask(from) : undefined;
    // Whoever stops before has no use for its failure.
    ahead?.catch(() => {});
    yield pageSchema.parse(JSON.parse(bodyAsText ?? '')).value;
    asked = ahead ?? (from && ask(from));
  }

  function ask(from: readonly string[]): Promise<PipelineResponse> {
    const path = `${client.tableName}()?${[...options, ...from].join('&')}`;
    return client.send({ method: 'GET', path, headers: readHeaders });
  }
}

function continuationOf(headers: PipelineResponse['headers']): string[] | undefined {
  const partition = headers.get('x-ms-continuation-NextPartitionKey');
  if (!partition) return undefined;
  const row = headers.get('x-ms-continuation-NextRowKey');
  const options = [`NextPartitionKey=${encodeURIComponent(partition)}`];
  return row ? [...options, `NextRowKey=${encodeURIComponent(row)}`] : options;
}
