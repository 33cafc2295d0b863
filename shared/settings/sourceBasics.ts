import * as z from 'zod';
import { conditionSettings } from './condition.ts';

/** What every kind of source has beside its own. */
export const sourceBasics = {
  /** Tells the sources of a list apart, in keys too. */
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'a source is named by 1 to 32 of a-z, 0-9 and "-"')
    .optional(),
  /** What a contact of this source must meet. */
  where: conditionSettings.optional(),
};
