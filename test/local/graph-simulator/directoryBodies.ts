import type { z } from 'zod';
import { GraphError } from './graphError.ts';

/** Reads a body that names directory properties. @throws 400 Request_BadRequest */
export function readDirectoryBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw badDirectoryRequest('Invalid value specified for a property.');
  return parsed.data;
}

export function badDirectoryRequest(message: string): GraphError {
  return new GraphError(400, 'Request_BadRequest', message);
}
