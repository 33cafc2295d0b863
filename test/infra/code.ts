import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import * as z from 'zod';
import { environmentSchema, parseSettings, SettingsError } from '../../shared/settings/settings.ts';
import { connectTables } from '../../shared/store/tables/tables.ts';
import { applySettings } from '../local/functions-host/appSettings.ts';
import type { FunctionMetadata } from '../local/functions-host/functionsCore.ts';
import { loadApp } from '../local/functions-host/loadApp.ts';
import { projectDirectory } from './infra.ts';

/** What the infrastructure has to fit, read from the code and its configuration. */
export interface Code {
  /** Names of the settings that the code reads, where an identity is used. */
  readonly settingNames: readonly string[];
  /** What the code takes for a setting that is not set. */
  readonly settingDefaults: Readonly<Record<string, unknown>>;
  /** The tables that the code asks for. */
  readonly tableNames: readonly string[];
  /** The functions that the built app registers. */
  readonly functions: readonly FunctionMetadata[];
  readonly host: z.infer<typeof hostSchema>;
  /** Major version of Node that tests run on. */
  readonly nodeVersion: string;
  /** Major version of Node that the bundle is built for. */
  readonly bundleTarget: string;
  readonly sample: Readonly<Record<string, string>>;
  /** As the local Service Bus has them. */
  readonly queues: readonly { readonly name: string; readonly properties: Readonly<Record<string, unknown>> }[];
}

const packageSchema = z.object({ devDependencies: z.object({ node: z.string() }) });
/** Time spans as `hh:mm:ss`, which compare as texts. */
const hostSchema = z.object({
  functionTimeout: z.string(),
  extensions: z.object({ serviceBus: z.object({ maxAutoLockRenewalDuration: z.string() }) }),
});
const sampleSchema = z.object({ Values: z.record(z.string(), z.string()) });
const queuesSchema = z.object({
  UserConfig: z.object({
    Namespaces: z.tuple([
      z.object({ Queues: z.array(z.object({ Name: z.string(), Properties: z.record(z.string(), z.unknown()) })) }),
    ]),
  }),
});

/**
 * Reads the code, and loads the built app.
 *
 * @param settings app settings with which the app is loaded: it does not start with wrong ones
 */
export async function readCode(settings: Readonly<Record<string, string>>): Promise<Code> {
  const { Queues } = queuesSchema.parse(readJson('test/local/service-bus/Config.json')).UserConfig.Namespaces[0];
  return {
    settingNames: [
      ...new Set([...Object.keys(environmentSchema.shape), ...connectionSettings(), ...environmentReads()]),
    ],
    settingDefaults: environmentDefaults(),
    tableNames: await requestedTables(),
    functions: await registeredFunctions(settings),
    host: hostSchema.parse(readJson('host.json')),
    nodeVersion: packageSchema.parse(readJson('package.json')).devDependencies.node.split('.')[0] ?? '',
    bundleTarget: /target: 'node(\d+)'/.exec(readText('esbuild.config.ts'))?.[1] ?? '',
    sample: sampleSchema.parse(readJson('local.settings.sample.json')).Values,
    queues: Queues.map(({ Name: name, Properties: properties }) => ({ name, properties })),
  };
}

export function readText(path: string): string {
  return readFileSync(join(projectDirectory, path), 'utf8');
}

export function readJson(path: string): unknown {
  return JSON.parse(readText(path));
}

async function registeredFunctions(settings: Readonly<Record<string, string>>): Promise<FunctionMetadata[]> {
  const restore = applySettings({ ...settings });
  try {
    return (await loadApp(join(projectDirectory, 'dist'), () => {})).functions();
  } finally {
    restore();
  }
}

/** Without any setting the code names each that it cannot do without: connections in the form for an identity, too. */
function connectionSettings(): string[] {
  try {
    parseSettings({}, projectDirectory);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.faults.flatMap(fault => {
      const [, connection] = /^(\S+) is missing: .* or \1__(\w+) for a managed identity/.exec(fault) ?? [];
      if (connection === undefined) return [fault.split(' ')[0] ?? ''];
      const [host] = new RegExp(`${connection}__\\w+`).exec(fault) ?? [];
      return [host ?? '', `${connection}__clientId`];
    });
  }
  throw new Error('The code starts without any setting');
}

/** What is read past the schema. */
function environmentReads(): string[] {
  const files = ['functions', 'shared'].flatMap(directory =>
    readdirSync(join(projectDirectory, directory), { recursive: true, encoding: 'utf8' })
      .filter(path => path.endsWith('.ts'))
      .map(path => readText(join(directory, path))),
  );
  return files.flatMap(text => [
    ...[...text.matchAll(/process\.env\.(\w+)/g)].map(match => match[1] ?? ''),
    ...[...text.matchAll(/\{([^{}]*)\} = process\.env\b/g)].flatMap(
      match => match[1]?.split(',').map(name => name.trim()) ?? [],
    ),
  ]);
}

function environmentDefaults(): Record<string, unknown> {
  const entries = Object.entries(environmentSchema.shape).map(([name, schema]) => [
    name,
    schema.safeParse(undefined).data,
  ]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** The tables that the code asks a storage service for, which has none of them. */
async function requestedTables(): Promise<string[]> {
  const names = new Set<string>();
  const server = createServer((request, response) => {
    const [, name] = /^\/account\/(\w+)\(/.exec(request.url ?? '') ?? [];
    if (name) names.add(name);
    response.writeHead(404, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ 'odata.error': { code: 'ResourceNotFound', message: { value: 'Not found' } } }));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  try {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/account`;
    const connectionString = `DefaultEndpointsProtocol=http;AccountName=account;AccountKey=a2V5;TableEndpoint=${endpoint};`;
    const tables = Object.values(connectTables({ connectionString }));
    await Promise.all(tables.map(table => table.get('partition', 'row')));
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return [...names];
}
