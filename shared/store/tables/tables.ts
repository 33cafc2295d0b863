import { eachTable, type Tables, tableNames } from '../../ports/tableStorage.ts';
import { storedTable } from './storedTable.ts';
import { type TablesConnection, type TriesOptions, tableClientsOf } from './tableClients.ts';

export type { TablesConnection, TriesOptions } from './tableClients.ts';

/** The tables of the app in one storage account; connects on the first request. */
export function connectTables(connection: TablesConnection, options: TriesOptions = {}): Tables {
  const openClient = tableClientsOf(connection, options);
  return eachTable(name => storedTable(openClient, tableNames[name]));
}
