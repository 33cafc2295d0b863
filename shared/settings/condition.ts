import * as z from 'zod';
import { didYouMean } from '../domain/closestName.ts';
import type { Condition } from '../domain/condition.ts';
import { kindOfPath, parseFieldPath } from '../domain/fieldPath.ts';
import { sayPlainly, strictObject } from './strictObject.ts';

const mostConditions = 200;
const operators = ['in', 'startsWith', 'has', 'exists'] as const;
const text = z.string().trim().min(1, 'is empty');

const shapes = {
  all: strictObject({ all: z.array(z.unknown()).min(1, 'name at least one condition') }),
  any: strictObject({ any: z.array(z.unknown()).min(1, 'name at least one condition') }),
  not: strictObject({ not: z.unknown() }),
  in: strictObject({ field: text, in: z.array(text).min(1, 'name at least one value') }),
  startsWith: strictObject({ field: text, startsWith: text }),
  has: strictObject({ field: text, has: text }),
  exists: strictObject({ field: text, exists: z.boolean() }),
};
type Shape = keyof typeof shapes;
const shapeNames = Object.keys(shapes) as Shape[];

/** A condition, whose every mistake is named by its path. */
export const conditionSettings = z
  .record(z.string(), z.unknown())
  .superRefine((value, context) => {
    const faults = findFaults(value, []);
    for (const { path, message } of faults) context.addIssue({ code: 'custom', path, message });
    if (faults.length === 0 && countConditions(value as Condition) > mostConditions) {
      context.addIssue({
        code: 'custom',
        message: `holds more than ${mostConditions} conditions: use a group instead`,
      });
    }
  })
  .transform(value => value as Condition);

interface Fault {
  readonly path: (string | number)[];
  readonly message: string;
}

function findFaults(value: unknown, path: (string | number)[]): Fault[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ path, message: `is no condition: give an object with ${describeShapes()}` }];
  }
  const shape = shapeNames.find(name => name in value);
  if (!shape) return [{ path, message: describeUnknown(Object.keys(value)) }];
  const parsed = shapes[shape].safeParse(value, { error: sayPlainly });
  if (!parsed.success) {
    return parsed.error.issues.map(issue => ({ path: [...path, ...(issue.path as string[])], message: issue.message }));
  }
  const { data } = parsed;
  if ('all' in data) return data.all.flatMap((each, index) => findFaults(each, [...path, 'all', index]));
  if ('any' in data) return data.any.flatMap((each, index) => findFaults(each, [...path, 'any', index]));
  if ('not' in data) return findFaults(data.not, [...path, 'not']);
  return findFieldFaults(data.field, shape, path);
}

function findFieldFaults(field: string, operator: Shape, path: (string | number)[]): Fault[] {
  const parsed = parseFieldPath(field);
  if (typeof parsed === 'string') return [{ path: [...path, 'field'], message: parsed }];
  const kind = kindOfPath(parsed);
  if (operator !== 'has' || kind === 'list' || kind === 'emailAddresses') return [];
  return [{ path: [...path, 'has'], message: `"${field}" holds one value: use "in"` }];
}

function countConditions(condition: Condition): number {
  if ('all' in condition) return 1 + sum(condition.all.map(countConditions));
  if ('any' in condition) return 1 + sum(condition.any.map(countConditions));
  return 'not' in condition ? 1 + countConditions(condition.not) : 1;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function describeUnknown(keys: readonly string[]): string {
  const [unknown = ''] = keys.filter(key => key !== 'field');
  return `is no condition: it needs ${describeShapes()}${didYouMean(unknown, shapeNames)}`;
}

function describeShapes(): string {
  return `"all", "any" or "not", or "field" with one of ${operators.map(name => `"${name}"`).join(', ')}`;
}
