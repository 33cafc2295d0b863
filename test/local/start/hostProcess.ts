import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { writeSettings } from '../settings.ts';
import { type AppSettings, credentialNames, projectDirectory } from './plan.ts';
import { StartError } from './startError.ts';

export interface HostProcess {
  readonly url: string;
  /** Aborts with a StartError when the host ends without having been stopped. */
  readonly died: AbortSignal;
}

export interface HostLauncher {
  /** @throws StartError when the host does not come up; what it said is on stderr then */
  start(values: AppSettings, port: number, interruption: AbortSignal): Promise<HostProcess>;
  /** Lets it finish what it is at, for ten seconds at most. Resolves when the host is gone. */
  stop(): Promise<void>;
  /** SIGKILL, without waiting. */
  kill(): void;
}

const hostFile = join(import.meta.dirname, '../host.ts');
const patienceMilliseconds = 10_000;
const readySchema = z.object({ ready: z.literal(true), url: z.string() });

/** Runs the functions host as a process of its own; `say` gets each line of its log. */
export function createHostLauncher(say: (line: string) => void): HostLauncher {
  let child: ChildProcess | undefined;
  let closed: Promise<unknown> = Promise.resolve();
  let directory: string | undefined;
  let isReady = false;
  let stopping = false;

  async function start(values: AppSettings, port: number, interruption: AbortSignal): Promise<HostProcess> {
    directory = await mkdtemp(join(tmpdir(), 'contact-folder-sync-'));
    const settingsFile = join(directory, 'local.settings.json');
    await writeSettings(settingsFile, values);
    const environment = Object.entries(process.env).filter(([name]) => !credentialNames.some(each => each === name));
    const args = ['--settings', settingsFile, '--port', String(port), '--quiet', '--stdin'];
    const host = spawn(process.execPath, [hostFile, ...args], {
      cwd: projectDirectory,
      // The host prefers the environment's values to the file's.
      env: { ...Object.fromEntries(environment), ...values },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child = host;
    host.stdin.on('error', () => {}); // of a host that is gone, which `closed` tells
    createInterface({ input: host.stderr }).on('line', say);
    const death = new AbortController();
    closed = once(host, 'close').then(([code, signal]) => {
      if (!stopping) death.abort(new StartError(`The functions host ended by itself (${signal ?? `code ${code}`})`));
    });
    const signal = AbortSignal.any([death.signal, interruption]);
    try {
      const [line] = await once(createInterface({ input: host.stdout }), 'line', { signal });
      isReady = true;
      removeSettings(); // they have been read, and may hold a secret
      return { url: readySchema.parse(JSON.parse(line)).url, died: death.signal };
    } catch (cause) {
      if (!death.signal.aborted) throw cause;
      throw new StartError('The functions host did not start: see what it says above', { cause });
    }
  }

  async function stop(): Promise<void> {
    stopping = true;
    if (isReady) child?.stdin?.write('stop\n');
    else child?.kill('SIGKILL');
    const timer = setTimeout(kill, patienceMilliseconds);
    await closed;
    clearTimeout(timer);
    removeSettings();
  }

  function kill(): void {
    child?.kill('SIGKILL');
    removeSettings();
  }

  function removeSettings(): void {
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  }

  return { start, stop, kill };
}
