import { createHttpHeaders, createPipelineRequest, type HttpClient, type HttpMethods } from '@azure/core-rest-pipeline';
import type { Context, Middleware } from '@microsoft/microsoft-graph-client';
import { GraphFailure } from '../ports/contactMailbox.ts';
import type { RequestMeter } from '../ports/requestMeter.ts';
import { graphOrigin } from './links.ts';

export interface WholeAnswer {
  readonly status: number;
  /** Of the header. */
  readonly retryAfter: string | undefined;
  readonly text: string;
}

/**
 * What travels with one call through the middleware: where it is counted, and what came of it. The SDK hands on nothing
 * but a `Response` of fetch, and would flatten a failure.
 */
export class Exchange {
  readonly meter: RequestMeter;
  readonly requests: number;
  answer: WholeAnswer | undefined;
  failure: unknown;

  constructor(meter: RequestMeter, requests: number) {
    this.meter = meter;
    this.requests = requests;
  }
}

/** The SDK keeps them in a plain object. */
export function headersOf({ options }: Context): Readonly<Record<string, string>> {
  return (options?.headers ?? {}) as Record<string, string>;
}

function exchangeOf(context: Context): Exchange {
  const exchange = context.middlewareControl?.getMiddlewareOptions(Exchange);
  if (!(exchange instanceof Exchange)) throw new TypeError('A Graph call without its exchange');
  return exchange;
}

const immutableIds = 'IdType="ImmutableId"';

/**
 * First in the chain: what every request carries. Immutable ids have to be asked for each time, also beside another
 * preference.
 */
export function createRequestOptions(newRequestId: () => string): Middleware {
  let next: Middleware;
  return {
    setNext(middleware) {
      next = middleware;
    },
    async execute(context) {
      const { Prefer: preference, ...others } = headersOf(context);
      const headers = {
        ...others,
        Prefer: preference ? `${preference}, ${immutableIds}` : immutableIds,
        'client-request-id': newRequestId(),
      };
      context.options = { ...context.options, headers };
      try {
        await next.execute(context);
      } catch (failure) {
        exchangeOf(context).failure = failure;
        throw failure;
      }
    },
  };
}

export interface TransportOptions {
  /** The only origin that anything is sent to. */
  readonly endpointOrigin: string;
  /** For the whole exchange, the body included. */
  readonly timeoutMilliseconds: number;
  readonly httpClient: HttpClient;
}

/**
 * Last in the chain. The SDK drops the token and breaks next links when its base URL is plain http, so it always
 * addresses Graph's public origin, which is replaced here by the endpoint's.
 */
export function createTransport({ endpointOrigin, timeoutMilliseconds, httpClient }: TransportOptions): Middleware {
  const isInsecure = endpointOrigin.startsWith('http:');
  return {
    async execute(context) {
      const address = String(context.request);
      if (!address.startsWith(`${graphOrigin}/`)) throw new GraphFailure('refused', { status: 0, code: 'ForeignLink' });
      const exchange = exchangeOf(context);
      exchange.meter.sent(exchange.requests);
      const { method, body } = context.options ?? {};
      const request = createPipelineRequest({
        url: `${endpointOrigin}${address.slice(graphOrigin.length)}`,
        method: method as HttpMethods,
        headers: createHttpHeaders({ 'Accept-Encoding': 'gzip, deflate', ...headersOf(context) }),
        ...(typeof body === 'string' && { body }),
        timeout: timeoutMilliseconds,
        allowInsecureConnection: isInsecure,
      });
      const { status, headers, bodyAsText } = await httpClient.sendRequest(request);
      exchange.answer = { status, retryAfter: headers.get('Retry-After'), text: bodyAsText ?? '' };
      context.response = new Response(null, { status });
      if (status === 429) exchange.meter.throttled(1);
    },
  };
}

/** An exchange without a whole answer: whatever was asked for may have been done. */
export function failureOfExchange(cause: unknown): GraphFailure {
  if (cause instanceof GraphFailure) return cause;
  const timedOut = cause instanceof Error && cause.name === 'AbortError';
  return new GraphFailure('unavailable', {
    status: 0,
    code: timedOut ? 'RequestTimedOut' : 'ConnectionFailed',
    cause,
  });
}
