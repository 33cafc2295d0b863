import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { AzuriteWorkerData, AzuriteWorkerReport, IdentityOnly } from './azuriteMessages.ts';

export interface StorageOptions {
  /** Free ports if absent. */
  readonly ports?: AzuriteWorkerData['ports'];
  /** Keeps the data there (made if missing); in memory if absent. */
  readonly directory?: string | undefined;
  /** As an account in Azure whose shared keys are off; the connection strings are of no use then. */
  readonly identity?: IdentityOnly;
}

export interface Storage {
  /** For blobs, queues and tables, as `AzureWebJobsStorage` takes it. */
  readonly connectionString: string;
  /** For tables alone. */
  readonly tablesConnectionString: string;
  /** Of the endpoints. */
  readonly ports: AzuriteWorkerData['ports'];
  /** HTTP requests to the table endpoint since the start or the last reset; an entity-group transaction is one. */
  tableOperations(): number;
  resetTableOperations(): void;
  close(): Promise<void>;
}

/** The account that every Azure Storage emulator has; Microsoft publishes its key. */
const ACCOUNT = 'devstoreaccount1';
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
const ANY_PORTS = { blob: 0, queue: 0, table: 0 };

/**
 * Azurite on 127.0.0.1, without telemetry. It runs in a worker thread: beside the caller's event loop, outside jest's
 * module registry, and never outliving the process. Throws an error with `code` and `port` when a port is in use.
 */
export async function startStorage(options: StorageOptions = {}): Promise<Storage> {
  if (options.directory !== undefined) await mkdir(options.directory, { recursive: true });
  const tableOperations = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const data: AzuriteWorkerData = {
    ports: options.ports ?? ANY_PORTS,
    directory: options.directory,
    identity: options.identity,
    tableOperations,
  };
  const worker = new Worker(join(import.meta.dirname, 'azuriteWorker.ts'), { workerData: data, execArgv: [] });
  const report = await nextReport(worker);
  if (report.kind !== 'ready') {
    await worker.terminate();
    throw report.kind === 'failed' ? Object.assign(new Error(report.message), report) : new Error('Azurite closed');
  }
  const operations = new Int32Array(tableOperations);
  return {
    connectionString: connectionString({
      BlobEndpoint: report.blob,
      QueueEndpoint: report.queue,
      TableEndpoint: report.table,
    }),
    tablesConnectionString: connectionString({ TableEndpoint: report.table }),
    ports: { blob: portOf(report.blob), queue: portOf(report.queue), table: portOf(report.table) },
    tableOperations: () => Atomics.load(operations, 0),
    resetTableOperations: () => {
      Atomics.store(operations, 0, 0);
    },
    close: async () => {
      const exited = once(worker, 'exit');
      worker.postMessage('close');
      // Closing writes the data, unless the thread has died before.
      await Promise.race([nextReport(worker), exited]);
      await worker.terminate();
    },
  };
}

async function nextReport(worker: Worker): Promise<AzuriteWorkerReport> {
  const [report] = (await once(worker, 'message')) as [AzuriteWorkerReport];
  return report;
}

function portOf(origin: string): number {
  return Number(new URL(origin).port);
}

function connectionString(endpoints: Record<string, string>): string {
  const parts = Object.entries(endpoints).map(([name, origin]) => `${name}=${origin}/${ACCOUNT};`);
  return `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${KEY};${parts.join('')}`;
}
