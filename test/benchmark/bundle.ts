import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Aim } from './benchmarkCase.ts';
import { type BenchmarkFigures, round } from './figures.ts';
import type { MeasuredApp } from './measuredApp.ts';

const loads = 5;

/** The size of the built app, and the median time in which a new process loads it with its sample settings. */
export async function measureBundle({ bundleDirectory, sample }: MeasuredApp): Promise<BenchmarkFigures['bundle']> {
  const { size } = await stat(join(bundleDirectory, 'index.js'));
  const environment = { ...process.env, ...sample };
  const seconds: number[] = [];
  while (seconds.length < loads) seconds.push(await loadOnce(bundleDirectory, environment));
  seconds.sort((left, right) => left - right);
  return { megabytes: round(size / 1e6, 3), loadSeconds: round(seconds[Math.floor(loads / 2)] ?? 0, 3) };
}

export function bundleAims({ megabytes, loadSeconds }: BenchmarkFigures['bundle']): Aim[] {
  return [
    { aim: 'bundle at most 4 MB', figure: `${megabytes.toFixed(2)} MB`, reached: megabytes <= 4 },
    { aim: 'bundle loaded in half a second', figure: `${loadSeconds.toFixed(2)} s`, reached: loadSeconds <= 0.5 },
  ];
}

async function loadOnce(directory: string, environment: NodeJS.ProcessEnv): Promise<number> {
  const script = join(import.meta.dirname, 'loadBundle.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, directory], { env: environment });
  return Number(stdout) / 1000;
}
