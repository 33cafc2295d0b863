import { RestError, TableClient, type TableServiceClientOptions } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';

/** A connection string where there is no identity (locally), an account and a credential in the cloud. */
export type TablesConnection =
  | { readonly connectionString: string }
  | { readonly accountName: string; readonly credential: TokenCredential };

/** How long the adapter stays with a service that does not answer: `tries` times `tryTimeout`, and the waits between. */
export interface TriesOptions {
  readonly tries?: number;
  /** Milliseconds. */
  readonly tryTimeout?: number;
  /** Milliseconds before the second try; doubled before each later one. */
  readonly retryDelay?: number;
}

export type AdditionalPolicy = NonNullable<TableServiceClientOptions['additionalPolicies']>[number];
export type PipelinePolicy = AdditionalPolicy['policy'];

/** Opens a client of one table, with policies of its own where one operation needs them. */
export type OpenTableClient = (tableName: string, policies?: readonly AdditionalPolicy[]) => TableClient;

export function tableClientsOf(connection: TablesConnection, options: TriesOptions = {}): OpenTableClient {
  const { tries = 3, tryTimeout = 10_000, retryDelay = 500 } = options;
  const clientOptions = (policies: readonly AdditionalPolicy[]): TableServiceClientOptions => ({
    retryOptions: { maxRetries: tries - 1, retryDelayInMs: retryDelay, maxRetryDelayInMs: 8 * retryDelay },
    additionalPolicies: [{ policy: limitTry(tryTimeout), position: 'perRetry' }, ...policies],
  });
  if ('credential' in connection) {
    const url = `https://${connection.accountName}.table.core.windows.net`;
    return (tableName, policies = []) =>
      new TableClient(url, tableName, connection.credential, clientOptions(policies));
  }
  const allowInsecureConnection = usesPlainHttp(connection.connectionString);
  return (tableName, policies = []) =>
    TableClient.fromConnectionString(connection.connectionString, tableName, {
      ...clientOptions(policies),
      allowInsecureConnection,
    });
}

/** The local storage service has no TLS; the SDK refuses plain HTTP unless it is asked for. */
function usesPlainHttp(connectionString: string): boolean {
  return /(^|;)\s*(DefaultEndpointsProtocol=http|TableEndpoint=http:[^;]*)\s*(;|$)/i.test(connectionString);
}

/** Ends a try that takes too long in the way in which the SDK's retry policy repeats it: its own time-out is never repeated. */
function limitTry(tryTimeout: number): PipelinePolicy {
  return {
    name: 'limitTry',
    async sendRequest(request, next) {
      request.timeout = tryTimeout;
      try {
        return await next(request);
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'AbortError' || request.abortSignal?.aborted) throw error;
        throw new RestError('Table Storage did not answer in time', { code: 'ETIMEDOUT', request });
      }
    },
  };
}
