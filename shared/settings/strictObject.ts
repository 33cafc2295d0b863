import * as z from 'zod';
import { didYouMean } from '../domain/closestName.ts';

/** A `z.strictObject` that names the key which was most likely meant by one that it does not know. */
export function strictObject<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: issue => (issue.code === 'unrecognized_keys' ? describeUnknownKeys(issue.keys, shape) : undefined),
  });
}

/** For a parse: says in plain words that a value is not there. */
export function sayMissing({ code, input }: { readonly code?: string; readonly input?: unknown }): string | undefined {
  return code === 'invalid_type' && input === undefined ? 'is missing' : undefined;
}

function describeUnknownKeys(keys: readonly string[], shape: z.ZodRawShape): string {
  const known = Object.keys(shape);
  return keys.map(key => `Unrecognized key: "${key}"${didYouMean(key, known)}`).join('; ');
}
