import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { anything, type ObjectShape, type Shape } from './bicep/shape.ts';
import { projectDirectory } from './infra.ts';

const directory = join(projectDirectory, '../shared/facts/arm-types');

const propertySchema = z.object({
  type: z.int(),
  required: z.boolean().default(false),
  readOnly: z.boolean().default(false),
});
const typeSchema = z.discriminatedUnion('is', [
  z.object({
    is: z.literal('object'),
    properties: z.record(z.string(), propertySchema).default({}),
    additional: z.int().optional(),
  }),
  z.object({
    is: z.literal('discriminated'),
    by: z.string(),
    base: z.record(z.string(), propertySchema),
    of: z.record(z.string(), z.int()),
  }),
  z.object({ is: z.literal('array'), of: z.int() }),
  z.object({ is: z.literal('oneOf'), of: z.array(z.int()) }),
  z.object({ is: z.literal('literal'), value: z.union([z.string(), z.number(), z.boolean()]) }),
  z.object({
    is: z.literal('string'),
    minLength: z.number().optional(),
    maxLength: z.number().optional(),
    pattern: z.string().optional(),
  }),
  z.object({ is: z.literal('integer'), minValue: z.number().optional(), maxValue: z.number().optional() }),
  z.object({ is: z.enum(['boolean', 'any', 'null']) }),
]);
const fileSchema = z.object({ body: z.int(), types: z.array(typeSchema) });
type ArmFile = z.infer<typeof fileSchema>;

/** Where what the compiler knows of the resources is not there, they cannot be checked. */
export function hasArmTypes(): boolean {
  return existsSync(directory);
}

/** What the Bicep compiler knows of a resource at an API version; undefined if it knows nothing. */
export function armShape(type: string, apiVersion: string): Shape | undefined {
  const path = join(directory, `${type.replaceAll('/', '.')}@${apiVersion}.json`);
  if (!existsSync(path)) return undefined;
  const file = fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  return toShape(file, file.body);
}

function toShape(file: ArmFile, index: number): Shape {
  const type = file.types[index];
  if (!type) return anything;
  switch (type.is) {
    case 'object':
      return toObject(file, type.properties, type.additional);
    case 'discriminated': {
      const variants = Object.entries(type.of).map(([value, variant]) => {
        const { properties } = toShape(file, variant) as ObjectShape;
        const base = toObject(file, type.base);
        return [value, { ...base, properties: new Map([...base.properties, ...properties]) }] as const;
      });
      return { is: 'discriminated', by: type.by, of: new Map(variants) };
    }
    case 'array':
      return { is: 'array', of: () => toShape(file, type.of) };
    case 'oneOf':
      return { is: 'oneOf', of: type.of.map(each => toShape(file, each)) };
    default:
      return defined(type) as Shape;
  }
}

function toObject(
  file: ArmFile,
  properties: Record<string, z.infer<typeof propertySchema>>,
  additional?: number,
): ObjectShape {
  return {
    is: 'object',
    properties: new Map(
      Object.entries(properties).map(([name, { type, required, readOnly }]) => [
        name,
        { shape: () => toShape(file, type), required, readOnly },
      ]),
    ),
    ...(additional !== undefined && { additional: () => toShape(file, additional) }),
  };
}

function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}
