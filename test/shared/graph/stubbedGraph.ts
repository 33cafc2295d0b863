import { createHttpHeaders } from '@azure/core-rest-pipeline';
import { createGraphClient, type GraphClient, type GraphClientOptions } from '../../../shared/graph/client.ts';

export interface SentRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface StubbedGraph {
  readonly client: GraphClient;
  readonly sent: SentRequest[];
  /** Milliseconds of each wait that the client asked for. */
  readonly waits: number[];
  readonly tokens: string[];
}

type Answer = Response | Error;

/**
 * A client whose exchanges are answered by a script: for answers that no server gives on request (foreign links,
 * unreadable bodies, single codes). Tokens are numbered from `token-1` on.
 */
export function stubGraph(
  answer: (request: SentRequest, index: number) => Answer,
  options: Partial<GraphClientOptions> = {},
): StubbedGraph {
  const sent: SentRequest[] = [];
  const waits: number[] = [];
  const tokens: string[] = [];
  const client = createGraphClient({
    endpoint: 'http://127.0.0.1:7070',
    credential: {
      getToken: async () => {
        tokens.push(`token-${tokens.length + 1}`);
        return { token: `token-${tokens.length}`, expiresOnTimestamp: Date.parse('2026-11-22T13:00:00Z') };
      },
    },
    timeoutMilliseconds: 10_000,
    clock: {
      now: () => Date.parse('2026-11-22T12:00:00Z'),
      wait: async milliseconds => {
        waits.push(milliseconds);
      },
    },
    random: () => 0.5,
    newRequestId: () => 'request-id',
    httpClient: {
      async sendRequest(request) {
        const { url, method, headers, body } = request;
        const asked = {
          url,
          method,
          headers: new Headers(headers.toJSON()),
          body: typeof body === 'string' ? JSON.parse(body) : undefined,
        };
        sent.push(asked);
        const given = answer(asked, sent.length - 1);
        if (given instanceof Error) throw given;
        const answerHeaders = createHttpHeaders(Object.fromEntries(given.headers));
        return { request, status: given.status, headers: answerHeaders, bodyAsText: await given.text() };
      },
    },
    ...options,
  });
  return { client, sent, waits, tokens };
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
  });
}

export function graphError(status: number, code: string, message = '', headers: Record<string, string> = {}): Response {
  return json({ error: { code, message } }, status, headers);
}
