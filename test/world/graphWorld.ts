import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { HttpResponseInit } from '@azure/functions';
import { ManagedIdentityCredential } from '@azure/identity';
import { apiRoutes } from '../../functions/http/apiRoutes.ts';
import { type App, createApp } from '../../shared/app.ts';
import { createGraphClient } from '../../shared/graph/client.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import { parseSettings } from '../../shared/settings/settings.ts';
import { openGraphAdapters } from '../../shared/tenants/graphAdapters.ts';
import { startGraphSimulator } from '../local/graph-simulator/index.ts';
import { startManagedIdentityEndpoint } from '../local/managed-identity/index.ts';
import { neverBySchedule, readSettings } from '../local/settings.ts';
import { nothingBeside } from '../memory/adapters.ts';
import { type Delivery, messageHandlers, startDelivery } from '../memory/delivery.ts';
import { createMemoryPhotos } from '../memory/photos.ts';
import { createMemoryQueue } from '../memory/queue.ts';
import { createMemoryFiles } from '../memory/sourceFiles.ts';
import { createMemoryTables, type MemoryTables } from '../memory/tables.ts';
import { type GraphDriver, openGraph } from './graphDriver.ts';
import { answerOf } from './routeAnswer.ts';
import { type AppHost, driveApp, until } from './world.ts';

/**
 * The product in this process, over a Graph that answers by HTTP: for what Graph does and how the product takes it. Its
 * tables, queues and blobs are in memory, since the suites of `test/ports` hold those and the real ones to the same.
 */
export interface GraphWorld {
  readonly graph: GraphDriver;
  readonly graphUrl: string;
  readonly tables: MemoryTables;
  /** Epoch milliseconds of the app and of Graph. What the app waits for between two requests is over at once. */
  now(): number;
  /** Starts the app with the settings as they are now, and what it gets beside them. */
  startHost(changed?: Readonly<Record<string, string>>): Promise<AppHost>;
  /** Settings of the next hosts. */
  configure(settings: Readonly<Record<string, string>>): void;
  /** Resolves when no message is being handled: a mailbox's progress is reported after the run. */
  rest(): Promise<void>;
  stop(): Promise<void>;
}

const sampleSettings = join(import.meta.dirname, '../../local.settings.sample.json');
const identityHeader = 'local';
const prefix = '/api/';
/** Long enough for those who begin to wait at the same time. */
const togetherMilliseconds = 20;

export async function startGraphWorld(options: {
  lists: readonly unknown[];
  settings?: Record<string, string>;
}): Promise<GraphWorld> {
  const { clock, waitingClock } = createClocks();
  const simulator = await startGraphSimulator({ now: clock.now });
  const identity = await startManagedIdentityEndpoint({
    header: identityHeader,
    issueToken: (_resource, clientId = 'contact-folder-sync') => simulator.issueToken(clientId),
  });
  // The credential reads them, as on App Service.
  Object.assign(process.env, { IDENTITY_ENDPOINT: identity.url, IDENTITY_HEADER: identityHeader });
  const { WEBHOOK_URL: _, ...sample } = await readSettings(sampleSettings);
  let settings: Record<string, string> = {
    ...sample,
    ...neverBySchedule,
    GRAPH_ENDPOINT: simulator.url,
    CONTACT_LISTS: JSON.stringify(options.lists),
    ...options.settings,
  };
  const tables = createMemoryTables();
  const queues = {
    capture: createMemoryQueue(clock),
    sync: createMemoryQueue(clock),
    priority: createMemoryQueue(clock),
  };
  const blobs = { photos: createMemoryPhotos(clock), files: createMemoryFiles(clock.now) };
  const deliveries = new Set<Delivery>();
  return {
    graph: await openGraph(simulator.url),
    graphUrl: simulator.url,
    tables,
    now: clock.now,
    startHost,
    configure: changed => {
      settings = { ...settings, ...changed };
    },
    rest,
    stop,
  };

  async function startHost(changed: Readonly<Record<string, string>> = {}): Promise<AppHost> {
    const parsed = parseSettings({ ...settings, ...changed }, import.meta.dirname);
    const client = createGraphClient({
      endpoint: parsed.graph.endpoint,
      credential: new ManagedIdentityCredential(),
      timeoutMilliseconds: parsed.timing.graphTimeoutSeconds * 1000,
      clock: waitingClock,
    });
    const services = { clock, newId: randomUUID, tables, queues, graph: openGraphAdapters(client) };
    const app = createApp({ ...nothingBeside, ...services, ...blobs }, parsed);
    const handlers = messageHandlers(app);
    const delivery = startDelivery([
      [queues.capture, handlers.capture],
      [queues.sync, handlers.sync],
      [queues.priority, handlers.priority],
    ]);
    deliveries.add(delivery);
    const call = callOf(app, simulator.url);
    return {
      call,
      ...driveApp(call, rest),
      stop: async () => {
        deliveries.delete(delivery);
        await delivery.stop();
      },
    };
  }

  async function rest(): Promise<void> {
    await until(async () => ([...deliveries].every(delivery => delivery.isAtRest()) ? true : undefined), 5);
  }

  async function stop(): Promise<void> {
    await Promise.all([...deliveries].map(delivery => delivery.stop()));
    await Promise.all([simulator.close(), identity.close()]);
  }
}

/** The time of both is the same, and leaps over whatever `waitingClock` is asked to wait for. */
function createClocks(): { clock: Clock; waitingClock: Clock } {
  let leapt = 0;
  const now = () => Date.now() + leapt;
  const leap = async (milliseconds: number) => {
    const end = now() + milliseconds;
    await wait(Math.min(milliseconds, togetherMilliseconds));
    leapt += Math.max(0, end - now());
  };
  // A limit of work that has ended long before keeps no process waiting.
  const waitUnnoticed = (milliseconds: number) => wait(milliseconds, undefined, { ref: false });
  return { clock: { now, wait: waitUnnoticed }, waitingClock: { now, wait: leap } };
}

/** @param origin of the addresses that the routes see */
function callOf(app: App, origin: string): AppHost['call'] {
  const routes = apiRoutes(app);
  const timers: Readonly<Record<string, () => Promise<unknown>>> = {
    '/admin/functions/scheduleSync': app.scheduleSync,
    '/admin/functions/fullReconcile': app.askForFullReconcile,
  };
  return async (method, path, body, type = 'application/json', headers = {}) => {
    const timer = timers[path];
    if (timer) {
      // As in the host, whoever fired a timer is not told how it went: the run says it.
      await timer().catch(() => {});
      return new Response(null, { status: 202 });
    }
    const answer = await answerOf(routes, prefix, {
      method,
      url: new URL(path, origin),
      headers: { ...headers, 'content-type': type },
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    });
    return toResponse(answer ?? { status: 404 });
  };
}

function toResponse({ status = 200, headers, jsonBody, body }: HttpResponseInit): Response {
  const content = jsonBody === undefined ? (body as string | undefined) : JSON.stringify(jsonBody);
  return new Response(content ?? null, { status, headers: new Headers(headers as Record<string, string>) });
}
