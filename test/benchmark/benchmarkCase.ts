import type { CaseFigures } from './figures.ts';
import type { BedSize, TestBed } from './testBed.ts';

/** One row of the report below the table: what should be, and what is. */
export interface Aim {
  readonly aim: string;
  readonly figure: string;
  /** Null when it could not be measured. */
  readonly reached: boolean | null;
}

export interface CaseResult {
  readonly figures: CaseFigures;
  readonly aims: readonly Aim[];
}

/** Something that an operator waits or pays for. */
export type BenchmarkCase = BedCase | AloneCase;

interface AnyCase {
  readonly name: string;
  readonly title: string;
  /** Cases that are run together, when they are asked for and not otherwise, since they take long. */
  readonly family?: string;
}

/** Measures the built app. Leaves the targets up to date, for the cases after it. */
export interface BedCase extends AnyCase {
  /** Where the case needs another bed than the one that the cases share. */
  readonly bed?: BedSize;
  /** @throws when the outcome is not what it has to be: then the figures mean nothing */
  run(bed: TestBed): Promise<CaseResult>;
}

/** Measures this checkout with what it needs around it; it says nothing of an earlier app. */
export interface AloneCase extends AnyCase {
  readonly size: { readonly of: 'mailboxes' | 'contacts'; readonly count: number };
  /** @throws like a case on a bed */
  runAlone(count: number): Promise<CaseResult>;
}

export function isAloneCase(benchmarkCase: BenchmarkCase): benchmarkCase is AloneCase {
  return 'runAlone' in benchmarkCase;
}

/** A case that needs its outcome checked before its figures count. */
export function expectOutcome(what: string, actual: number, expected: number): void {
  if (actual !== expected) throw new Error(`${what}: ${actual} instead of ${expected}`);
}
