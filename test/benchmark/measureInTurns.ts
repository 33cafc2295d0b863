import {
  type Aim,
  type AloneCase,
  type BedCase,
  type BenchmarkCase,
  type CaseResult,
  isAloneCase,
} from './benchmarkCase.ts';
import { middleOf } from './comparison.ts';
import type { CaseFigures } from './figures.ts';
import type { MeasuredApp } from './measuredApp.ts';
import type { BenchmarkOptions } from './options.ts';
import { type ContactDirectory, takeContacts } from './sourceContacts.ts';
import { type BedSize, openTestBed, sharedBed } from './testBed.ts';

/** What was measured of one app. */
export interface AppFigures {
  readonly cases: Readonly<Record<string, CaseFigures>>;
  readonly aims: readonly Aim[];
}

/** Fewer would leave nothing of what a case is about. */
const fewest = 20;

/**
 * Runs the cases with each app in turns, so that what happens on the machine meanwhile happens to all of them; the figures
 * are those in the middle of all rounds, the aims those of the last.
 */
export async function measureInTurns(
  apps: readonly MeasuredApp[],
  directory: ContactDirectory,
  { cases, rounds, quick }: BenchmarkOptions,
): Promise<AppFigures[]> {
  const results = new Map(apps.map(app => [app, new Map<string, CaseResult[]>()]));
  const onBeds = cases.filter((each): each is BedCase => !isAloneCase(each));
  for (const [size, group] of Map.groupBy(onBeds, ({ bed = sharedBed }) => bed)) {
    for (let round = 1; round <= rounds; round++) {
      for (const [app, ofApp] of results) {
        const found = await measureOnBed(
          app,
          group,
          quick ? { ...size, mailboxes: reduce(size.mailboxes) } : size,
          directory,
        );
        for (const [name, result] of found) ofApp.set(name, [...(ofApp.get(name) ?? []), result]);
      }
    }
  }
  const [ofThisCheckout] = results.values();
  for (const each of cases.filter(isAloneCase)) {
    const { of, count } = each.size;
    const size = quick ? reduce(count) : count;
    announce(each, size, of);
    ofThisCheckout?.set(each.name, [await each.runAlone(size)]);
  }
  return [...results.values()].map(toAppFigures);
}

function announce({ name, title }: BenchmarkCase, count: number, of: AloneCase['size']['of']): void {
  process.stderr.write(`${name}: ${title}, ${count} ${of} ...\n`);
}

async function measureOnBed(
  app: MeasuredApp,
  cases: readonly BedCase[],
  size: BedSize,
  directory: ContactDirectory,
): Promise<Map<string, CaseResult>> {
  const contacts = takeContacts(directory, size.contacts);
  const bed = await openTestBed({ ...size, contacts, app });
  const results = new Map<string, CaseResult>();
  try {
    for (const each of cases) {
      announce(each, size.mailboxes, 'mailboxes');
      results.set(each.name, await each.run(bed));
    }
    return results;
  } finally {
    await bed.stop();
  }
}

function reduce(count: number): number {
  return Math.max(Math.min(fewest, count), Math.round(count / 10));
}

function toAppFigures(results: ReadonlyMap<string, readonly CaseResult[]>): AppFigures {
  const cases = [...results].map(([name, ofCase]) => [name, middleOf(ofCase.map(({ figures }) => figures))] as const);
  const aims = [...results].flatMap(([name, ofCase]) =>
    (ofCase.at(-1)?.aims ?? []).map(aim => ({ ...aim, aim: `${name}: ${aim.aim}` })),
  );
  return { cases: Object.fromEntries(cases), aims };
}
