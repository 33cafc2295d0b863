import { isSame } from './differences.ts';
import type { Entry } from './entry.ts';

export const operators = ['in', 'notIn', 'startsWith', 'has', 'filled', 'empty'] as const;
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
  readonly tests: readonly Test[];
}

/** The condition as lines of a form; undefined where it says more than those can. */
export function testsOf(condition: unknown): Tests | undefined {
  const parsed = parse(condition);
  // What the form would write otherwise than it was is not for the form.
  return parsed && isSame(conditionOf(parsed), condition) ? parsed : undefined;
}

function parse(condition: unknown): Tests | undefined {
  if (condition === undefined) return { meets: 'all', tests: [] };
  const { all, any } = condition as Entry;
  const [meets, parts] = Array.isArray(all) ? ['all', all] : Array.isArray(any) ? ['any', any] : ['all', [condition]];
  const tests = parts.map(testOf);
  return tests.every(test => test !== undefined) ? { meets: meets as Tests['meets'], tests } : undefined;
}

function testOf(condition: Entry): Test | undefined {
  const { field, not } = condition;
  if (typeof not === 'object' && not !== null) {
    const test = testOf(not as Entry);
    return test?.operator === 'in' ? { ...test, operator: 'notIn' } : undefined;
  }
  if (typeof field !== 'string') return undefined;
  if (Array.isArray(condition.in)) return { field, operator: 'in', value: condition.in.join(', ') };
  if (typeof condition.startsWith === 'string') return { field, operator: 'startsWith', value: condition.startsWith };
  if (typeof condition.has === 'string') return { field, operator: 'has', value: condition.has };
  if (typeof condition.exists === 'boolean')
    return { field, operator: condition.exists ? 'filled' : 'empty', value: '' };
  return undefined;
}

/** The condition that the lines say; undefined for none. */
export function conditionOf({ meets, tests }: Tests): Entry | undefined {
  const conditions = tests.map(writeTest);
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
    case 'has':
      return { field, has: value };
    case 'filled':
      return { field, exists: true };
    case 'empty':
      return { field, exists: false };
  }
}
