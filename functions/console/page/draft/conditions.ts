import { isSame } from './differences.ts';
import type { Entry } from './entry.ts';

export const operators = ['in', 'notIn', 'startsWith', 'startsNotWith', 'has', 'hasNot', 'filled', 'empty'] as const;
export type Operator = (typeof operators)[number];

/** One line of a condition as the form shows it. */
export interface Test {
  readonly field: string;
  readonly operator: Operator;
  /** Values with commas between, of an operator that takes some. */
  readonly value: string;
}

export interface Tests {
  /** Whether a contact has to meet all of them, or any. */
  readonly meets: 'all' | 'any';
  /** Of a group inside of it: tests alone. */
  readonly tests: readonly (Test | Tests)[];
}

export function isGroup(test: Test | Tests): test is Tests {
  return 'tests' in test;
}

/** The condition as lines of a form, with groups of lines; undefined where it says more than those can. */
export function testsOf(condition: unknown): Tests | undefined {
  const parsed = parse(condition);
  // What the form would write otherwise than it was is not for the form.
  return parsed && isSame(conditionOf(parsed), condition) ? parsed : undefined;
}

function parse(condition: unknown): Tests | undefined {
  if (condition === undefined) return { meets: 'all', tests: [] };
  const test = testOf(condition);
  if (test) return { meets: 'all', tests: [test] };
  return groupOf(condition, part => testOf(part) ?? groupOf(part, testOf));
}

function groupOf(condition: unknown, partOf: (part: unknown) => Test | Tests | undefined): Tests | undefined {
  const { all, any } = (condition ?? {}) as Entry;
  const meets = Array.isArray(all) ? 'all' : 'any';
  const parts = meets === 'all' ? all : any;
  const tests = Array.isArray(parts) ? parts.map(partOf) : [undefined];
  return tests.every(test => test !== undefined) ? { meets, tests } : undefined;
}

const opposites: Readonly<Partial<Record<Operator, Operator>>> = {
  in: 'notIn',
  startsWith: 'startsNotWith',
  has: 'hasNot',
};

function testOf(condition: unknown): Test | undefined {
  const { field, not, ...by } = (condition ?? {}) as Entry;
  if (not !== undefined) {
    const test = testOf(not);
    const operator = test && opposites[test.operator];
    return operator && { ...test, operator };
  }
  if (typeof field !== 'string') return undefined;
  if (Array.isArray(by.in)) return { field, operator: 'in', value: by.in.join(', ') };
  if (typeof by.startsWith === 'string') return { field, operator: 'startsWith', value: by.startsWith };
  if (typeof by.has === 'string') return { field, operator: 'has', value: by.has };
  if (typeof by.exists === 'boolean') return { field, operator: by.exists ? 'filled' : 'empty', value: '' };
  return undefined;
}

/** The condition that the lines say; undefined for none. */
export function conditionOf({ meets, tests }: Tests): Entry | undefined {
  const conditions = tests.flatMap((test): Entry | readonly Entry[] =>
    isGroup(test) ? (conditionOf(test) ?? []) : writeTest(test),
  );
  if (conditions.length < 2) return conditions[0];
  return { [meets]: conditions };
}

function writeTest({ field, operator, value }: Test): Entry {
  const values = value
    .split(',')
    .map(each => each.trim())
    .filter(each => each !== '');
  switch (operator) {
    case 'in':
      return { field, in: values };
    case 'notIn':
      return { not: { field, in: values } };
    case 'startsWith':
      return { field, startsWith: value };
    case 'startsNotWith':
      return { not: { field, startsWith: value } };
    case 'has':
      return { field, has: value };
    case 'hasNot':
      return { not: { field, has: value } };
    case 'filled':
      return { field, exists: true };
    case 'empty':
      return { field, exists: false };
  }
}

/** Without the lines that say nothing yet. */
export function finished({ meets, tests }: Tests): Tests {
  const left = tests.flatMap(test => (isGroup(test) ? finished(test) : isFinished(test) ? test : []));
  return { meets, tests: left.filter(test => !isGroup(test) || test.tests.length > 0) };
}

export function isWhole({ tests }: Tests): boolean {
  return tests.every(test => (isGroup(test) ? isWhole(test) && test.tests.length > 0 : isFinished(test)));
}

function isFinished({ field, operator, value }: Test): boolean {
  return field !== '' && (!takesValue(operator) || value.trim() !== '');
}

export function takesValue(operator: Operator): boolean {
  return operator !== 'filled' && operator !== 'empty';
}
