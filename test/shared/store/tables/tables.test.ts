import { connectTables } from '../../../../shared/store/tables/tables.ts';
import { startStorage } from '../../../local/storage/index.ts';
import { createMemoryTables } from '../../../memory/tables.ts';
import { describeTable } from '../../../ports/tableSuite.ts';

describeTable('tables in memory', async () => ({ tables: createMemoryTables(), close: async () => {} }));

describeTable('tables of a storage account', async () => {
  const storage = await startStorage();
  return { tables: connectTables({ connectionString: storage.tablesConnectionString }), close: storage.close };
});
