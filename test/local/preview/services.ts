import { ClientSecretCredential, ManagedIdentityCredential, type TokenCredential } from '@azure/identity';
import { type App, createApp } from '../../../shared/app.ts';
import { noSourceFiles, openSourceFiles } from '../../../shared/blobs/sourceFiles.ts';
import { systemClock } from '../../../shared/clock.ts';
import { openDatabases } from '../../../shared/databases/openDatabase.ts';
import { exchangeServers } from '../../../shared/ews/exchangeServer.ts';
import { createGraphClient } from '../../../shared/graph/client.ts';
import { openDownload } from '../../../shared/http/download.ts';
import { openKeyVaultSecrets, openLocalSecrets } from '../../../shared/key-vault/secrets.ts';
import type { SourceFiles } from '../../../shared/ports/sourceFiles.ts';
import type { Timing } from '../../../shared/settings/settings.ts';
import { connectTables } from '../../../shared/store/tables/tables.ts';
import { createTrialTables, emptyTables, type TablesReading } from '../../../shared/store/tables/trialTables.ts';
import { openGraphAdapters } from '../../../shared/tenants/graphAdapters.ts';
import { openOtherTenants } from '../../../shared/tenants/otherTenants.ts';
import { nothingBeside, settingsWith } from '../../memory/adapters.ts';
import type { AppSettings, StartPlan } from '../start/plan.ts';

/** Waits matter to who writes; these are those of the app unless it says otherwise. */
const timing: Timing = {
  leaseSeconds: 180,
  graphTimeoutSeconds: 30,
  graphGraceSeconds: 30,
  longestWaitSeconds: 30,
  handlerSeconds: 240,
  messagePatienceSeconds: 3600,
};

const silentQueue = { send: () => Promise.reject(new Error('a preview sends no message')) };

/**
 * The app over Graph and, where there is one, Table Storage, which is only read: what is written stays in memory.
 * `withoutTables` is what was found out about Table Storage, for people; undefined when it is there.
 */
export async function connectPreview(
  { values, lists, ways }: StartPlan,
  tablesOf: AppSettings,
): Promise<{ readonly app: App; readonly withoutTables: string | undefined }> {
  const credential = createCredential(values);
  const clock = systemClock;
  const options = {
    endpoint: values.GRAPH_ENDPOINT ?? 'https://graph.microsoft.com',
    timeoutMilliseconds: timing.graphTimeoutSeconds * 1000,
    clock,
  };
  const readSecret = ways.keyVaultUrl
    ? openKeyVaultSecrets(ways.keyVaultUrl, credential)
    : openLocalSecrets(ways.localSecrets);
  const { tables, problem } = await findTables(tablesOf, credential);
  const adapters = {
    ...nothingBeside,
    clock,
    newId: () => 'preview',
    tables: createTrialTables(tables),
    queues: { capture: silentQueue, sync: silentQueue, priority: silentQueue },
    graph: openGraphAdapters(createGraphClient({ ...options, credential })),
    openTenant: openOtherTenants({
      ...options,
      identity: credential,
      authorityHost: values.AZURE_AUTHORITY_HOST || undefined,
    }),
    readSecret,
    openExchangeServer: exchangeServers(readSecret, clock),
    openDatabase: openDatabases(readSecret, credential),
    download: openDownload(),
    files: openFiles(values, credential),
  };
  const settings = { ...settingsWith(lists, timing), connections: ways.connections };
  return { app: createApp(adapters, settings), withoutTables: problem };
}

function openFiles(
  { AzureWebJobsStorage: connectionString, AzureWebJobsStorage__accountName: accountName }: AppSettings,
  credential: TokenCredential,
): SourceFiles {
  if (connectionString) return openSourceFiles({ connectionString });
  if (accountName) return openSourceFiles({ accountName, credential });
  return noSourceFiles;
}

export function createCredential(values: AppSettings): TokenCredential {
  const { AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET } = values;
  if (AZURE_TENANT_ID && AZURE_CLIENT_ID && AZURE_CLIENT_SECRET) {
    return new ClientSecretCredential(AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET);
  }
  // Where the credential looks for the local identity endpoint.
  for (const name of ['IDENTITY_ENDPOINT', 'IDENTITY_HEADER']) process.env[name] ??= values[name] ?? '';
  return new ManagedIdentityCredential();
}

async function findTables(
  { TABLES_CONNECTION: connectionString, TABLES_CONNECTION__accountName: accountName }: AppSettings,
  credential: TokenCredential,
): Promise<{ tables: TablesReading; problem: string | undefined }> {
  if (!connectionString && !accountName) {
    return { tables: emptyTables, problem: 'TABLES_CONNECTION is not set: shown as before the first run' };
  }
  const connection = connectionString ? { connectionString } : { accountName: accountName ?? '', credential };
  const tables = connectTables(connection, { tries: 2, tryTimeout: 5000 });
  try {
    await tables.sources.get('$lists', 'any');
    return { tables, problem: undefined };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
    return { tables: emptyTables, problem: `Table Storage cannot be reached (${code}): shown as before the first run` };
  }
}
