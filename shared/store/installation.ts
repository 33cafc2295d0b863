import * as z from 'zod';
import { memoise } from '../memoise.ts';
import type { Table } from '../ports/tableStorage.ts';
import { readColumns } from './columns.ts';
import { readRow } from './damagedRow.ts';
import { unlessChanged } from './unlessChanged.ts';

const schemaVersion = 1;
const partition = '$installation';
const rowKey = 'id';
const row = z.object({ id: z.string() });

/**
 * The id of this installation, made once for its tables: what tells its folders in a mailbox from those of another
 * installation with the same lists, such as a test environment. Kept once it was read.
 *
 * @param newId a new unique id, without a dot
 * @throws DamagedRow, since another id would make the folders those of a stranger
 */
export function openInstallation(table: Table, newId: () => string): () => Promise<string> {
  const known = memoise<string>({ max: 1 });
  return () => known(rowKey, readOrMake);

  async function readOrMake(): Promise<string> {
    return (await read()) ?? (await make()) ?? readOrMake();
  }

  async function read(): Promise<string | undefined> {
    const stored = await table.get(partition, rowKey);
    const place = { table: 'Sources' as const, partitionKey: partition, rowKey };
    return stored && readRow(place, () => readColumns(row, stored.properties).id);
  }

  /** Undefined when another process was first. */
  async function make(): Promise<string | undefined> {
    const id = newId();
    const writing = table.write(partition, [{ kind: 'insert', rowKey, properties: { schemaVersion, id } }]);
    return (await unlessChanged(writing)) ? id : undefined;
  }
}
