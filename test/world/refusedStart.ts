import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings, writeSettings } from '../local/settings.ts';

const projectDirectory = join(import.meta.dirname, '../..');

/** A host that does not start says why well within this time; one that starts after all is ended. */
const startsWithin = 30_000;

export interface RefusedStart {
  /** Null when it had to be ended. */
  readonly exitCode: number | null;
  /** What it wrote to stderr and stdout. */
  readonly errors: string;
  readonly output: string;
}

/**
 * Runs a functions host that should refuse to start, and waits until its process is gone. Needs no services, since
 * the settings are read before anything is connected.
 *
 * @param changed settings in place of the sample's; undefined takes one away
 */
export async function startRefusedHost(changed: Readonly<Record<string, string | undefined>>): Promise<RefusedStart> {
  const folder = await mkdtemp(join(tmpdir(), 'contact-folder-sync-'));
  try {
    const file = join(folder, 'settings.json');
    const sample = await readSettings(join(projectDirectory, 'local.settings.sample.json'));
    const settings = Object.entries({ ...sample, ...changed }).filter(isSet);
    await writeSettings(file, Object.fromEntries(settings));
    return await run(['test/local/host.ts', '--settings', file, '--port', '0']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(args: readonly string[]): Promise<RefusedStart> {
  const child = spawn(process.execPath, args, { cwd: projectDirectory, stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { errors: '', output: '' };
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    text.errors += part;
  });
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text.output += part;
    child.kill();
  });
  const timer = setTimeout(() => child.kill(), startsWithin);
  await once(child, 'close');
  clearTimeout(timer);
  return { exitCode: child.exitCode, ...text };
}

function isSet(entry: [string, string | undefined]): entry is [string, string] {
  return entry[1] !== undefined;
}
