/** `npm run host`: the functions host as a process of its own. See `usage` for its options. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { readSettingsFile } from './functions-host/appSettings.ts';
import { describeError, formatLogEntry, fromLevel } from './functions-host/log.ts';
import { trustExtraCertificates } from './functions-host/trustExtraCertificates.ts';
import { applyWorkerArguments } from './functions-host/workerArguments.ts';
import { onParentExit } from './parentExit.ts';
import { describePortInUse } from './servicePorts.ts';

const usage = `npm run host -- [--settings FILE] [--port N] [--app DIRECTORY] [--quiet] [--stdin]
  --settings   app settings, in the shape of local.settings.json (default: that file, else local.settings.sample.json)
  --port       7071 by default, 0 for any free one
  --app        the built app, dist by default
  --quiet      log warnings and errors only
  --stdin      for a program that runs it: a line on standard input stops it, the end of standard input ends it at once`;

const projectDirectory = resolve(import.meta.dirname, '../..');

/** Two signals closer together are one: at Ctrl+C the terminal signals this process, and some npm versions do too. */
const sameSignalMilliseconds = 500;

const builtInErrors = ['Error', 'TypeError', 'ReferenceError', 'SyntaxError', 'RangeError'];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      settings: { type: 'string' },
      port: { type: 'string', default: '7071' },
      app: { type: 'string', default: join(projectDirectory, 'dist') },
      quiet: { type: 'boolean', default: false },
      stdin: { type: 'boolean', default: false },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new UsageError('--port must be from 0 to 65535');
  // What the app prints must not mix with the ready line.
  globalThis.console = new console.Console(process.stderr);
  const file = resolve(values.settings ?? defaultSettingsFile());
  const settings = readSettingsFile(file, process.env);
  applyWorkerArguments(settings);
  // What the environment names in addition, Node has read already.
  trustExtraCertificates(readSettingsFile(file, {}));
  // Loaded by the process that stays: the one before it took a third of a start for nothing.
  const { startFunctionsHost } = await import('./functions-host/index.ts');
  const host = await startFunctionsHost({
    appDirectory: resolve(values.app),
    settings,
    port,
    log: fromLevel(values.quiet ? 'warning' : 'trace', entry => process.stderr.write(`${formatLogEntry(entry)}\n`)),
  });
  const stop = stopOnSignal(() => host.stop());
  if (values.stdin) followStdin(stop);
  process.stdout.write(`${JSON.stringify({ ready: true, url: host.url })}\n`);
}

function defaultSettingsFile(): string {
  const own = join(projectDirectory, 'local.settings.json');
  return existsSync(own) ? own : join(projectDirectory, 'local.settings.sample.json');
}

/** Returns what stops it without a signal. */
function stopOnSignal(stop: () => Promise<void>): () => Promise<void> {
  let stoppingSince: number | undefined;
  async function stopOnce(): Promise<void> {
    if (stoppingSince !== undefined) return;
    stoppingSince = performance.now();
    await stop().catch(fail);
    process.exit(0);
  }
  function onSignal(): void {
    if (stoppingSince !== undefined && performance.now() - stoppingSince > sameSignalMilliseconds) process.exit(1);
    stopOnce();
  }
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  if (process.env.npm_lifecycle_event) onParentExit(stopOnce);
  return stopOnce;
}

/** A program that is killed closes its end, and cannot send a signal. */
function followStdin(stop: () => Promise<void>): void {
  const input = createInterface({ input: process.stdin });
  input.once('line', stop);
  input.once('close', () => process.exit(1));
}

class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** An error that the app or this host named says what is wrong; for the others the stack says where. */
function fail(error: unknown): never {
  const { name = 'Error', code = '', stack } = error as { name?: string; code?: string; stack?: string };
  const isUnnamed = builtInErrors.includes(name) && !code && stack;
  const busy = describePortInUse(error);
  const known = busy
    ? `Port ${busy.port} ${busy.reason}: free it, or name another with --port N`
    : describeError(error);
  process.stderr.write(`${isUnnamed ? stack : known}\n`);
  if (name === 'UsageError' || code.startsWith('ERR_PARSE_ARGS')) process.stderr.write(`${usage}\n`);
  process.exit(1);
}

main().catch(fail);
