import type { Context, Middleware } from '@microsoft/microsoft-graph-client';
import { GraphFailure, type RequestCounts } from '../ports/contactMailbox.ts';
import { graphOrigin } from './links.ts';

/** What travels with one call through the middleware: where it is counted, and the failure, which the SDK would flatten. */
export class Exchange {
  readonly counts: RequestCounts;
  readonly requests: number;
  failure: unknown;

  constructor(counts: RequestCounts, requests: number) {
    this.counts = counts;
    this.requests = requests;
  }
}

function exchangeOf(context: Context): Exchange {
  const exchange = context.middlewareControl?.getMiddlewareOptions(Exchange);
  if (!(exchange instanceof Exchange)) throw new TypeError('A Graph call without its exchange');
  return exchange;
}

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
      const headers = new Headers(context.options?.headers);
      headers.append('Prefer', 'IdType="ImmutableId"');
      headers.set('client-request-id', newRequestId());
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
  readonly fetch: typeof fetch;
}

/**
 * Last in the chain. The SDK drops the token and breaks next links when its base URL is plain http, so it always
 * addresses Graph's public origin, which is replaced here by the endpoint's.
 */
export function createTransport(options: TransportOptions): Middleware {
  return {
    async execute(context) {
      const { origin, pathname, search } = new URL(String(context.request));
      if (origin !== graphOrigin) throw new GraphFailure('refused', { status: 0, code: 'ForeignLink' });
      const exchange = exchangeOf(context);
      exchange.counts.roundTrips += 1;
      exchange.counts.requests += exchange.requests;
      context.response = await options.fetch(`${options.endpointOrigin}${pathname}${search}`, {
        ...context.options,
        redirect: 'manual',
        signal: AbortSignal.timeout(options.timeoutMilliseconds),
      });
      if (context.response.status === 429) countThrottled(exchange.counts, 1);
    },
  };
}

export function countThrottled(counts: RequestCounts, answers: number): void {
  if (answers > 0) counts.throttled = (counts.throttled ?? 0) + answers;
}

/** An exchange without a whole answer: whatever was asked for may have been done. */
export function failureOfExchange(cause: unknown): GraphFailure {
  if (cause instanceof GraphFailure) return cause;
  const timedOut = typeof cause === 'object' && cause !== null && 'name' in cause && cause.name === 'TimeoutError';
  return new GraphFailure('unavailable', {
    status: 0,
    code: timedOut ? 'RequestTimedOut' : 'ConnectionFailed',
    cause,
  });
}
