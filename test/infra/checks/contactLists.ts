import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { connectionSchema } from '../../../shared/settings/connections.ts';
import { contactListSchema } from '../../../shared/settings/contactList.ts';
import type { Template } from '../compiled.ts';
import type { Part } from './listParts.ts';
import { partsOfSchema } from './listSchema.ts';
import { jsonSchemaOf } from './templateSchema.ts';

/** The types of the parameters have the names, bounds and defaults of the schemas with which the app reads the settings. */
export function findContactListProblems(template: Template): string[] {
  return [
    ...findDifferences('ContactList', 'list', contactListSchema, template),
    ...findDifferences('Connection', 'connection', connectionSchema, template),
  ];
}

function findDifferences(type: string, name: string, schema: z.ZodType, template: Template): string[] {
  const required = { required: true };
  const inBicep = new Map(partsOfSchema(jsonSchemaOf(type, template), name, required));
  const inCode = new Map(partsOfSchema(z.toJSONSchema(schema, { io: 'input' }), name, required));
  const tell = (part: Part | undefined) => JSON.stringify(part) ?? 'unknown';
  return [...new Set([...inBicep.keys(), ...inCode.keys()])]
    .filter(path => !isDeepStrictEqual(inBicep.get(path), inCode.get(path)))
    .map(path => `${path} is ${tell(inBicep.get(path))} in Bicep and ${tell(inCode.get(path))} in the code`);
}
