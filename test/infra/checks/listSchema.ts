import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { bounded, choice, type Part, type PartRest } from './listParts.ts';

const jsonSchema = z.object({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  properties: z.record(z.string(), z.unknown()).default({}),
  required: z.array(z.string()).default([]),
  additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  enum: z.array(z.string()).optional(),
  const: z.string().optional(),
  default: z.unknown().optional(),
  pattern: z.string().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});
type JsonSchema = z.infer<typeof jsonSchema>;

/** Every part of a JSON schema, by its path. */
export function partsOfSchema(input: unknown, path: string, rest: PartRest): [string, Part][] {
  const schema = jsonSchema.parse(input);
  const part = (kind: string): [string, Part] => [path, { kind, ...rest }];
  const [other, ...others] = schema.anyOf?.filter(each => !isDeepStrictEqual(each, { type: 'null' })) ?? [];
  if (others.length > 0) return [part('any')];
  if (other) return partsOfSchema(other, path, rest);
  if (schema.oneOf) return partsOfUnion(schema.oneOf, path, rest);
  const values = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (values) return [part(choice(values))];
  const type = Array.isArray(schema.type) ? schema.type.find(each => each !== 'null') : schema.type;
  switch (type) {
    case 'string':
      return [part(bounded('string', ...lengthsOf(schema)))];
    case 'integer':
    case 'number':
      return [part(bounded(type, schema.minimum, greatest(schema)))];
    case 'array':
      return [
        part(bounded('array', schema.minItems, schema.maxItems)),
        ...partsOfSchema(schema.items, `${path}[]`, { required: true }),
      ];
    case 'object':
      return [part('object'), ...partsOfObject(schema, path)];
    default:
      return [part(type ?? 'any')];
  }
}

/** The members of a union that a property `kind` tells apart, which the path names instead of that property. */
function partsOfUnion(members: readonly unknown[], path: string, rest: PartRest): [string, Part][] {
  const [only] = members;
  if (members.length === 1) return partsOfSchema(only, path, rest);
  return members.flatMap(member => {
    const { kind } = jsonSchema.parse(member).properties;
    const { const: name, enum: names = [name] } = jsonSchema.parse(kind);
    const memberPath = `${path}(${names})`;
    return partsOfSchema(member, memberPath, rest).filter(([each]) => each !== `${memberPath}.kind`);
  });
}

function partsOfObject({ properties, required, additionalProperties }: JsonSchema, path: string): [string, Part][] {
  const named = Object.entries(properties).flatMap(([name, inner]) => {
    const { default: standard } = jsonSchema.parse(inner);
    return partsOfSchema(inner, `${path}.${name}`, {
      required: required.includes(name),
      ...(standard !== undefined && { standard }),
    });
  });
  const others = additionalProperties ? partsOfSchema(additionalProperties, `${path}.*`, { required: false }) : [];
  return [...named, ...others];
}

/** Bicep knows no patterns: what of one it can say is how long the text may be. */
function lengthsOf({ pattern, minLength, maxLength }: JsonSchema): [number | undefined, number | undefined] {
  if (pattern === undefined) return [minLength, maxLength];
  const expression = new RegExp(pattern);
  const lengths = Array.from({ length: 1000 }, (_, length) => length).filter(length =>
    expression.test('a'.repeat(length)),
  );
  return [lengths[0], lengths.at(-1)];
}

/** The largest number that JavaScript counts with is no bound of anybody's. */
function greatest({ maximum }: JsonSchema): number | undefined {
  return maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
}
