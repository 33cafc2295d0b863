import * as z from 'zod';

/** Who did something, as answers show it. */
export const by = z
  .union([z.object({ kind: z.literal('functionKey') }), z.object({ kind: z.literal('person'), id: z.string() })])
  .meta({ description: 'A person by the object id in the directory' });

/** @param person the object id; empty for a function key */
export function viewBy(person: string): z.infer<typeof by> {
  return person === '' ? { kind: 'functionKey' } : { kind: 'person', id: person };
}
