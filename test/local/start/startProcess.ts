import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export interface StartProcess {
  readonly child: ChildProcess;
  /** What it wrote so far, to stdout and stderr. */
  output(): string;
  /** Resolves when the output matches; rejects when the process ends without. */
  shows(pattern: RegExp): Promise<void>;
  /** Resolves with the exit code. */
  readonly exited: Promise<number | null>;
  /** Whatever a start leaves behind: processes of its group, and files it made for the time it ran. */
  leftovers(): string[];
}

const script = join(import.meta.dirname, '../start.ts');
const started: { child: ChildProcess; directory: string }[] = [];

/** Runs `npm start` (without the build) as the leader of a process group. */
export function spawnStart(args: readonly string[], environment: Record<string, string> = {}): StartProcess {
  const directory = mkdtempSync(join(tmpdir(), 'start-test-'));
  // Starts side by side would be after the same port.
  const anyPort = args.includes('--port') ? [] : ['--port', '0'];
  const child = spawn(process.execPath, [script, ...anyPort, ...args], {
    detached: true,
    env: { ...process.env, TMPDIR: directory, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push({ child, directory });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', piece => {
      text += piece;
    });
  }
  const exited = once(child, 'close').then(([code]) => code);
  return {
    child,
    output: () => text,
    exited,
    async shows(pattern) {
      while (!pattern.test(text)) {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`It ended:\n${text}`);
        await wait(50);
      }
    },
    leftovers: () => [...(hasGroup(child) ? ['a process'] : []), ...readdirSync(directory)],
  };
}

/** To be called after each test. */
export function endStarted(): void {
  for (const { child, directory } of started.splice(0)) {
    if (hasGroup(child)) process.kill(-Number(child.pid), 'SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  }
}

export function writeSettingsFile(values: Record<string, string>): string {
  const file = join(mkdtempSync(join(tmpdir(), 'start-settings-')), 'settings.json');
  writeFileSync(file, JSON.stringify({ Values: values }));
  return file;
}

function hasGroup({ pid }: ChildProcess): boolean {
  try {
    return process.kill(-Number(pid), 0);
  } catch {
    return false;
  }
}
