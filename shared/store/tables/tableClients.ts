import {
  createHttpHeaders,
  createPipelineRequest,
  type PipelinePolicy,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { RestError, TableClient, type TableServiceClientOptions } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import { createHttpClient } from '../../httpClient.ts';
import { failureOfAnswer } from './serviceErrors.ts';
import { signingOfSdk, signWithSharedKey } from './sharedKey.ts';

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

export interface TableRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below the account's address, encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A table of an account, as its REST API has it. */
export interface AccountTable {
  readonly tableName: string;
  /** The account's address, with a slash at its end. */
  readonly url: string;
  /** Rejects with `RestError` where the answer is no success, its `code` that of the service. */
  send(request: TableRequest): Promise<PipelineResponse>;
  /** Does nothing where the table is there. */
  createTable(): Promise<void>;
}

export type OpenTableClient = (tableName: string) => AccountTable;

/**
 * What the SDK's pipeline does to a request that is not made by the SDK's operations: nothing, but it takes its time.
 * Signing, tokens, tries again, proxies and TLS stay.
 */
const idlePolicies = [
  'serializationPolicy',
  'deserializationPolicy',
  'formDataPolicy',
  'multipartPolicy',
  'tracingPolicy',
  'logPolicy',
];

/**
 * Opens tables whose requests go through the SDK's pipeline and are written by us: to describe each row to the SDK's
 * generated operations, and each transaction to a client that it makes for it, took most of the host's processor time.
 */
export function tableClientsOf(connection: TablesConnection, options: TriesOptions = {}): OpenTableClient {
  const httpClient = createHttpClient();
  const allowInsecureConnection = 'connectionString' in connection && usesPlainHttp(connection.connectionString);
  const signing = 'connectionString' in connection ? signWithSharedKey(connection.connectionString) : undefined;
  return tableName => {
    const client = openSdkClient(connection, tableName, options);
    for (const name of idlePolicies) client.pipeline.removePolicy({ name });
    if (signing) {
      client.pipeline.removePolicy({ name: signingOfSdk });
      client.pipeline.addPolicy(signing, { phase: 'Sign' });
    }
    const { url, query } = splitAddress(client.url);
    return {
      tableName,
      url,
      async send({ method, path, headers, body }) {
        const request = createPipelineRequest({
          url: withQuery(`${url}${path}`, query),
          method,
          headers: createHttpHeaders({ 'x-ms-version': '2019-02-02', ...headers }),
          allowInsecureConnection,
          ...(body !== undefined && { body }),
        });
        const answer = await client.pipeline.sendRequest(httpClient, request);
        if (answer.status >= 200 && answer.status < 300) return answer;
        throw failureOfAnswer(answer, answer.status, answer.bodyAsText ?? '');
      },
      createTable: () => openSdkClient(connection, tableName, options).createTable(),
    };
  };
}

function openSdkClient(connection: TablesConnection, tableName: string, options: TriesOptions): TableClient {
  const { tries = 3, tryTimeout = 10_000, retryDelay = 500 } = options;
  const clientOptions: TableServiceClientOptions = {
    retryOptions: { maxRetries: tries - 1, retryDelayInMs: retryDelay, maxRetryDelayInMs: 8 * retryDelay },
    additionalPolicies: [{ policy: limitTry(tryTimeout), position: 'perRetry' }],
  };
  if ('credential' in connection) {
    const url = `https://${connection.accountName}.table.core.windows.net`;
    return new TableClient(url, tableName, connection.credential, clientOptions);
  }
  const allowInsecureConnection = usesPlainHttp(connection.connectionString);
  return TableClient.fromConnectionString(connection.connectionString, tableName, {
    ...clientOptions,
    allowInsecureConnection,
  });
}

/** The local storage service has no TLS; the SDK refuses plain HTTP unless it is asked for. */
function usesPlainHttp(connectionString: string): boolean {
  return /(^|;)\s*(DefaultEndpointsProtocol=http|TableEndpoint=http:[^;]*)\s*(;|$)/i.test(connectionString);
}

/** A shared access signature is the query of the account's address. */
function splitAddress(address: string): { url: string; query: string } {
  const [url = '', query = ''] = address.split('?');
  return { url: url.endsWith('/') ? url : `${url}/`, query };
}

function withQuery(url: string, query: string): string {
  if (query === '') return url;
  return `${url}${url.includes('?') ? '&' : '?'}${query}`;
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
