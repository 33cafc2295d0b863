import * as z from 'zod';

export const requestCounts = z.object({ requests: z.number(), roundTrips: z.number() });

/** Left out while there was none. */
const rareCount = z.number().optional();
export const contactCounts = z.object({
  created: z.number(),
  updated: z.number(),
  deleted: z.number(),
  failed: z.number(),
  adopted: rareCount.meta({ description: "Contacts of users' own that the list took over" }),
  givenBack: rareCount.meta({ description: "Those that are their users' again" }),
  leftInDeletedItems: rareCount.meta({
    description:
      'Contacts deleted for good that Exchange kept in Deleted Items all the same, as it does with birthdays',
  }),
  ambiguous: rareCount.meta({ description: "Contacts made beside several of a user's own that may be meant" }),
  photos: rareCount.meta({ description: 'Photos written to contacts' }),
  photosFailed: rareCount.meta({ description: 'Photos that could not be written and are tried again later' }),
});
export type ContactCounts = z.infer<typeof contactCounts>;
export const noContacts: ContactCounts = { created: 0, updated: 0, deleted: 0, failed: 0 };

export const repairCounts = z.object({
  lost: z.number(),
  doubled: z.number(),
  orphaned: z.number(),
  drifted: z.number(),
});
/** What a listing of the folder found and repaired. */
export type RepairCounts = z.infer<typeof repairCounts>;
export const noRepairs: RepairCounts = { lost: 0, doubled: 0, orphaned: 0, drifted: 0 };

export const runAttempt = z.object({ contacts: contactCounts, repaired: repairCounts, graph: requestCounts });
export type RunAttempt = z.infer<typeof runAttempt>;
