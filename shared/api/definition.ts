import * as z from 'zod';
import type { ListDefinition } from '../engine/definitions/index.ts';
import { isoTime } from '../isoTime.ts';
import { listId } from '../settings/contactList.ts';
import { strictObject } from '../settings/strictObject.ts';
import type { DefinitionVersion } from '../store/definitions.ts';
import { by, viewBy } from './by.ts';

export const definitionParams = z.object({ list: listId.meta({ description: 'The id of a list' }) });

export const definitionEntry = z
  .record(z.string(), z.unknown())
  .meta({ description: 'A list as an entry of CONTACT_LISTS has it', example: { id: 'staff' } });
const reason = z.string().trim().max(500).default('').meta({ description: 'Why, for whoever looks at the versions' });

export const definitionBody = strictObject({ definition: definitionEntry, reason });
export const deletionBody = strictObject({ reason });

const version = z.object({
  version: z.int().positive(),
  at: z.iso.datetime(),
  by,
  reason: z.string(),
  definition: definitionEntry.nullable().meta({ description: 'Null where the list was deleted' }),
});
export type VersionView = z.infer<typeof version>;

/** How a list is defined, as the HTTP API shows it. */
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

export const definitionHeaders = z.object({
  ETag: z.string().optional().meta({ description: 'Of the newest version that is stored, for If-Match' }),
});

export const versionsView = z.object({ versions: z.array(version).meta({ description: 'Newest first' }) });

export function viewDefinition(id: string, { entry, current }: ListDefinition): DefinitionView {
  const version = current && { current: viewVersion(current) };
  if (entry !== undefined) return { id, definedIn: 'code', definition: entry, ...version };
  const definition = version?.current.definition ?? null;
  return { id, definedIn: definition ? 'console' : 'nowhere', definition, ...version };
}

export function viewVersion({ version, at, person, reason, content }: DefinitionVersion): VersionView {
  return {
    version,
    at: isoTime(at),
    by: viewBy(person),
    reason,
    definition: content.kind === 'stored' ? content.entry : null,
  };
}
