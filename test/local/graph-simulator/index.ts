/** A Microsoft Graph to develop, test and measure against: directory, contact folders, contacts, delta and batches. */
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { createAccessTokens } from './accessTokens.ts';
import { registerControls } from './controls.ts';
import { createCounters } from './counters.ts';
import { createDelays } from './delays.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import { createFaults } from './faults.ts';
import { createHttpServer, type TlsFiles } from './httpServer.ts';
import { createRandom } from './random.ts';
import { type Kept, openStateFile, type StateKeeper } from './stateFile.ts';
import { createTenant, firstTenantId } from './tenant.ts';
import { createThrottle } from './throttle.ts';
import { registerTokenEndpoint } from './tokenEndpoint.ts';
import { createWorlds } from './worlds.ts';

export type GraphSimulatorOptions = {
  /** Any free one if missing. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** Keeps the first tenant: read at the start, and each change is in it before it is answered. */
  stateFile?: string;
  /** Fills a tenant that is new. It is kept only once it is filled, so that no half of it ever counts as one. */
  seed?: (url: string) => Promise<void>;
  /** Requests of one batch at once, default 4. */
  batchConcurrency?: number;
  tls?: TlsFiles;
  /** Also serves the token endpoint alone, over TLS, as Microsoft's clients insist on. */
  signIn?: { port?: number | undefined; tls: TlsFiles };
};

export type GraphSimulator = {
  /** Origin, without a path. */
  url: string;
  /** Origin of the token endpoint, where it is one of its own. */
  signInUrl: string | undefined;
  /** Valid for an hour of the simulator's clock. */
  issueToken(app: string): { access_token: string; expires_in: number };
  close(): Promise<void>;
};

export async function startGraphSimulator(options: GraphSimulatorOptions = {}): Promise<GraphSimulator> {
  const { stateFile, now: wallClock = preciseNow } = options;
  let shift = 0;
  let latency = 0;
  const random = createRandom(1);
  const now = () => wallClock() + shift;
  const state = stateFile === undefined ? undefined : openStateFile(stateFile);
  const kept: Kept = state?.kept ?? { tenant: createTenant(), deltaExpiry: { epoch: 0, code: 'SyncStateNotFound' } };
  const delays = createDelays();
  const advanceClock = (milliseconds: number) => {
    shift += milliseconds;
  };
  const worlds = createWorlds(kept, { now, advanceClock, random, delays });
  const tokens = createAccessTokens(kept.tenant.secret, now);
  const counters = createCounters(wallClock);
  const faults = createFaults(random);
  const throttle = createThrottle(now);
  const dispatch = createDispatcher({ worlds, counters, throttle, faults, delays, latency: () => latency });
  let keeper: StateKeeper | undefined;
  const dispatchAndNote: Dispatcher = request => dispatch(request).finally(() => keeper?.noteRequest(request));
  const serve = state ? dispatchAndNote : dispatch;
  const batchConcurrency = options.batchConcurrency ?? 4;
  const parts = { tokens, counters, faults, delays, serve, batchConcurrency };
  const app = createHttpServer({ ...parts, tls: options.tls });
  registerTokenEndpoint(app, worlds, tokens);
  const { signIn } = options;
  const signInServer = signIn && createHttpServer({ ...parts, tls: signIn.tls });
  if (signInServer) registerTokenEndpoint(signInServer, worlds, tokens);
  registerControls(app, {
    worlds,
    tokens,
    counters,
    faults,
    setLatency: milliseconds => {
      latency = milliseconds;
    },
  });
  if (state) {
    app.addHook('onSend', async ({ method, url }) => {
      if (method !== 'GET' && url.startsWith('/_simulator/')) keeper?.noteEverything();
      keeper?.save();
    });
  }
  const host = options.host ?? '127.0.0.1';
  await app.listen({ host, port: options.port ?? 0 });
  const url = `${options.tls ? 'https' : 'http'}://${host}:${portOf(app)}`;
  await signInServer?.listen({ host, port: signIn?.port ?? 0 });
  const signInUrl = signInServer && `https://${host}:${portOf(signInServer)}`;

  async function close(): Promise<void> {
    worlds.close();
    delays.cancelAll();
    await Promise.all([app.close(), signInServer?.close()]);
    keeper?.save();
    state?.close();
  }

  try {
    if (!state?.kept) await options.seed?.(url);
    keeper = state?.keep(worlds.first);
  } catch (error) {
    await close();
    throw error;
  }
  return { url, signInUrl, issueToken: app => tokens.issue({ app, tenantId: firstTenantId }), close };
}

function portOf({ server }: FastifyInstance): number {
  return (server.address() as AddressInfo).port;
}

/** With fractions of a millisecond, as the counters' figures want. */
function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}
