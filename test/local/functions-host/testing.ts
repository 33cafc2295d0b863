import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { LogEntry } from './index.ts';

export const fixtureApp = join(import.meta.dirname, 'fixture-app');

/** Settings of the fixture app: a timer that is never due and a broker that is not there. */
export const fixtureSettings = {
  LOCAL_FUNCTION_KEY: 'the-key',
  TICK_SCHEDULE: '0 0 0 29 2 *',
  WORK_QUEUE: 'work',
  FixtureBus: 'Endpoint=sb://127.0.0.1:9;SharedAccessKeyName=a;SharedAccessKey=b;UseDevelopmentEmulator=true;',
  FIXTURE_VALUE: 'from the settings',
};

/** What the fixture app reports of an invocation. */
export interface FixtureEvent {
  event: string;
  process: number;
  message?: { id?: number };
  metadata?: Record<string, unknown>;
  running?: number;
  timer?: { isPastDue: boolean; schedule: unknown; scheduleStatus: { next: string } };
}

export function toEvents(messages: string[], event: string): FixtureEvent[] {
  const reports = messages.filter(message => message.startsWith('{'));
  return reports.map((message): FixtureEvent => JSON.parse(message)).filter(report => report.event === event);
}

/** A log for a host in this process, and the events in it. */
export function recordLog() {
  const entries: LogEntry[] = [];
  return {
    entries,
    log: (entry: LogEntry) => void entries.push(entry),
    events: (event: string) =>
      toEvents(
        entries.map(({ message }) => message),
        event,
      ),
  };
}

/** Polls a condition on something that happens over a socket or in another process. */
export async function until(condition: () => boolean | Promise<boolean>, what: () => unknown): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Waited in vain: ${JSON.stringify(what())}`);
    await wait(20);
  }
}

/** Writes an app of this one module to a folder of its own. */
export function writeApp(source: string): string {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ main: 'index.js' }));
  writeFileSync(join(directory, 'host.json'), JSON.stringify({ version: '2.0' }));
  writeFileSync(join(directory, 'index.js'), source);
  return directory;
}

export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'functions-host-'));
}

export interface HostProcess {
  child: ChildProcess;
  /** Lines of its log without level and source. */
  messages: string[];
  /** All it wrote to stderr. */
  lines: string[];
  /** Resolves to the first line on stdout; rejects when the process ends without one. */
  ready: Promise<{ ready: boolean; url: string }>;
  /** Resolves to the exit code. */
  exited: Promise<number | null>;
}

/** Starts `test/local/host.ts` as a process. */
export function spawnHost(appDirectory: string, settings: Record<string, string>, ...options: string[]): HostProcess {
  return watch(spawn(process.execPath, hostArguments(appDirectory, settings, options), { stdio }));
}

/** Starts it as `npm run` does: below a shell, which is `child`. `exited` waits for the host all the same. */
export function spawnHostBelowShell(appDirectory: string, settings: Record<string, string>): HostProcess {
  const command = [process.execPath, ...hostArguments(appDirectory, settings, [])].map(part => `'${part}'`).join(' ');
  const env = { ...process.env, npm_lifecycle_event: 'host' };
  return watch(spawn('sh', ['-c', `${command}; exit $?`], { stdio, env }));
}

const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];

function hostArguments(appDirectory: string, settings: Record<string, string>, options: string[]): string[] {
  const settingsFile = join(temporaryDirectory(), 'settings.json');
  writeFileSync(settingsFile, JSON.stringify({ IsEncrypted: false, Values: settings }));
  const script = join(import.meta.dirname, '../host.ts');
  return [script, '--app', appDirectory, '--settings', settingsFile, '--port', '0', ...options];
}

function watch(child: ChildProcessByStdio<null, Readable, Readable>): HostProcess {
  const lines: string[] = [];
  const messages: string[] = [];
  createInterface({ input: child.stderr }).on('line', line => {
    lines.push(line);
    messages.push(line.replace(/^\[\w+\] [^:]+: /, ''));
  });
  const exited = once(child, 'close').then(([code]) => code);
  const firstLine = once(createInterface({ input: child.stdout }), 'line').then(([line]) => JSON.parse(line));
  const endedEarly = exited.then(code => {
    throw new Error(`The host ended with ${code}:\n${lines.join('\n')}`);
  });
  const ready = Promise.race([firstLine, endedEarly]);
  ready.catch(() => {}); // for the tests that expect no start
  endedEarly.catch(() => {});
  return { child, messages, lines, ready, exited };
}
