import type { AccessToken, TokenCredential } from '@azure/identity';
import type { Context, Middleware } from '@microsoft/microsoft-graph-client';
import { GraphFailure } from '../ports/contactMailbox.ts';
import { headersOf } from './transport.ts';

export const graphScope = 'https://graph.microsoft.com/.default';
const refreshBeforeExpiry = 5 * 60_000;

/** The code of a failure to get a token for which Entra names none of its own. */
export const tokenUnavailable = 'TokenUnavailable';

/** Entra's own code (`AADSTS...`) where the credential's message names one; the message itself may quote the request. */
export function entraCodeOf(error: unknown): string | undefined {
  return error instanceof Error ? /AADSTS\d+/.exec(error.message)?.[0] : undefined;
}

export interface TokenSource {
  /** A token that is valid for a while; rejects with a `GraphFailure` that is `withoutToken`. */
  get(): Promise<string>;
  /** Makes the next `get` ask for another token, unless `token` was replaced already. Without one, always. */
  discard(token?: string): void;
}

/** Keeps the token at hand, so that a request costs no walk through the credential, and asks once for all who wait. */
export function createTokenSource(credential: TokenCredential, now: () => number): TokenSource {
  let current: AccessToken | undefined;
  let pending: Promise<string> | undefined;

  async function acquire(): Promise<string> {
    try {
      const token = await credential.getToken(graphScope);
      if (!token) throw new Error('The credential gave no token');
      current = token;
      return token.token;
    } catch (cause) {
      const code = entraCodeOf(cause) ?? tokenUnavailable;
      throw new GraphFailure('unavailable', { status: 0, code, withoutToken: true, cause });
    } finally {
      pending = undefined;
    }
  }

  return {
    async get() {
      if (current && now() < (current.refreshAfterTimestamp ?? current.expiresOnTimestamp - refreshBeforeExpiry)) {
        return current.token;
      }
      pending ??= acquire();
      return pending;
    },
    discard(token) {
      if (token === undefined || token === current?.token) current = undefined;
    },
  };
}

/**
 * Sends every request with a bearer token. A 401 means that nothing was done, so any request, a POST too, is
 * repeated once with a fresh token.
 */
export function createAuthentication(tokens: TokenSource): Middleware {
  let next: Middleware;

  async function executeWithToken(context: Context, token: string): Promise<void> {
    context.options = {
      ...context.options,
      headers: { ...headersOf(context), Authorization: `Bearer ${token}` },
    };
    await next.execute(context);
  }

  return {
    setNext(middleware) {
      next = middleware;
    },
    async execute(context) {
      const token = await tokens.get();
      await executeWithToken(context, token);
      if (context.response?.status !== 401) return;
      tokens.discard(token);
      await executeWithToken(context, await tokens.get());
    },
  };
}
