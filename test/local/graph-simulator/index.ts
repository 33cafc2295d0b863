/** A Microsoft Graph to develop, test and measure against: directory, contact folders, contacts, delta and batches. */
import type { AddressInfo } from 'node:net';
import { createAccessTokens } from './accessTokens.ts';
import { registerControls } from './controls.ts';
import { createCounters } from './counters.ts';
import { createDelays } from './delays.ts';
import { createDispatcher } from './dispatcher.ts';
import { createFaults } from './faults.ts';
import { createHttpServer, type TlsFiles } from './httpServer.ts';
import { createRandom } from './random.ts';
import { readStateFile, writeStateFile } from './stateFile.ts';
import { firstTenantId } from './tenant.ts';
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
  /** Read at the start if it exists, written on close. */
  stateFile?: string;
  /** Requests of one batch at once, default 4. */
  batchConcurrency?: number;
  tls?: TlsFiles;
};

export type GraphSimulator = {
  /** Origin, without a path. */
  url: string;
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
  const kept = await readStateFile(stateFile);
  const delays = createDelays();
  const advanceClock = (milliseconds: number) => {
    shift += milliseconds;
  };
  const worlds = createWorlds(kept, { now, advanceClock, random, delays });
  const tokens = createAccessTokens(kept.tenant.secret, now);
  const counters = createCounters(wallClock);
  const faults = createFaults(random);
  const throttle = createThrottle(now);
  const serve = createDispatcher({ worlds, counters, throttle, faults, delays, latency: () => latency });
  const batchConcurrency = options.batchConcurrency ?? 4;
  const app = createHttpServer({ tokens, counters, faults, delays, serve, batchConcurrency, tls: options.tls });
  registerTokenEndpoint(app, worlds, tokens);
  registerControls(app, {
    worlds,
    tokens,
    counters,
    faults,
    setLatency: milliseconds => {
      latency = milliseconds;
    },
  });
  const host = options.host ?? '127.0.0.1';
  await app.listen({ host, port: options.port ?? 0 });
  const { port } = app.server.address() as AddressInfo;

  return {
    url: `${options.tls ? 'https' : 'http'}://${host}:${port}`,
    issueToken: app => tokens.issue({ app, tenantId: firstTenantId }),
    close: async () => {
      worlds.close();
      delays.cancelAll();
      await app.close();
      if (stateFile !== undefined) await writeStateFile(stateFile, worlds.first);
    },
  };
}

/** With fractions of a millisecond, as the counters' figures want. */
function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}
