import * as z from 'zod';
import { strictObject } from '../settings/strictObject.ts';

/** Of each kind: whoever sees more names has to type more. */
export const mostEntries = 20;

export const directorySearchBody = strictObject({
  text: z.string().trim().min(1, 'is empty').max(100).meta({
    description: 'The beginning of a word of the name, of an address, or an object id',
  }),
});

const entry = z.object({
  id: z.string().meta({ description: 'The object id' }),
  name: z.string(),
  address: z.string().optional().meta({ description: 'A group may have none' }),
});

export const directorySearchView = z.object({
  groups: z.array(entry),
  people: z.array(entry),
});
