#!/usr/bin/env node
/** `npm run benchmark`: measures the built app and prints its figures. Exits with 0 also when an aim is missed. */
import { writeFile } from 'node:fs/promises';
import { bundleAims, measureBundle } from './bundle.ts';
import { type Comparison, compareFigures, ratiosOf } from './comparison.ts';
import { buildEarlierApp, type EarlierApp } from './earlierApp.ts';
import { type BenchmarkFigures, benchmarkFiguresSchema } from './figures.ts';
import { type MeasuredApp, openBuiltApp } from './measuredApp.ts';
import { type AppFigures, measureInTurns } from './measureInTurns.ts';
import { type BenchmarkOptions, readOptions } from './options.ts';
import { formatComparisons, formatReport, memoryAims } from './report.ts';
import { type ContactDirectory, readContactDirectory } from './sourceContacts.ts';
import { latencyMilliseconds, sharedBed } from './testBed.ts';

await main().catch(error => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const options = await readOptions();
  const earlierApp = options.against === undefined ? undefined : await buildEarlierApp(options.against);
  try {
    await measure(options, await openBuiltApp(), earlierApp);
  } finally {
    await earlierApp?.remove();
  }
}

async function measure(options: BenchmarkOptions, app: MeasuredApp, earlierApp: EarlierApp | undefined): Promise<void> {
  const directory = await readContactDirectory();
  const bundle = await measureBundle(app);
  const earlierBundle = earlierApp && (await measureBundle(earlierApp));
  const [now, earlier] = await measureInTurns(earlierApp ? [app, earlierApp] : [app], directory, options);
  if (!now) throw new Error('Nothing was measured');
  const comparisons = earlier ? compareCases(now, earlier) : {};
  const figures = benchmarkFiguresSchema.parse({
    setup: setupOf(directory, options),
    cases: now.cases,
    bundle,
    ...(earlier && {
      earlier: { commit: earlierApp?.commit, cases: earlier.cases, bundle: earlierBundle },
      ratios: mapValues(comparisons, ratiosOf),
    }),
  });
  const aims = [...now.aims, ...memoryAims(Object.values(figures.cases)), ...bundleAims(bundle)];
  process.stdout.write(`\n${formatReport(figures, aims)}`);
  if (earlierApp) process.stdout.write(`\n${formatComparisons(earlierApp.commit, comparisons)}\n`);
  if (options.jsonFile !== undefined) await writeFile(options.jsonFile, `${JSON.stringify(figures, undefined, 2)}\n`);
}

function setupOf({ origin, contacts }: ContactDirectory, { quick }: BenchmarkOptions): BenchmarkFigures['setup'] {
  const { mailboxes } = sharedBed;
  return { directory: origin, contacts: contacts.length, mailboxes, latencyMilliseconds, ...(quick && { quick }) };
}

function compareCases(now: AppFigures, earlier: AppFigures): Record<string, Comparison[]> {
  return mapValues(now.cases, (figures, name) => compareFigures(figures, earlier.cases[name] ?? {}));
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, map: (value: From, name: string) => To) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)] as const));
}
