import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const projectDirectory = join(import.meta.dirname, '../..');
/** A third of a start's work is compiling the same files again. */
const compileCache = join(tmpdir(), 'contact-folder-sync-compile-cache');

/** A script of ours that runs as a process of its own and has said that it is ready. */
export interface ReadyProcess {
  /** The line of JSON that it printed. */
  readonly ready: Readonly<Record<string, unknown>>;
  readonly pid: number;
  /** What it has written to stderr so far. */
  errors(): string;
  /** Ends it in good order and resolves with its exit code. */
  stop(): Promise<number | null>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
}

/** Starts a script below the project. Rejects with what it wrote when it ends before it is ready. */
export async function startProcess(
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<ReadyProcess> {
  const child = spawn(process.execPath, [join(projectDirectory, script), ...args], {
    cwd: projectDirectory,
    env: { NODE_COMPILE_CACHE: compileCache, ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const exited = once(child, 'exit');
  const ready = await Promise.race([readReadyLine(child), exited.then(() => undefined)]);
  if (!ready) throw new Error(`${script} ended before it was ready:\n${errors}`);
  return { ready, pid: child.pid ?? 0, errors: () => errors, stop: () => end('SIGTERM'), kill };

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
    return child.exitCode;
  }

  async function kill(): Promise<void> {
    await end('SIGKILL');
  }
}

async function readReadyLine(child: ChildProcess): Promise<Record<string, unknown> | undefined> {
  if (!child.stdout) return undefined;
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const value: unknown = line.startsWith('{') ? JSON.parse(line) : undefined;
    if (typeof value === 'object' && value !== null && 'ready' in value) {
      child.stdout.resume();
      return { ...value };
    }
  }
  return undefined;
}
