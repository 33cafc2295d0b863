import * as z from 'zod';
import { didYouMean } from '../domain/closestName.ts';
import { countOf } from '../domain/countOf.ts';

/** A `z.strictObject` that names the key which was most likely meant by one that it does not know. */
export function strictObject<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: issue => (issue.code === 'unrecognized_keys' ? describeUnknownKeys(issue.keys, shape) : undefined),
  });
}

interface RawIssue {
  readonly code?: string;
  readonly input?: unknown;
  readonly values?: unknown;
  readonly options?: unknown;
  readonly discriminator?: unknown;
  readonly expected?: unknown;
  readonly origin?: unknown;
  readonly minimum?: unknown;
  readonly maximum?: unknown;
}

/** For a parse: says in plain words what a value is not, and which one of a few was most likely meant. */
export function sayPlainly(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return describeType(issue);
    case 'invalid_value':
      return describeUnknownValue(issue);
    case 'too_small':
      return describeSmall(issue);
    case 'too_big':
      return describeBig(issue);
    default:
      return undefined;
  }
}

const types: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
};

function describeType({ input, expected }: RawIssue): string | undefined {
  if (input === undefined) return 'is missing';
  const type = types[String(expected)];
  return type && `is not ${type}`;
}

function describeSmall({ origin, minimum }: RawIssue): string | undefined {
  if (origin === 'number' || origin === 'int') return `is less than ${minimum}`;
  if (origin === 'string') return Number(minimum) === 1 ? 'is empty' : `has fewer than ${minimum} characters`;
  return origin === 'array' ? `has fewer than ${countOf(Number(minimum), 'entry', 'entries')}` : undefined;
}

function describeBig({ origin, maximum }: RawIssue): string | undefined {
  if (origin === 'number' || origin === 'int') return `is more than ${maximum}`;
  if (origin === 'string') return `has more than ${countOf(Number(maximum), 'character', 'characters')}`;
  return origin === 'array' ? `has more than ${countOf(Number(maximum), 'entry', 'entries')}` : undefined;
}

function describeUnknownValue({ input, values }: RawIssue): string | undefined {
  const known = textsIn(values);
  if (known.length < 2) return undefined;
  return `is none of ${quoted(known)}${typeof input === 'string' ? didYouMean(input, known) : ''}`;
}

/**
 * For a union that is told apart by one key: which kinds there are, and which was most likely meant.
 *
 * @param what the value is no kind of
 */
export function sayKinds(what: string): (issue: RawIssue) => string | undefined {
  return ({ code, input, options, discriminator }) => {
    const known = textsIn(options);
    if (code !== 'invalid_union' || known.length === 0) return undefined;
    const kind = Object(input)[String(discriminator)];
    return `is no kind of ${what}: ${quoted(known)}${typeof kind === 'string' ? didYouMean(kind, known) : ''}`;
  };
}

function textsIn(values: unknown): string[] {
  return Array.isArray(values) ? values.filter(value => typeof value === 'string') : [];
}

function quoted(texts: readonly string[]): string {
  return texts.map(text => `"${text}"`).join(', ');
}

function describeUnknownKeys(keys: readonly string[], shape: z.ZodRawShape): string {
  const known = Object.keys(shape);
  return keys.map(key => `Unrecognized key: "${key}"${didYouMean(key, known)}`).join('; ');
}
