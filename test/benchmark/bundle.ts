import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readSettings } from '../local/settings.ts';
import { SAMPLE_SETTINGS_FILE } from '../local/startServices.ts';
import type { Aim } from './benchmarkCase.ts';
import { type BenchmarkFigures, round } from './figures.ts';

const distDirectory = join(import.meta.dirname, '../../dist');
const loads = 5;

/** The size of the built app, and the median time in which a new process loads it with the sample settings. */
export async function measureBundle(): Promise<BenchmarkFigures['bundle']> {
  const { size } = await stat(join(distDirectory, 'index.js'));
  const environment = { ...process.env, ...(await readSettings(SAMPLE_SETTINGS_FILE)) };
  const seconds: number[] = [];
  while (seconds.length < loads) seconds.push(await loadOnce(environment));
  seconds.sort((left, right) => left - right);
  return { megabytes: round(size / 1e6, 3), loadSeconds: round(seconds[Math.floor(loads / 2)] ?? 0, 3) };
}

export function bundleAims({ megabytes, loadSeconds }: BenchmarkFigures['bundle']): Aim[] {
  return [
    { aim: 'bundle at most 2 MB', figure: `${megabytes.toFixed(2)} MB`, reached: megabytes <= 2 },
    { aim: 'bundle loaded in half a second', figure: `${loadSeconds.toFixed(2)} s`, reached: loadSeconds <= 0.5 },
  ];
}

async function loadOnce(environment: NodeJS.ProcessEnv): Promise<number> {
  const script = join(import.meta.dirname, 'loadBundle.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, distDirectory], { env: environment });
  return Number(stdout) / 1000;
}
