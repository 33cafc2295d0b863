import * as z from 'zod';
import { didYouMean } from '../core/closestName.ts';

/** A `z.strictObject` that names the key which was most likely meant by one that it does not know. */
export function strictObject<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: issue => (issue.code === 'unrecognized_keys' ? describeUnknownKeys(issue.keys, shape) : undefined),
  });
}

function describeUnknownKeys(keys: readonly string[], shape: z.ZodRawShape): string {
  const known = Object.keys(shape);
  return keys.map(key => `Unrecognized key: "${key}"${didYouMean(key, known)}`).join('; ');
}
