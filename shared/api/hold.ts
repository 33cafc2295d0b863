import * as z from 'zod';
import { decidedKinds } from '../domain/hold.ts';

export const holdBody = z.strictObject({
  kind: z.enum(decidedKinds).optional().meta({
    description:
      'Of the hold that is meant; may be left out while exactly one is open, and none of the same number was decided just before. "kept": contacts that stay because their removal was rejected are removed after all',
  }),
  decision: z.enum(['approve', 'reject']),
  removals: z.int().positive().meta({ description: 'The number of removals that was shown' }),
});
