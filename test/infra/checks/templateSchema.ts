import * as z from 'zod';
import type { Template } from '../compiled.ts';

const definitionSchema = z.object({
  $ref: z.string().optional(),
  type: z.string().optional(),
  nullable: z.boolean().default(false),
  properties: z.record(z.string(), z.unknown()).default({}),
  additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(),
  allowedValues: z.array(z.string()).optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minValue: z.number().optional(),
  maxValue: z.number().optional(),
  discriminator: z.object({ mapping: z.record(z.string(), z.unknown()) }).optional(),
  metadata: z.object({ default: z.unknown().optional() }).default({}),
});
type Definition = z.infer<typeof definitionSchema>;

/**
 * A type of the template as a JSON schema; what may be null need not be there, and its default is in its metadata.
 * https://learn.microsoft.com/azure/azure-resource-manager/templates/definitions
 */
export function jsonSchemaOf(name: string, template: Template): object {
  return toJsonSchema(template.definitions[name], template);
}

function toJsonSchema(input: unknown, template: Template): object {
  const { $ref, metadata, ...definition } = definitionSchema.parse(input);
  const standard = metadata.default === undefined ? {} : { default: readShares(metadata.default) };
  const named = $ref && template.definitions[$ref.replace('#/definitions/', '')];
  return { ...(named ? toJsonSchema(named, template) : typeSchema(definition, template)), ...standard };
}

function typeSchema(definition: Omit<Definition, '$ref' | 'metadata'>, template: Template): object {
  const { minLength, maxLength, minValue, maxValue, allowedValues } = definition;
  switch (definition.type) {
    case 'object':
      return objectSchema(definition, template);
    case 'array':
      return {
        type: 'array',
        items: toJsonSchema(definition.items, template),
        minItems: minLength,
        maxItems: maxLength,
      };
    case 'bool':
      return { type: 'boolean' };
    case 'int':
      return { type: 'integer', minimum: minValue, maximum: maxValue };
    case undefined:
      return {};
    case 'string':
      return allowedValues ? valuesSchema(allowedValues) : { type: 'string', minLength, maxLength };
  }
  throw new Error(`The type ${definition.type} is not read`);
}

function objectSchema(
  {
    properties,
    additionalProperties,
    discriminator,
  }: Pick<Definition, 'properties' | 'additionalProperties' | 'discriminator'>,
  template: Template,
): object {
  if (discriminator) return { oneOf: Object.values(discriminator.mapping).map(each => toJsonSchema(each, template)) };
  const entries = Object.entries(properties);
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, each]) => [name, toJsonSchema(each, template)])),
    required: entries.filter(([, each]) => !definitionSchema.parse(each).nullable).map(([name]) => name),
    ...(additionalProperties ? { additionalProperties: toJsonSchema(additionalProperties, template) } : {}),
  };
}

/** A share is text in Bicep, which has no numbers with a fraction. */
function valuesSchema(values: readonly string[]): object {
  const shares = values.map(Number);
  if (!shares.every(Number.isFinite)) return { enum: values };
  return { type: 'number', minimum: Math.min(...shares), maximum: Math.max(...shares) };
}

function readShares(value: unknown): unknown {
  if (typeof value === 'string' && /^[\d.]+$/.test(value)) return Number(value);
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, readShares(each)]));
}
