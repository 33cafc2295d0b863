import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type DataDirectory, takeDataDirectory } from './dataDirectory.ts';
import { type GraphSimulatorOptions, startGraphSimulator } from './graph-simulator/index.ts';
import { type LocalCertificate, localCertificate } from './localCertificate.ts';
import { startManagedIdentityEndpoint } from './managed-identity/index.ts';
import { createTokenIssuer, exchangeResource } from './managed-identity/tokens.ts';
import { type ServiceBusBroker, type ServiceBusBrokerOptions, startServiceBusBroker } from './service-bus/broker.ts';
import { explainPortInUse, readSamplePorts, type ServicePorts } from './servicePorts.ts';
import { readSettings } from './settings.ts';
import { type Storage, type StorageOptions, startStorage } from './storage/index.ts';

export interface ServicesOptions {
  /** `sample`: those that local.settings.sample.json names; `free`: any. */
  readonly ports: 'sample' | 'free';
  /** Keeps Azurite's data and the simulator's tenant there; messages are in memory all the same. */
  readonly dataDirectory?: string | undefined;
  /** A tenant without sample data. */
  readonly empty: boolean;
  /** Replaces what Config.json says of every queue. */
  readonly queueConfig?: {
    readonly lockSeconds?: number;
    readonly maxDeliveryCount?: number;
  };
}

export interface ServiceStatistics {
  readonly queues: Record<
    string,
    {
      sent: number;
      delivered: number;
      completed: number;
      deadLettered: number;
      longestHandling: number;
      active: number;
      locked: number;
      scheduled: number;
    }
  >;
  readonly tables: { readonly operations: number };
}

export interface Services {
  readonly graphUrl: string;
  readonly statisticsUrl: string;
  /** App settings: the sample's, with the connections of these services. */
  readonly values: Record<string, string>;
  readonly broker: ServiceBusBroker;
  statistics(): ServiceStatistics;
  resetStatistics(): void;
  close(): Promise<void>;
}

interface Closeable {
  close(): Promise<void>;
}

const QUEUES_FILE = join(import.meta.dirname, 'service-bus/Config.json');
export const SAMPLE_SETTINGS_FILE = join(import.meta.dirname, '../../local.settings.sample.json');

/**
 * Starts everything that the app talks to: Graph simulator, Azurite, Service Bus broker, managed identity endpoint. If
 * one cannot start, the others are closed and its error is thrown; one of a port in use names the port and the service.
 */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const sample = await readSettings(SAMPLE_SETTINGS_FILE);
  const ports = options.ports === 'sample' ? readSamplePorts(sample) : undefined;
  const running: Closeable[] = [];
  try {
    return await startAll(options, sample, ports, running);
  } catch (error) {
    await closeAll(running);
    throw explainPortInUse(error, ports);
  }
}

async function startAll(
  options: ServicesOptions,
  sample: Record<string, string>,
  ports: ServicePorts | undefined,
  running: Closeable[],
): Promise<Services> {
  const data = options.dataDirectory === undefined ? undefined : await takeDataDirectory(options.dataDirectory);
  if (data) running.push({ close: async () => data.close() });

  const certificate = await localCertificate();
  const assertions = createTokenIssuer();
  const sampleTenant = options.empty ? undefined : await loadSampleTenant();
  const starts = [
    track(running, startGraphSimulator(simulatorOptions(ports, data, sampleTenant?.seedSampleTenant, certificate))),
    track(running, startStorage(storageOptions(ports, data))),
    track(running, startServiceBusBroker(brokerOptions(ports, options.queueConfig))),
  ] as const;
  await Promise.allSettled(starts);
  const [graph, storage, broker] = await Promise.all(starts);
  await Promise.all([
    sampleTenant?.putPartnersFile(storage.connectionString),
    sampleTenant?.seedPartnerTenant(graph.url),
  ]);
  const header = sample.IDENTITY_HEADER ?? 'local';
  const statistics = {
    read: () => readStatistics(broker, storage),
    reset: () => resetStatistics(broker, storage),
    rest: () => waitForRest(broker),
  };
  const identity = await track(
    running,
    startManagedIdentityEndpoint({
      ...(ports && { port: ports.identity }),
      header,
      issueToken: (resource, clientId = 'contact-folder-sync') =>
        resource === exchangeResource ? assertions.issue(resource, clientId) : graph.issueToken(clientId),
      statistics,
    }),
  );

  // It names the port of the one host that is meant for the sample's ports.
  const { WEBHOOK_URL, ...settings } = sample;
  return {
    graphUrl: graph.url,
    statisticsUrl: identity.statisticsUrl,
    values: {
      ...(ports ? sample : settings),
      AzureWebJobsStorage: storage.connectionString,
      TABLES_CONNECTION: storage.tablesConnectionString,
      ServiceBusConnection: broker.connectionString,
      GRAPH_ENDPOINT: graph.url,
      AZURE_AUTHORITY_HOST: graph.signInUrl ?? '',
      NODE_EXTRA_CA_CERTS: certificate.file,
      IDENTITY_ENDPOINT: identity.url,
      IDENTITY_HEADER: header,
    },
    broker,
    statistics: statistics.read,
    resetStatistics: statistics.reset,
    close: () => closeAll(running),
  };
}

