import { join } from 'node:path';
import { z } from 'zod';
import { readAppFile } from './appFile.ts';
import type { AppSettings } from './appSettings.ts';
import { HostError } from './hostError.ts';
import type { LogLevel } from './log.ts';
import { nodeProcess } from './nodeProcess.ts';

/** What this host takes from host.json. Times are in milliseconds. */
export interface HostConfiguration {
  routePrefix: string;
  maxConcurrentCalls: number;
  maxAutoLockRenewalMilliseconds: number;
  autoCompleteMessages: boolean;
  /** undefined: no limit. */
  functionTimeoutMilliseconds: number | undefined;
  logLevel: LogLevel;
}

const overridePrefix = 'AzureFunctionsJobHost__';

const timeSpan = z
  .string()
  .regex(/^(\d+\.)?\d{1,2}:\d{2}:\d{2}$/, 'must be a time span such as 00:05:00')
  .transform(parseTimeSpan);

// Defaults: https://learn.microsoft.com/azure/azure-functions/functions-host-json and
// functions-bindings-service-bus#hostjson-settings (extension 5.x)
const schema = z.object({
  functionTimeout: z.union([z.literal('-1').transform(() => undefined), timeSpan]).default(30 * 60_000),
  logging: z.object({ logLevel: z.object({ default: z.string().default('Information') }).prefault({}) }).prefault({}),
  extensions: z
    .object({
      http: z.object({ routePrefix: z.string().default('api') }).prefault({}),
      serviceBus: z
        .object({
          maxConcurrentCalls: z.coerce.number().int().positive().default(16),
          maxAutoLockRenewalDuration: timeSpan.default(5 * 60_000),
          autoCompleteMessages: z.union([z.boolean(), z.stringbool()]).default(true),
        })
        .prefault({}),
    })
    .prefault({}),
});

const logLevels: Record<string, LogLevel> = {
  trace: 'trace',
  debug: 'debug',
  information: 'information',
  warning: 'warning',
  error: 'error',
  critical: 'critical',
  none: 'critical',
};

/**
 * Reads the app's host.json. A setting `AzureFunctionsJobHost__<path with __>` overrides a value, as it does in Azure:
 * https://learn.microsoft.com/azure/azure-functions/functions-host-json#override-hostjson-values
 */
export function readHostConfiguration(appDirectory: string, settings: AppSettings): HostConfiguration {
  const file = join(appDirectory, 'host.json');
  const content = { ...Object(readAppFile(file)) };
  for (const [name, value] of Object.entries({ ...nodeProcess.env, ...settings })) {
    if (name.startsWith(overridePrefix)) override(content, name.slice(overridePrefix.length).split('__'), value);
  }
  const parsed = schema.safeParse(content);
  if (!parsed.success) throw new HostError(`${file} is not valid:\n${z.prettifyError(parsed.error)}`);
  const { functionTimeout, logging, extensions } = parsed.data;
  return {
    routePrefix: extensions.http.routePrefix,
    maxConcurrentCalls: extensions.serviceBus.maxConcurrentCalls,
    maxAutoLockRenewalMilliseconds: extensions.serviceBus.maxAutoLockRenewalDuration,
    autoCompleteMessages: extensions.serviceBus.autoCompleteMessages,
    functionTimeoutMilliseconds: functionTimeout,
    logLevel: logLevels[logging.logLevel.default.toLowerCase()] ?? 'information',
  };
}

function override(target: Record<string, unknown>, path: string[], value: unknown): void {
  const [first = '', ...rest] = path;
  const name = Object.keys(target).find(key => key.toLowerCase() === first.toLowerCase()) ?? first;
  if (rest.length === 0) {
    target[name] = value;
    return;
  }
  const child = typeof target[name] === 'object' && target[name] !== null ? target[name] : {};
  target[name] = child;
  override(child as Record<string, unknown>, rest, value);
}

function parseTimeSpan(text: string): number {
  const [days, time = ''] = text.includes('.') ? text.split('.') : ['0', text];
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  return (((Number(days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}
