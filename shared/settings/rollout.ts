import * as z from 'zod';
import { day } from '../domain/durations.ts';
import type { RolloutPolicy } from '../domain/rollout.ts';
import { groupAddress, mailboxAddress } from './mailboxAddress.ts';
import { strictObject } from './strictObject.ts';

const mostRings = 10;
const longestWait = 30 * day;

/** Days and hours alone have the same length everywhere. */
const duration = /^P(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?)?$/;

const wait = z.string().refine(text => {
  const milliseconds = millisecondsOf(text);
  return milliseconds !== undefined && milliseconds <= longestWait;
}, 'is no time to wait: write days, hours and minutes such as "PT30M", "PT1H" or "P1D", at most 30 days');

const share = z.number().min(0).max(1);

const ring = strictObject({
  groups: z.array(groupAddress).default([]),
  mailboxes: z.array(mailboxAddress).default([]),
  share: z
    .number()
    .min(0)
    .max(1)
    .refine(share => share > 0 && share < 1, 'is more than 0 and less than 1: all the others come after the last ring')
    .optional(),
}).refine(
  ({ groups, mailboxes, share }) => groups.length + mailboxes.length > 0 || share !== undefined,
  'name groups, mailboxes or a share',
);

/** How large changes and new settings come to a list's mailboxes (rules.md: Change in rings). */
export const rolloutSettings = strictObject({
  rings: z
    .array(ring)
    .min(1, 'name at least one ring')
    .max(mostRings, `a list has at most ${mostRings} rings`)
    .superRefine((rings, context) => {
      const shares = rings.flatMap(({ share }, index) => (share === undefined ? [] : [{ share, index }]));
      for (const [place, { share, index }] of shares.entries()) {
        const before = shares[place - 1]?.share ?? 0;
        const message = `is not more than the ${before} of an earlier ring, whose mailboxes are among these`;
        if (share <= before) context.addIssue({ code: 'custom', path: [index, 'share'], message });
      }
    }),
  wait: wait.default('PT1H'),
  from: z.number().int().min(1).default(50),
  haltWhen: strictObject({ failedShare: share.default(0.05), editedShare: share.optional() }).default({
    failedShare: 0.05,
  }),
});
export type RolloutSettings = z.infer<typeof rolloutSettings>;

export function policyOf({ rings, wait: text, from, haltWhen }: RolloutSettings): RolloutPolicy {
  return { rings: rings.length, wait: millisecondsOf(text) ?? 0, from, haltWhen };
}

function millisecondsOf(text: string): number | undefined {
  const [, days, hours, minutes] = duration.exec(text) ?? [];
  if (days === undefined && hours === undefined && minutes === undefined) return undefined;
  return ((Number(days ?? 0) * 24 + Number(hours ?? 0)) * 60 + Number(minutes ?? 0)) * 60_000;
}
