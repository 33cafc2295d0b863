import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TableClient } from '@azure/data-tables';
import { toStoredRow } from '../../../shared/store/tables/entities.ts';
import { serviceErrorCode } from '../../../shared/store/tables/serviceErrors.ts';
import type { StoredLine } from './storedLine.ts';

/**
 * Writes every row of the table to a file, which has its name only when it is whole. It holds contacts: nobody but its
 * owner may read it. Resolves with the number of rows; a table that was never written has none.
 */
export async function backUpTable(client: TableClient, file: string): Promise<number> {
  const partial = `${file}.partial`;
  let rows = 0;
  async function* lines(): AsyncGenerator<string> {
    for await (const row of readRows(client)) {
      rows += 1;
      yield `${JSON.stringify(row)}\n`;
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(partial, { mode: 0o600 }));
  await rename(partial, file);
  return rows;
}

/** Every row of a table, in the order of its keys. */
export async function* readRows(client: TableClient, select?: string[]): AsyncGenerator<StoredLine> {
  try {
    for await (const entity of client.listEntities({ queryOptions: select ? { select } : {} })) {
      const { rowKey, properties } = toStoredRow(entity);
      yield { partitionKey: entity.partitionKey ?? '', rowKey, properties };
    }
  } catch (error) {
    if (serviceErrorCode(error) !== 'TableNotFound') throw error;
  }
}
