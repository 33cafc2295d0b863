import type { Table } from '../ports/tableStorage.ts';

const schemaVersion = 1;

const listIndex = '$lists';

/** The lists that were ever captured, so that one that vanished from the settings is not forgotten. */
export function openListIndex(table: Table) {
  return { add, readAll };

  async function add(listId: string): Promise<void> {
    await table.write(listIndex, [{ kind: 'replace', rowKey: listId, properties: { schemaVersion } }]);
  }

  async function readAll(): Promise<string[]> {
    const rows = await table.query(listIndex);
    return rows.map(({ rowKey }) => rowKey);
  }
}
