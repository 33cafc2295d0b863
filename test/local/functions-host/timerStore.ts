import { RestError, TableClient } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';

/** When a timer last ran and runs next, as ISO dates. */
export interface TimerStatus {
  last: string;
  next: string;
  lastUpdated: string;
}

/** What hosts of one app share, so that a timer fires in one of them and an occurrence that none saw is made up for. */
export interface TimerStore {
  /** Takes or keeps the lease; resolves to the time until which it is held, or undefined while another host holds it. */
  takeLease(): Promise<number | undefined>;
  releaseLease(): Promise<void>;
  readStatus(functionName: string): Promise<TimerStatus | undefined>;
  writeStatus(functionName: string, status: TimerStatus): Promise<void>;
}

/** For a host without storage: it is alone. */
export function createMemoryTimerStore(): TimerStore {
  const statuses = new Map<string, TimerStatus>();
  return {
    takeLease: async () => Number.POSITIVE_INFINITY,
    releaseLease: async () => {},
    readStatus: async functionName => statuses.get(functionName),
    writeStatus: async (functionName, status) => void statuses.set(functionName, status),
  };
}

/** The storage account that hosts share. */
export type StorageConnection =
  | { readonly connectionString: string }
  | { readonly tableServiceUri: string; readonly credential: TokenCredential };

const tableName = 'LocalFunctionsHost';

/** How long a host that was killed keeps the others from running its timers. */
export const leaseMilliseconds = 15_000;

interface LeaseRow {
  owner: string;
  /** Milliseconds since 1970: a whole number, which a table's plain number property would cut to 32 bits. */
  until: string;
}

/**
 * The store of hosts that share a storage account. Azure keeps a blob lease for this; a table row guarded by its ETag
 * serves as well and needs no package more.
 */
export function openTableTimerStore(options: {
  storage: StorageConnection;
  /** Names the app: hosts of different apps may share an account. */
  hostId: string;
  owner: string;
  now: () => number;
}): TimerStore {
  const { hostId, owner, now } = options;
  const table = openTable(options.storage);
  const leaseKey = { partitionKey: hostId, rowKey: 'lease' };
  let tableExists = false;

  async function read<Row extends object>(rowKey: string) {
    return unless(404, table.getEntity<Row>(hostId, rowKey));
  }

  return {
    async takeLease() {
      if (!tableExists) await table.createTable();
      tableExists = true;
      const row = await read<LeaseRow>(leaseKey.rowKey);
      if (row && row.owner !== owner && Number(row.until) > now()) return undefined;
      const until = now() + leaseMilliseconds;
      const wanted = { ...leaseKey, owner, until: String(until) };
      const written = row
        ? await unless(412, table.updateEntity(wanted, 'Replace', { etag: row.etag }))
        : await unless(409, table.createEntity(wanted));
      return written && until;
    },
    async releaseLease() {
      const row = await read<LeaseRow>(leaseKey.rowKey);
      if (row?.owner === owner) await unless(412, table.deleteEntity(hostId, leaseKey.rowKey, { etag: row.etag }));
    },
    async readStatus(functionName) {
      const row = await read<TimerStatus>(`status:${functionName}`);
      return row && { last: row.last, next: row.next, lastUpdated: row.lastUpdated };
    },
    async writeStatus(functionName, status) {
      await table.upsertEntity({ partitionKey: hostId, rowKey: `status:${functionName}`, ...status }, 'Replace');
    },
  };
}

function openTable(storage: StorageConnection): TableClient {
  const retryOptions = { maxRetries: 1 };
  if ('credential' in storage) {
    return new TableClient(storage.tableServiceUri, tableName, storage.credential, { retryOptions });
  }
  const options = { allowInsecureConnection: true, retryOptions };
  return TableClient.fromConnectionString(storage.connectionString, tableName, options);
}

async function unless<Result>(status: number, request: Promise<Result>): Promise<Result | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof RestError && error.statusCode === status) return undefined;
    throw error;
  }
}
