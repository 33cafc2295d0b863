import * as z from 'zod';

export const daysQuery = z.object({
  days: z.coerce.number().int().min(1).max(400).default(30).meta({ description: 'How many days, today included' }),
});

const count = z.int();
const seconds = z.number();

const dayView = z.object({
  day: z.iso.date().meta({ description: 'In UTC' }),
  mailboxes: z
    .object({ current: count, behind: count, waiting: count, failed: count, skipped: count })
    .nullable()
    .meta({
      description:
        'How they stood when that day had ended, soon after 01:20 UTC, and today as they stand now; a mailbox counts once for each of its lists. Null where nobody noted it',
    }),
  contacts: z.object({
    created: count,
    updated: count.meta({ description: 'Those that were taken over or given back included' }),
    deleted: count,
    failed: count.meta({ description: 'Tries that Graph refused' }),
  }),
  secondsToMailbox: z
    .object({
      changes: count.meta({ description: 'That came to a mailbox on that day, each counted once a mailbox' }),
      median: seconds,
      percentile99: seconds,
    })
    .nullable()
    .meta({
      description:
        'From when the app found a change to when it was in a mailbox, at most 19 % too high; what a mailbox gets that is new or set up anew is no change',
    }),
  throttled: count.meta({ description: 'Requests to which Graph answered 429 while mailboxes were written' }),
});

/** What the lists' mailboxes had day by day, oldest first; days of which nothing is known are left out. */
export const daysView = z.object({
  from: z.iso.date().meta({ description: 'The first day that was asked for' }),
  days: z.array(dayView),
});
export type DaysView = z.infer<typeof daysView>;
