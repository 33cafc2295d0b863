#!/usr/bin/env node
/** `npm run services`: the local services until SIGINT or SIGTERM. Prints one line of JSON when they are ready. */
import { once } from 'node:events';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { OutsideSources } from './outsideSources.ts';
import { onParentExit } from './parentExit.ts';
import { writeSettings } from './settings.ts';
import { SAMPLE_SETTINGS_FILE, type Services, startServices } from './startServices.ts';

interface ServicesArguments {
  readonly empty: boolean;
  readonly freePorts: boolean;
  /** Also what lies outside of the tenant. */
  readonly sources: boolean;
  readonly settingsFile: string | undefined;
  readonly dataDirectory: string | undefined;
}

const USAGE = 'usage: npm run services -- [--empty] [--free-ports --settings FILE [--sources]] [--data DIR]';

await main().catch(error => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const options = readArguments();
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), parentExit()]);
  const services = await startServices({
    ports: options.freePorts ? 'free' : 'sample',
    dataDirectory: options.dataDirectory,
    empty: options.empty,
  });
  const running: { close(): Promise<void> }[] = [services];
  try {
    const outside = options.sources ? await startOutside() : undefined;
    if (outside) running.push(outside);
    const values = outside
      ? { ...services.values, ...(await openedToConsole(outside, services, options)) }
      : services.values;
    const settings = await publishSettings(values, options.settingsFile);
    const { graphUrl: graph, statisticsUrl: statistics } = services;
    process.stdout.write(`${JSON.stringify({ ready: true, graph, settings, statistics })}\n`);
    await stopped;
  } finally {
    await Promise.all(running.map(each => each.close()));
  }
}

/** Databases and made-up people in all languages: who needs none of them starts without. */
async function startOutside(): Promise<OutsideSources> {
  const { startOutsideSources } = await import('./outsideSources.ts');
  return startOutsideSources();
}

/** Lists of the console may read them, made by who is in the tenant. */
async function openedToConsole(
  { values }: OutsideSources,
  { graphUrl }: Services,
  { empty }: ServicesArguments,
): Promise<Services['values']> {
  if (empty) return values;
  const { sampleSignIn } = await import('./sample-tenant/samplePeople.ts');
  return { ...(await sampleSignIn(graphUrl)), ...values };
}

/** Never for a process that npm did not start: npm does not pass a SIGTERM on (npm/cli#6684). */
function parentExit(): Promise<void> {
  return new Promise(resolve => {
    if (process.env.npm_lifecycle_event) onParentExit(resolve);
  });
}

function readArguments(): ServicesArguments {
  const { values } = parse();
  const freePorts = values['free-ports'] ?? false;
  if (freePorts !== (values.settings !== undefined)) {
    throw new Error(`--free-ports and --settings FILE go together: FILE is where the ports are written. ${USAGE}`);
  }
  const sources = values.sources ?? false;
  if (sources && !freePorts) throw new Error(`--sources goes with --free-ports --settings FILE. ${USAGE}`);
  return {
    empty: values.empty ?? false,
    freePorts,
    sources,
    settingsFile: values.settings && resolve(values.settings),
    dataDirectory: values.data && resolve(values.data),
  };
}

function parse() {
  try {
    return parseArgs({
      options: {
        empty: { type: 'boolean' },
        'free-ports': { type: 'boolean' },
        settings: { type: 'string' },
        sources: { type: 'boolean' },
        data: { type: 'string' },
      },
    });
  } catch (error) {
    const problem = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new Error(`${problem}. ${USAGE}`);
  }
}

async function publishSettings(values: Services['values'], file: string | undefined): Promise<string> {
  if (file === undefined) return resolve(SAMPLE_SETTINGS_FILE);
  try {
    await writeSettings(file, values);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `The settings cannot be written to ${file}: ${problem}. Name a file in a directory that exists and may be written.`,
    );
  }
  return file;
}
