/**
 * A local Azure Functions host: runs a built app through `@azure/functions`' own code, with HTTP routes, timers and
 * Service Bus triggers, and nothing of Azure. What it does not support it refuses at the start.
 */
import { randomUUID } from 'node:crypto';
import { type AppSettings, applySettings } from './appSettings.ts';
import type { FunctionsCore } from './functionsCore.ts';
import { readHostConfiguration } from './hostConfiguration.ts';
import { HostError } from './hostError.ts';
import { startHttpListener } from './httpListener.ts';
import { connectionSettings, openCredential } from './identityConnection.ts';
import { createInvoker } from './invoker.ts';
import { loadApp } from './loadApp.ts';
import { fromLevel, type Log } from './log.ts';
import { nodeProcess } from './nodeProcess.ts';
import { startServiceBusListener } from './serviceBusListener.ts';
import { readSignIn } from './signIn.ts';
import { startTimerListener } from './timerListener.ts';
import { createMemoryTimerStore, openTableTimerStore, type StorageConnection, type TimerStore } from './timerStore.ts';
import { isHttp, isServiceBus, isTimer, type TriggeredFunction, toTriggeredFunction } from './triggers.ts';

export type { AppSettings } from './appSettings.ts';
export type { LogEntry } from './log.ts';

export interface FunctionsHostOptions {
  /** The built app: package.json with `main`, its CommonJS bundle and host.json. */
  appDirectory: string;
  /** App settings. They are the process's environment while the host runs. */
  settings: AppSettings;
  /** 0, the default: any free port. */
  port?: number;
  /** Gets entries of at least host.json's `logging.logLevel.default`. */
  log?: Log;
}

export interface FunctionsHost {
  /** `http://127.0.0.1:<port>` */
  url: string;
  /** The names of the app's functions. */
  functions: string[];
  /** Takes no more work, lets what runs finish (for 30 s at most) and closes everything. */
  stop(): Promise<void>;
}

const stopWithinMilliseconds = 30_000;

/**
 * Starts a host; one app a process at a time. Rejects with what the app throws while it loads, when a setting that a
 * trigger names is missing, and when something is declared that this host does not do; nothing is left running then.
 */
export async function startFunctionsHost(options: FunctionsHostOptions): Promise<FunctionsHost> {
  const { appDirectory, settings, port = 0 } = options;
  const configuration = readHostConfiguration(appDirectory, settings);
  const log = fromLevel(configuration.logLevel, options.log ?? (() => {}));
  const started: { stop(): Promise<void> }[] = [];
  const restoreEnvironment = applySettings(settings);
  let core: FunctionsCore | undefined;

  async function stop(): Promise<void> {
    const timeout = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      log({ level: 'error', source: 'host', message: `Still running after ${stopWithinMilliseconds} ms, given up` });
      timeout.resolve();
    }, stopWithinMilliseconds);
    await Promise.race([Promise.allSettled(started.map(listener => listener.stop())), timeout.promise]);
    clearTimeout(timer);
    await core?.terminate();
    restoreEnvironment();
  }

  try {
    core = await loadApp(appDirectory, log);
    const functions = core.functions().map(metadata => toTriggeredFunction(metadata, settings));
    const functionKey = requireFunctionKey(functions, settings);
    const run = createInvoker(core, configuration.functionTimeoutMilliseconds, log);
    const runNow = new Map<string, (input: string | undefined) => Promise<void>>();
    const http = await startHttpListener({
      functions: functions.filter(isHttp),
      port,
      routePrefix: configuration.routePrefix,
      functionKey,
      signIn: readSignIn(settings),
      run,
      runNow,
    });
    started.push(http);
    const serviceBus = await startServiceBusListener({
      functions: functions.filter(isServiceBus),
      settings,
      configuration,
      run,
      log,
    });
    started.push(serviceBus);
    const timers = await startTimerListener({
      functions: functions.filter(isTimer),
      store: await openTimerStore(settings),
      run,
      log,
      now: Date.now,
    });
    started.push(timers);
    for (const [name, start] of [...serviceBus.runNow, ...timers.runNow]) runNow.set(name, start);
    return { url: http.url, functions: functions.map(({ name }) => name), stop: once(stop) };
  } catch (error) {
    await stop().catch(() => {}); // the first error is the one to tell
    throw error;
  }
}

function requireFunctionKey(functions: TriggeredFunction[], settings: AppSettings): string | undefined {
  const key = settings.LOCAL_FUNCTION_KEY ?? nodeProcess.env.LOCAL_FUNCTION_KEY;
  const keyed = functions.filter(isHttp).find(({ trigger }) => trigger.authLevel !== 'anonymous');
  if (keyed && !key)
    throw new HostError(`There is no app setting LOCAL_FUNCTION_KEY, the key that ${keyed.name} asks for.`);
  return key;
}

/** Hosts share their timers through `AzureWebJobsStorage`, as in Azure; one without that setting runs them by itself. */
async function openTimerStore(settings: AppSettings): Promise<TimerStore> {
  const storage = await findStorage(settings);
  if (!storage) return createMemoryTimerStore();
  const hostId = settings.AzureFunctionsWebHost__hostid ?? 'default';
  return openTableTimerStore({ storage, hostId, owner: randomUUID(), now: Date.now });
}

/** A connection string, or the account's name or address and an identity, as Azure takes them. */
async function findStorage(settings: AppSettings): Promise<StorageConnection | undefined> {
  const setting = connectionSettings('AzureWebJobsStorage', settings);
  const connectionString = setting('');
  if (connectionString) return { connectionString };
  const accountName = setting('__accountName');
  const tableServiceUri =
    setting('__tableServiceUri') ?? (accountName && `https://${accountName}.table.core.windows.net`);
  return tableServiceUri ? { tableServiceUri, credential: await openCredential(setting) } : undefined;
}

function once(action: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined;
  return () => {
    result ??= action();
    return result;
  };
}
