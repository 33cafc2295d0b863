import * as z from 'zod';
import type { Halt, Halts } from '../domain/halt.ts';
import type { Table } from '../ports/tableStorage.ts';
import { readColumns } from './columns.ts';

const schemaVersion = 1;

const partition = '$lists';

/** No list has such an id, and a version that knows nothing of halts finds a list of which nothing is stored. */
const haltPrefix = '!halt:';
const everyList = '*';

/** A damaged row halts all the same: whoever halted relies on it. */
const haltRow = z.object({
  at: z.number().catch(0),
  code: z.string().catch('Halted'),
  detail: z.string().catch('Why cannot be read any more'),
  reason: z.string().optional().catch(undefined),
});

/** What is known of all lists at once. */
export interface ListIndex {
  /** Ids of the lists that were ever captured. */
  readonly ids: readonly string[];
  readonly halts: Halts;
}

/**
 * The lists that were ever captured, so that one that vanished from the settings is not forgotten, and which of them are
 * halted: beside each other, so that a run reads both at once.
 */
export function openListIndex(table: Table) {
  return { add, read, readAll, halt, release };

  async function add(listId: string): Promise<void> {
    await table.write(partition, [{ kind: 'replace', rowKey: listId, properties: { schemaVersion } }]);
  }

  async function read(): Promise<ListIndex> {
    const rows = await table.query(partition);
    const halts = new Map<string, Halt>();
    for (const { rowKey, properties } of rows) {
      if (rowKey.startsWith(haltPrefix)) halts.set(rowKey.slice(haltPrefix.length), readColumns(haltRow, properties));
    }
    const everything = halts.get(everyList);
    halts.delete(everyList);
    const ids = rows.map(({ rowKey }) => rowKey).filter(id => !id.startsWith(haltPrefix));
    return { ids, halts: { everything, lists: halts } };
  }

  async function readAll(): Promise<readonly string[]> {
    return (await read()).ids;
  }

  /** @param listId undefined for every list */
  async function halt(listId: string | undefined, { at, code, detail, reason }: Halt): Promise<void> {
    const properties = { schemaVersion, at, code, detail, ...(reason === undefined ? {} : { reason }) };
    await table.write(partition, [{ kind: 'replace', rowKey: keyOf(listId), properties }]);
  }

  /** @param listId undefined for the halt of every list; those that were halted one by one stay so */
  async function release(listId: string | undefined): Promise<void> {
    await table.write(partition, [{ kind: 'delete', rowKey: keyOf(listId) }]);
  }
}

function keyOf(listId: string | undefined): string {
  return `${haltPrefix}${listId ?? everyList}`;
}