/** Made-up people in all languages, and what stores files: an empty tenant starts without them. */
async function loadSampleTenant() {
  const [{ seedSampleTenant }, { seedPartnerTenant }, { putPartnersFile }] = await Promise.all([
    import('./sample-tenant/seed.ts'),
    import('./sample-tenant/partnerTenant.ts'),
    import('./sample-tenant/partnersFile.ts'),
  ]);
  return { seedSampleTenant, seedPartnerTenant, putPartnersFile };
}

function simulatorOptions(
  ports: ServicePorts | undefined,
  data: DataDirectory | undefined,
  seed: GraphSimulatorOptions['seed'],
  { key, cert }: LocalCertificate,
): GraphSimulatorOptions {
  return {
    signIn: { port: ports?.signIn, tls: { key, cert } },
    ...(ports && { port: ports.graph }),
    ...(data && { stateFile: data.tenant }),
    ...(seed && { seed }),
  };
}

function storageOptions(ports: ServicePorts | undefined, data: DataDirectory | undefined): StorageOptions {
  return {
    ...(ports && { ports: { blob: ports.blob, queue: ports.queue, table: ports.table } }),
    ...(data && { directory: data.storage }),
  };
}

function brokerOptions(
  ports: ServicePorts | undefined,
  queueConfig: ServicesOptions['queueConfig'] = {},
): ServiceBusBrokerOptions {
  const { lockSeconds, maxDeliveryCount } = queueConfig;
  return {
    ...(ports && { port: ports.serviceBus }),
    configFile: QUEUES_FILE,
    queueOverrides: {
      ...(lockSeconds !== undefined && { lockDuration: lockSeconds * 1000 }),
      ...(maxDeliveryCount !== undefined && { maxDeliveryCount }),
    },
  };
}

function readStatistics(broker: ServiceBusBroker, storage: Storage): ServiceStatistics {
  const counts = broker.counts();
  const queues = Object.entries(broker.statistics()).map(([name, { duplicates: _, ...statistics }]) => {
    const { active = 0, locked = 0, scheduled = 0 } = counts[name] ?? {};
    return [name, { ...statistics, active, locked, scheduled }] as const;
  });
  return { queues: Object.fromEntries(queues), tables: { operations: storage.tableOperations() } };
}

/** Resolves when no message is ready or locked, and after a second at the latest. */
async function waitForRest(broker: ServiceBusBroker): Promise<void> {
  const end = performance.now() + 1000;
  while (isAtWork(broker) && performance.now() < end) await wait(5);
}

function isAtWork(broker: ServiceBusBroker): boolean {
  const queues = Object.entries(broker.counts()).filter(([name]) => !name.includes('/'));
  return queues.some(([, { active, locked }]) => active + locked > 0);
}

function resetStatistics(broker: ServiceBusBroker, storage: Storage): void {
  broker.resetStatistics();
  storage.resetTableOperations();
}

/** Notes what a start brings up, so that a failure beside it can close it. */
async function track<Service extends Closeable>(running: Closeable[], start: Promise<Service>): Promise<Service> {
  const service = await start;
  running.push(service);
  return service;
}

/** The data directory, which was taken first, is let go when nothing writes there any more. */
async function closeAll(running: Closeable[]): Promise<void> {
  for (const service of running.splice(0).reverse()) await service.close();
}
