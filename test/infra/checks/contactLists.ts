import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { contactListSchema } from '../../../shared/settings/contactList.ts';
import { declaredShape } from '../bicep/bicepShapes.ts';
import type { Shape } from '../bicep/shape.ts';
import type { Infra } from '../infra.ts';
import { bounded, choice, type Part, type PartRest } from './listParts.ts';
import { partsOfSchema } from './listSchema.ts';

/** The type of the lists parameter has the names, bounds and defaults of the schema with which the app reads the lists. */
export function findContactListProblems(infra: Infra): string[] {
  const main = infra.files.get('main.bicep');
  const shape = main && declaredShape('ContactList', main, infra);
  if (!shape) return ['main.bicep does not know the type ContactList'];
  const inBicep = new Map(partsOfShape(shape, 'list', { required: true }));
  const inCode = new Map(partsOfSchema(z.toJSONSchema(contactListSchema, { io: 'input' }), 'list', { required: true }));
  const tell = (part: Part | undefined) => JSON.stringify(part) ?? 'unknown';
  return [...new Set([...inBicep.keys(), ...inCode.keys()])]
    .filter(path => !isDeepStrictEqual(inBicep.get(path), inCode.get(path)))
    .map(path => `${path} is ${tell(inBicep.get(path))} in Bicep and ${tell(inCode.get(path))} in the code`);
}

function partsOfShape(shape: Shape, path: string, rest: PartRest): [string, Part][] {
  const part = (kind: string): [string, Part] => [path, { kind, ...rest }];
  switch (shape.is) {
    case 'string':
      return [part(bounded('string', shape.minLength, shape.maxLength))];
    case 'integer':
      return [part(bounded('integer', shape.minValue, shape.maxValue))];
    case 'literal':
      return [part(choice([shape.value]))];
    case 'array':
      return [
        part(bounded('array', shape.minLength, shape.maxLength)),
        ...partsOfShape(shape.of(), `${path}[]`, { required: true }),
      ];
    case 'object': {
      const properties = [...shape.properties].flatMap(([name, { shape: inner, required, standard }]) =>
        partsOfShape(inner(), `${path}.${name}`, {
          required,
          ...(standard !== undefined && { standard: readShares(standard) }),
        }),
      );
      const others = shape.additional ? partsOfShape(shape.additional(), `${path}.*`, { required: false }) : [];
      return [part('object'), ...properties, ...others];
    }
    case 'oneOf': {
      const shapes = shape.of.filter(({ is }) => is !== 'null');
      const [only] = shapes;
      if (only && shapes.length === 1) return partsOfShape(only, path, rest);
      const values = shapes.map(each => (each.is === 'literal' ? each.value : each.is));
      const shares = values.map(Number);
      const isShare = shares.every(Number.isFinite);
      return [part(isShare ? bounded('number', Math.min(...shares), Math.max(...shares)) : choice(values))];
    }
    default:
      return [part(shape.is)];
  }
}

/** A share is text in Bicep, which has no fractions. */
function readShares(value: unknown): unknown {
  if (typeof value === 'string' && /^[\d.]+$/.test(value)) return Number(value);
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, readShares(each)]));
}
