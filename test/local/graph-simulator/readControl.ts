import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { GraphError } from './graphError.ts';
import { readJson } from './httpServer.ts';

/** The body of a control; none is read as an empty one. @throws 400 InvalidControl */
export function readControl<T>(schema: z.ZodType<T>, request: FastifyRequest): T {
  const parsed = schema.safeParse(readJson(request.body) ?? {});
  if (!parsed.success) throw new GraphError(400, 'InvalidControl', z.prettifyError(parsed.error));
  return parsed.data;
}
