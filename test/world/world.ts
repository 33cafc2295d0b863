import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { RunView } from '../../shared/api/runs.ts';
import { neverBySchedule, readSettings, writeSettings } from '../local/settings.ts';
import { type ReadyProcess, startProcess } from './childProcess.ts';
import { type GraphDriver, openGraph } from './graphDriver.ts';

/** The whole product as processes: the local services, and any number of functions hosts over the built app. */
export interface World {
  readonly graph: GraphDriver;
  readonly graphUrl: string;
  readonly hosts: readonly Host[];
  /**
   * Starts a host with the settings as they are now, and what its process gets beside them. It takes the port that a
   * changed `WEBHOOK_URL` names, else any free one.
   *
   * @param appDirectory of the built app; that of the world unless given
   */
  startHost(
    changed?: Readonly<Record<string, string>>,
    environment?: Readonly<Record<string, string>>,
    appDirectory?: string,
  ): Promise<Host>;
  /** Settings of the next hosts; an undefined one is taken out. */
  configure(settings: Readonly<Record<string, string | undefined>>): void;
  statistics(): Promise<Statistics>;
  /** Resolves when no message is being handled: a mailbox's progress is reported after the run. */
  rest(): Promise<void>;
  resetStatistics(): Promise<void>;
  settings(): Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export interface Statistics {
  readonly queues: Record<
    string,
    {
      sent: number;
      delivered: number;
      completed: number;
      deadLettered: number;
      /** In milliseconds, from the delivery of a message to the end of its lock. */
      longestHandling: number;
      active: number;
      locked: number;
      scheduled: number;
    }
  >;
  readonly tables: { readonly operations: number };
}

/** The app as tests ask it, whatever runs it. */
export interface AppHost {
  /** A request with the function key. */
  call(
    method: string,
    path: string,
    body?: unknown,
    type?: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>;
  /** Fires the timer and resolves with its run once that is finished. */
  runSchedule(): Promise<RunView>;
  /** Asks for a run, of one list or of all, and resolves with it once it is finished. */
  resync(body?: { mailbox?: string; mode?: 'incremental' | 'full' }, list?: string): Promise<RunView>;
  /** Resolves with the run once it is finished. */
  waitForRun(id: string): Promise<RunView>;
  /** Ends it in good order. */
  stop(): Promise<unknown>;
}

/** A functions host, a process of its own. */
export interface Host extends ReadyProcess, AppHost {
  readonly url: string;
  stop(): Promise<number | null>;
}

const runsTakeAtMost = 300_000;
/** To ask for a run is work for the host and the storage that do the run. */
const runPollMilliseconds = 50;
/** Of the time that was waited so far: by so much a wait may be too long. */
const pauseShare = 0.1;

export async function startWorld(options: {
  lists: readonly unknown[];
  settings?: Record<string, string>;
  /** How long a message is locked for a host that does not come back; a minute unless given. */
  lockSeconds?: number;
  /** After how many deliveries a message is given up; ten unless given. */
  maxDeliveryCount?: number;
  /** Folder of the built app; `dist/` unless given. */
  appDirectory?: string;
  /** The hosts log warnings and errors alone: to write lines to a pipe is work that Azure's host does elsewhere. */
  quietHosts?: boolean;
}): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'contact-folder-sync-'));
  const servicesFile = join(folder, 'services.json');
  const { lockSeconds, maxDeliveryCount } = options;
  const services =
    lockSeconds === undefined && maxDeliveryCount === undefined
      ? await startProcess('test/local/services.ts', ['--free-ports', '--settings', servicesFile, '--empty'])
      : await startProcess('test/world/services.ts', [
          ...['--settings', servicesFile],
          ...(lockSeconds === undefined ? [] : ['--lock-seconds', String(lockSeconds)]),
          ...(maxDeliveryCount === undefined ? [] : ['--max-delivery-count', String(maxDeliveryCount)]),
        ]);
  const graphUrl = String(services.ready.graph);
  const statisticsUrl = String(services.ready.statistics);
  let settings: Record<string, string> = {
    ...(await readSettings(servicesFile)),
    ...neverBySchedule,
    CONTACT_LISTS: JSON.stringify(options.lists),
    ...options.settings,
  };
  const hosts: Host[] = [];
  let started = 0;
  return {
    graph: await openGraph(graphUrl),
    graphUrl,
    hosts,
    startHost,
    configure: changed => {
      const all = Object.entries({ ...settings, ...changed });
      settings = Object.fromEntries(all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
    },
    settings: () => settings,
    statistics,
    rest,
    resetStatistics: async () => {
      await fetch(statisticsUrl, { method: 'DELETE' });
    },
    stop,
  };

  async function statistics(): Promise<Statistics> {
    return (await (await fetch(statisticsUrl)).json()) as Statistics;
  }

  async function rest(): Promise<void> {
    await until(async () => {
      const { queues } = await statistics();
      return Object.values(queues).every(({ locked }) => locked === 0) ? true : undefined;
    });
  }

  async function startHost(
    changed: Readonly<Record<string, string>> = {},
    environment: Readonly<Record<string, string>> = {},
    appDirectory = options.appDirectory,
  ): Promise<Host> {
    // Several may be starting at once.
    started += 1;
    const file = join(folder, `host-${started}.json`);
    await writeSettings(file, { ...settings, ...changed });
    const port = changed.WEBHOOK_URL === undefined ? '0' : new URL(changed.WEBHOOK_URL).port;
    const app = appDirectory === undefined ? [] : ['--app', appDirectory];
    const quiet = options.quietHosts ? ['--quiet'] : [];
    const args = ['--settings', file, '--port', port, ...app, ...quiet];
    const atRest = async () => void (await fetch(`${statisticsUrl}/at-rest`));
    const host = await openHost(args, settings.LOCAL_FUNCTION_KEY ?? '', environment, atRest);
    hosts.push(host);
    return host;
  }

  async function stop(): Promise<void> {
    await Promise.all(hosts.map(host => host.stop()));
    await services.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Starts a functions host.
 *
 * @param key the function key that it asks for
 * @param atRest see `driveApp`
 */
export async function openHost(
  args: readonly string[],
  key: string,
  environment: Readonly<Record<string, string>>,
  atRest: () => Promise<void> = async () => {},
): Promise<Host> {
  const host = await startProcess('test/local/host.ts', args, environment);
  const url = String(host.ready.url);
  return { ...host, url, call, ...driveApp(call, atRest) };

  async function call(
    method: string,
    path: string,
    body?: unknown,
    type = 'application/json',
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    return fetch(`${url}${path}`, {
      method,
      headers: { 'x-functions-key': key, 'Content-Type': type, ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }
}

/**
 * What tests do with an app through its API.
 *
 * @param atRest resolves when no message is under way, or after a while: a run that is worked on has not finished
 */
export function driveApp(
  call: AppHost['call'],
  atRest: () => Promise<void>,
): Pick<AppHost, 'runSchedule' | 'resync' | 'waitForRun'> {
  return { runSchedule, resync, waitForRun };

  async function latestRun(): Promise<string | undefined> {
    const { runs } = (await (await call('GET', '/api/runs')).json()) as { runs: RunView[] };
    return runs[0]?.id;
  }

  async function runSchedule(): Promise<RunView> {
    const before = await latestRun();
    await call('POST', '/admin/functions/scheduleSync', {}, undefined, { Prefer: 'wait' });
    const id = await until(async () => {
      const latest = await latestRun();
      return latest === before ? undefined : latest;
    });
    return waitForRun(id);
  }

  async function resync(body = {}, list?: string): Promise<RunView> {
    const answer = await call('POST', list === undefined ? '/api/resync' : `/api/lists/${list}/resync`, body);
    if (answer.status !== 202) throw new Error(`the resync was refused: ${answer.status} ${await answer.text()}`);
    return waitForRun(((await answer.json()) as { runId: string }).runId);
  }

  function waitForRun(id: string): Promise<RunView> {
    return until(async () => {
      await atRest();
      const answer = await call('GET', `/api/runs/${id}`);
      const run = answer.ok ? ((await answer.json()) as RunView) : undefined;
      return run?.state === 'finished' ? run : undefined;
    }, runPollMilliseconds);
  }
}

/** Asks again every few milliseconds until there is an answer, and less often the longer that takes. */
export async function until<Value>(ask: () => Promise<Value | undefined>, pauseMilliseconds = 20): Promise<Value> {
  const started = Date.now();
  for (;;) {
    const value = await ask();
    if (value !== undefined) return value;
    const waited = Date.now() - started;
    if (waited > runsTakeAtMost) throw new Error('nothing happened within five minutes');
    await wait(Math.max(pauseMilliseconds, waited * pauseShare));
  }
}
