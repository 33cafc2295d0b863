import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { contactListSchema } from '../../../shared/settings/contactList.ts';
import type { Template } from '../compiled.ts';
import type { Part } from './listParts.ts';
import { partsOfSchema } from './listSchema.ts';
import { jsonSchemaOf } from './templateSchema.ts';

/** The type of the lists parameter has the names, bounds and defaults of the schema with which the app reads the lists. */
export function findContactListProblems(template: Template): string[] {
  const required = { required: true };
  const inBicep = new Map(partsOfSchema(jsonSchemaOf('ContactList', template), 'list', required));
  const inCode = new Map(partsOfSchema(z.toJSONSchema(contactListSchema, { io: 'input' }), 'list', required));
  const tell = (part: Part | undefined) => JSON.stringify(part) ?? 'unknown';
  return [...new Set([...inBicep.keys(), ...inCode.keys()])]
    .filter(path => !isDeepStrictEqual(inBicep.get(path), inCode.get(path)))
    .map(path => `${path} is ${tell(inBicep.get(path))} in Bicep and ${tell(inCode.get(path))} in the code`);
}
