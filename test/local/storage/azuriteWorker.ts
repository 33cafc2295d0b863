import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parentPort, workerData } from 'node:worker_threads';
import { refuseAsAzure } from './azuriteLimits.ts';
import type { AzuriteWorkerData, AzuriteWorkerReport } from './azuriteMessages.ts';
import { keepRowsInOrder } from './azuriteRows.ts';
import { type AzuriteHelpers, keepWhatIsMadeAnew } from './azuriteShortcuts.ts';
import { type KeptTables, keepTables } from './keptTables.ts';

/** What this file uses of Azurite's servers and configurations; the package ships no types. */
interface AzuriteServer {
  readonly httpServer: NodeJS.EventEmitter;
  start(): Promise<void>;
  close(): Promise<void>;
  getHttpServerAddress(): string;
}

interface AzuriteModules {
  readonly Server: new (configuration: object) => AzuriteServer;
  readonly Configuration: new () => object;
}

type ServiceName = 'blob' | 'queue' | 'table';

const require = createRequire(import.meta.url);
const data = workerData as AzuriteWorkerData;
const operations = new Int32Array(data.tableOperations);

keepWhatIsMadeAnew({
  utils: require('azurite/dist/src/common/utils/utils.js'),
  uriTemplates: loadedModule('uri-templates'),
});
require('azurite/dist/src/common/Telemetry.js').AzuriteTelemetryClient.init(undefined, false, undefined);
// Azurite 3.37 reads a transaction's body with Buffer.concat, which throws outside any request when a chunk is a
// string, and ends the process. Seen once under load; Node's own reader takes both.
require('azurite/dist/src/table/batch/TableBatchUtils.js').default.StreamToString = text;
const tableStore = require('azurite/dist/src/table/persistence/LokiTableMetadataStore.js').default.prototype;
keepRowsInOrder(tableStore);
refuseAsAzure({
  handler: require('azurite/dist/src/table/handlers/TableHandler.js').default.prototype,
  store: tableStore,
  StorageError: require('azurite/dist/src/table/errors/StorageError.js').default,
});
const kept = data.directory === undefined ? undefined : keepTables(tableStore, join(data.directory, 'tables.sqlite'));

if (data.identity) useAccount(data.identity.accountName);

const servers: Record<ServiceName, AzuriteServer> = {
  blob: createServer('blob', 'Blob'),
  queue: createServer('queue', 'Queue'),
  table: createServer('table', 'Table'),
};

servers.table.httpServer.on('request', () => Atomics.add(operations, 0, 1));
if (kept) saveBeforeAnswers(kept);
// Azurite decodes a single row's body piece by piece, and breaks a character that lies over two: a row of more than
// 64 KiB. Its reader of transactions is replaced above and takes the bytes.
servers.table.httpServer.prependListener('request', (request: IncomingMessage) => {
  if (!request.url?.includes('$batch')) request.setEncoding('utf8');
});

parentPort?.once('message', async () => {
  await closeAll();
  report({ kind: 'closed' });
  parentPort?.close();
});

report(await startAll());

/** With a key that nobody knows, and addresses in which the account is part of the host's name. */
function useAccount(name: string): void {
  process.env.AZURITE_ACCOUNTS = `${name}:${randomBytes(64).toString('base64')}`;
  // Azurite 3.37 finds the table of a transaction's request behind the account's name in the path alone.
  const { prototype } = require('azurite/dist/src/table/batch/BatchSerialization.js').BatchSerialization;
  prototype.extractPath = (uri: string) => /^https:\/\/[^/]+\/(\w+)/.exec(uri);
}

function createServer(service: ServiceName, prefix: string): AzuriteServer {
  const { Server, Configuration } = load(service, prefix);
  const configuration = Object.assign(new Configuration(), {
    host: '127.0.0.1',
    port: data.ports[service],
    enableAccessLog: false,
    enableDebugLog: false,
    // Azurite refuses API versions newer than itself, and each release of an SDK brings one (Azurite #2651).
    skipApiVersionCheck: true,
    isMemoryPersistence: data.directory === undefined || service === 'table',
    ...(data.directory !== undefined && persistence(service, data.directory)),
    ...(data.identity && { cert: data.identity.certFile, key: data.identity.keyFile, oauth: 'basic' }),
  });
  return new Server(configuration);
}

/** File names as Azurite's own command uses them, so that it can open the directory too. */
function persistence(service: ServiceName, directory: string): object {
  return {
    metadataDBPath: join(directory, `__azurite_db_${service}__.json`),
    extentDBPath: join(directory, `__azurite_db_${service}_extent__.json`),
    persistencePathArray: [
      { locationId: 'Default', locationPath: join(directory, `__${service}storage__`), maxConcurrency: 50 },
    ],
  };
}

function saveBeforeAnswers({ save }: KeptTables): void {
  servers.table.httpServer.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
    const { writeHead } = response;
    response.writeHead = ((...head: Parameters<typeof writeHead>) => {
      save();
      return writeHead.apply(response, head);
    }) as typeof writeHead;
  });
}

function loadedModule(name: string): AzuriteHelpers['uriTemplates'] {
  require(name);
  const loaded = require.cache[require.resolve(name)];
  if (!loaded) throw new Error(`${name} is not loaded`);
  return loaded;
}

function load(service: ServiceName, prefix: string): AzuriteModules {
  const path = `azurite/dist/src/${service}/${prefix}`;
  return { Server: require(`${path}Server.js`).default, Configuration: require(`${path}Configuration.js`).default };
}

async function startAll(): Promise<AzuriteWorkerReport> {
  try {
    await Promise.all(Object.values(servers).map(server => server.start()));
  } catch (error) {
    const { message, code, port } = error as NodeJS.ErrnoException & { port?: number };
    return { kind: 'failed', message, code, port };
  }
  return {
    kind: 'ready',
    blob: servers.blob.getHttpServerAddress(),
    queue: servers.queue.getHttpServerAddress(),
    table: servers.table.getHttpServerAddress(),
  };
}

async function closeAll(): Promise<void> {
  await Promise.all(Object.values(servers).map(server => server.close()));
}

function report(message: AzuriteWorkerReport): void {
  parentPort?.postMessage(message);
}
