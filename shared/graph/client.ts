import type { HttpClient } from '@azure/core-rest-pipeline';
import type { TokenCredential } from '@azure/identity';
import { Client, type GraphRequest, ResponseType } from '@microsoft/microsoft-graph-client';
import { createHttpClient } from '../httpClient.ts';
import type { Clock } from '../ports/clock.ts';
import { GraphFailure } from '../ports/contactMailbox.ts';
import type { RequestMeter } from '../ports/requestMeter.ts';
import { createAuthentication, createTokenSource } from './authentication.ts';
import type { FailedAnswer } from './failures.ts';
import { graphOrigin } from './links.ts';
import { createRequestOptions, createTransport, Exchange, failureOfExchange, type WholeAnswer } from './transport.ts';

export interface GraphClientOptions {
  /** Origin of Graph, `https://graph.microsoft.com` or that of a simulator. */
  readonly endpoint: string;
  readonly credential: TokenCredential;
  /** How long one exchange may take. */
  readonly timeoutMilliseconds: number;
  readonly clock: Clock;
  /** 0 to 1, for the spread of waits. */
  readonly random?: () => number;
  readonly newRequestId?: () => string;
  readonly httpClient?: HttpClient;
}

export interface GraphCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path and query, from the version on, encoded. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly meter: RequestMeter;
  /** What the call counts for: a batch's inner requests. */
  readonly requests?: number;
}

/** `body` is parsed JSON, undefined for none. */
export type GraphAnswer = FailedAnswer;

export interface GraphClient {
  readonly endpointOrigin: string;
  readonly clock: Clock;
  readonly random: () => number;
  /**
   * One exchange, whatever its status; only a 401 is repeated. Rejects with `GraphFailure`: kind `unavailable` when
   * there is no whole answer (then it may have been done, unless it is `withoutToken`).
   */
  send(call: GraphCall): Promise<GraphAnswer>;
  /** The next request is sent with a fresh token. */
  discardToken(): void;
}

/**
 * A client of Microsoft Graph on the SDK with a middleware chain of ours. The SDK's own RetryHandler is left out: it
 * repeats a POST that may have been done, and waits for minutes inside a handler.
 */
export function createGraphClient(options: GraphClientOptions): GraphClient {
  const endpointOrigin = new URL(options.endpoint).origin;
  const tokens = createTokenSource(options.credential, () => options.clock.now());
  const sdk = Client.initWithMiddleware({
    middleware: [
      createRequestOptions(options.newRequestId ?? (() => crypto.randomUUID())),
      createAuthentication(tokens),
      createTransport({
        endpointOrigin,
        timeoutMilliseconds: options.timeoutMilliseconds,
        httpClient: options.httpClient ?? createHttpClient(),
      }),
    ],
  });

  return {
    endpointOrigin,
    clock: options.clock,
    random: options.random ?? Math.random,
    async send(call) {
      const exchange = new Exchange(call.meter, call.requests ?? 1);
      const request = sdk
        .api(`${graphOrigin}${call.path}`)
        .headers({ ...call.headers })
        .middlewareOptions([exchange])
        .responseType(ResponseType.RAW);
      try {
        await perform(request, call);
        if (exchange.answer) return readAnswer(exchange.answer);
        throw new TypeError('A Graph call without an answer');
      } catch (error) {
        throw failureOfExchange(exchange.failure ?? error);
      }
    },
    discardToken() {
      tokens.discard();
    },
  };
}

function perform(request: GraphRequest, call: GraphCall): Promise<unknown> {
  switch (call.method) {
    case 'GET':
      return request.get();
    case 'POST':
      return request.post(call.body);
    case 'PATCH':
      return request.patch(call.body);
    case 'DELETE':
      return request.delete();
  }
}

function readAnswer({ status, retryAfter, text }: WholeAnswer): GraphAnswer {
  const isSuccess = status >= 200 && status < 300;
  return { status, retryAfter, body: text === '' ? undefined : parseBody(text, isSuccess) };
}

/** A gateway's error page is no JSON: then the status has to do. */
function parseBody(text: string, ok: boolean): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Without the parser's error, which quotes the text.
    if (ok) throw new GraphFailure('unavailable', { status: 0, code: 'UnreadableAnswer' });
    return undefined;
  }
}
