import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** The most memory that a process ever held, in units of 10^6 bytes; null where the system has no /proc. */
export async function readPeakMegabytes(pid: number): Promise<number | null> {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return null;
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(file, 'utf8'))?.[1];
  return kilobytes === undefined ? null : Math.round((Number(kilobytes) * 1024) / 1e6);
}
