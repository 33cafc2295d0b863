import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { infraDirectory } from './infra.ts';

const resourceSchema = z.looseObject({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  location: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
});
const snapshotSchema = z.object({ predictedResources: z.array(resourceSchema), diagnostics: z.tuple([]) });
const templateSchema = z.object({
  definitions: z.record(z.string(), z.unknown()),
  parameters: z.record(z.string(), z.unknown()),
  resources: z.record(z.string(), z.unknown()),
  outputs: z.record(z.string(), z.unknown()),
});

/**
 * A resource that a deployment makes, as Bicep's own engine computes it. What only Azure knows stays an expression in
 * square brackets.
 */
export type PlannedResource = z.infer<typeof resourceSchema>;
/** `infra/main.json`. */
export type Template = z.infer<typeof templateSchema>;

/** What the compiler made of `infra/`, as it is committed: `npm run compile:infra` makes it anew. */
export interface Compiled {
  readonly template: Template;
  readonly plan: readonly PlannedResource[];
}

/** The template, and what it makes with one of the parameter files in `deployments/`. */
export function readCompiled(
  deployment: 'standard' | 'private' | 'options' | 'outbound' | 'privateOutbound' = 'standard',
): Compiled {
  return {
    template: templateSchema.parse(readJsonFile(join(infraDirectory, 'main.json'))),
    plan: readSnapshot(join(import.meta.dirname, `deployments/${deployment}.snapshot.json`)),
  };
}

/** The resources in a file that `bicep snapshot` wrote. */
export function readSnapshot(path: string): PlannedResource[] {
  return snapshotSchema.parse(readJsonFile(path)).predictedResources;
}

export function ofType(plan: readonly PlannedResource[], type: string): PlannedResource[] {
  return plan.filter(resource => resource.type === type);
}

/** The name of a resource without those of what it is in. */
export function ownName({ name }: PlannedResource): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

function readJsonFile(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
