import { join } from 'node:path';
import { takeDataDirectory } from '../dataDirectory.ts';
import { sampleSignIn } from '../sample-tenant/samplePeople.ts';
import { startServiceBusBroker } from '../service-bus/broker.ts';
import { startServices } from '../startServices.ts';
import { startStorage } from '../storage/index.ts';
import { type AppSettings, credentialNames, type RealTenant, type StartPlan } from './plan.ts';

export interface LocalServices {
  /** The app settings, complete. */
  readonly values: AppSettings;
  /** Origin of the Graph simulator, undefined with a real tenant. */
  readonly simulator: string | undefined;
  close(): Promise<void>;
}

const connectionNames = [
  'AzureWebJobsStorage',
  'TABLES_CONNECTION',
  'ServiceBusConnection',
  'GRAPH_ENDPOINT',
  'IDENTITY_ENDPOINT',
  'IDENTITY_HEADER',
];

/** Starts what the app talks to, on free ports and in this process, so that nothing of it outlives this process. */
export async function startLocalServices(
  { tenant, values }: StartPlan,
  dataDirectory: string | undefined,
): Promise<LocalServices> {
  return tenant.kind === 'sample' ? startAll(values, dataDirectory) : startBeside(tenant, values, dataDirectory);
}

async function startAll(values: AppSettings, dataDirectory: string | undefined): Promise<LocalServices> {
  const services = await startServices({ ports: 'free', dataDirectory, empty: false });
  const own = Object.entries(values).filter(([name]) => !credentialNames.some(credential => credential === name));
  const connections = Object.entries(services.values).filter(([name]) => connectionNames.includes(name));
  return {
    values: { ...Object.fromEntries([...own, ...connections]), ...(await sampleSignIn(services.graphUrl)) },
    simulator: services.graphUrl,
    close: () => services.close(),
  };
}

/** State of different tenants never meets in one directory. */
async function startBeside(
  tenant: RealTenant,
  values: AppSettings,
  dataDirectory: string | undefined,
): Promise<LocalServices> {
  const data = dataDirectory ? await takeDataDirectory(dataDirectory, encodeURIComponent(tenant.id)) : undefined;
  const [storage, broker] = await Promise.all([
    startStorage({ directory: data?.storage }),
    startServiceBusBroker({ configFile: join(import.meta.dirname, '../service-bus/Config.json') }),
  ]);
  return {
    values: {
      ...values,
      AzureWebJobsStorage: storage.connectionString,
      TABLES_CONNECTION: storage.tablesConnectionString,
      ServiceBusConnection: broker.connectionString,
    },
    simulator: undefined,
    close: async () => {
      await Promise.all([storage.close(), broker.close()]);
      data?.close();
    },
  };
}
