import * as z from 'zod';
import { strictObject } from '../settings/strictObject.ts';

export const definitionEntry = z
  .record(z.string(), z.unknown())
  .meta({ description: 'A list as an entry of CONTACT_LISTS has it', example: { id: 'staff' } });
const reason = z.string().trim().max(500).default('').meta({ description: 'Why, for whoever looks at the versions' });

export const definitionBody = strictObject({ definition: definitionEntry, reason });
export const deletionBody = strictObject({ reason });

const version = z.object({
  version: z.int().positive(),
  at: z.iso.datetime(),
  by: z
    .union([z.object({ kind: z.literal('functionKey') }), z.object({ kind: z.literal('person'), id: z.string() })])
    .meta({ description: 'A person by the object id in the directory' }),
  reason: z.string(),
  definition: definitionEntry.nullable().meta({ description: 'Null where the list was deleted' }),
});
export type VersionView = z.infer<typeof version>;

/** How a list is defined, as the HTTP API shows it (design: Console). */
export const definitionView = z.object({
  id: z.string(),
  definedIn: z.enum(['code', 'console', 'nowhere']).meta({
    description: 'code: in CONTACT_LISTS, where alone it is changed; nowhere: somebody deleted it',
  }),
  definition: definitionEntry.nullable(),
  current: version.optional().meta({
    description:
      'The newest version that is stored; of a list in code it is on standby, until that leaves CONTACT_LISTS',
  }),
});
export type DefinitionView = z.infer<typeof definitionView>;

export const versionsView = z.object({ versions: z.array(version).meta({ description: 'Newest first' }) });
