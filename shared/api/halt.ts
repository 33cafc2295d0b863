import * as z from 'zod';
import { type Halt, longestReason } from '../domain/halt.ts';
import { isoTime } from '../isoTime.ts';
import { strictObject } from '../settings/strictObject.ts';

const reason = z.string().trim().max(longestReason).optional().meta({
  description: 'Why, for those who find it halted: shown with the halt, in notices and in the audit, so name nobody',
});

export const haltBody = strictObject({ reason });

export const haltView = z.object({
  haltedAt: z.iso.datetime(),
  haltReason: z.string().optional().meta({ description: 'What whoever halted it gave as the reason' }),
});
export type HaltView = z.infer<typeof haltView>;

export function viewHalt({ at, reason: given }: Halt): HaltView {
  return { haltedAt: isoTime(at), ...(given ? { haltReason: given } : {}) };
}
