import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { sum } from './figures.ts';

/** Seconds of processor time by process id, in user and in system mode; a process that is gone is not there. */
export type ProcessorTimes = ReadonlyMap<number, number>;

/** `utime` and `stime` of proc(5), which counts fields from 1 and whose second one may hold blanks. */
const userTimeField = 14;
const fieldsUpToName = 2;
/** What the kernel counts them in for every architecture that Node is built for (USER_HZ, time(7)). */
const ticksPerSecond = 100;

export async function readProcessorTimes(pids: readonly number[]): Promise<ProcessorTimes> {
  const times = await Promise.all(pids.map(async pid => [pid, await readProcessorSeconds(pid)] as const));
  return new Map(times.flatMap(([pid, seconds]) => (seconds === undefined ? [] : [[pid, seconds] as const])));
}

/** In seconds; null when one of the processes has ended in between, or the system does not tell. */
export function usedBetween(before: ProcessorTimes, after: ProcessorTimes): number | null {
  if (after.size === 0 || [...before.keys()].some(pid => !after.has(pid))) return null;
  return sum([...after].map(([pid, seconds]) => seconds - (before.get(pid) ?? 0)));
}

async function readProcessorSeconds(pid: number): Promise<number | undefined> {
  try {
    if (existsSync('/proc/self/stat')) return parseStat(await readFile(`/proc/${pid}/stat`, 'utf8'));
    const { stdout } = await promisify(execFile)('ps', ['-o', 'time=', '-p', String(pid)]);
    return parseTime(stdout);
  } catch {
    return undefined;
  }
}

function parseStat(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const index = userTimeField - fieldsUpToName - 1;
  return sum(fields.slice(index, index + 2).map(Number)) / ticksPerSecond;
}

/** `[[days-]hours:]minutes:seconds`, as ps prints it; some systems add hundredths. */
export function parseTime(text: string): number {
  const [clock = '', days = '0'] = text.trim().split('-').reverse();
  const seconds = clock.split(':').reduce((total, part) => total * 60 + Number(part), 0);
  return Number(days) * 86_400 + seconds;
}
