import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { GraphError } from './graphError.ts';
import { readJson } from './httpServer.ts';
import type { World } from './world.ts';
import type { Worlds } from './worlds.ts';

const querySchema = z.object({ tenant: z.string().optional() });

/** The body of a control; none is read as an empty one. @throws 400 InvalidControl */
export function readControl<T>(schema: z.ZodType<T>, request: FastifyRequest): T {
  const parsed = schema.safeParse(readJson(request.body) ?? {});
  if (!parsed.success) throw new GraphError(400, 'InvalidControl', z.prettifyError(parsed.error));
  return parsed.data;
}

/** The tenant that `?tenant=` names, else the first one. @throws 404 InvalidControl */
export function controlledWorld(worlds: Worlds, request: FastifyRequest): World {
  const { tenant } = querySchema.parse(request.query);
  const world = tenant === undefined ? worlds.first : worlds.find(tenant);
  if (!world) throw new GraphError(404, 'InvalidControl', `There is no tenant '${tenant}'.`);
  return world;
}
