import type { DatabaseConnection } from '../../ports/database.ts';
import type { Connections } from '../../settings/connections.ts';

export function databaseNamed(name: string, { usable }: Connections): DatabaseConnection {
  const connection = usable.get(name);
  if (connection?.kind === 'postgres' || connection?.kind === 'azureSql') return connection;
  // A list that names another is refused when the settings are read.
  throw new Error(`There is no database "${name}"`);
}
