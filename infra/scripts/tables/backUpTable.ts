import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { partitionOf, toStoredRow } from '../../../shared/store/tables/entities.ts';
import { readPages } from '../../../shared/store/tables/reading.ts';
import { serviceErrorCode } from '../../../shared/store/tables/serviceErrors.ts';
import type { AccountTable } from '../../../shared/store/tables/tableClients.ts';
import type { StoredLine } from './storedLine.ts';

/**
 * Writes every row of the table to a file, which has its name only when it is whole. It holds contacts: nobody but its
 * owner may read it. Resolves with the number of rows; a table that was never written has none.
 */
export async function backUpTable(client: AccountTable, file: string): Promise<number> {
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
export async function* readRows(client: AccountTable, select?: string[]): AsyncGenerator<StoredLine> {
  try {
    for await (const page of readPages(client, { select })) {
      for (const entity of page) {
        const { rowKey, properties } = toStoredRow(entity);
        yield { partitionKey: partitionOf(entity), rowKey, properties };
      }
    }
  } catch (error) {
    if (serviceErrorCode(error) !== 'TableNotFound') throw error;
  }
}
