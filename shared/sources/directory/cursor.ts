import * as z from 'zod';

const knownGroup = z.object({
  /** As the settings name it. */
  name: z.string(),
  id: z.string(),
  /** How many members it had. */
  members: z.number(),
});

const cursorSchema = z.object({
  /** Epoch milliseconds when everything was last read from the start, and the groups' names looked up. */
  startedAt: z.number(),
  usersLink: z.string(),
  contactsLink: z.string().optional(),
  groups: z.array(knownGroup),
  /** Fingerprint of who belongs to the list by its groups. */
  membership: z.string(),
});

/** Where a reading of the directory ended. It holds no user: there may be 20,000. */
export type DirectoryCursor = z.infer<typeof cursorSchema>;
export type KnownGroup = z.infer<typeof knownGroup>;

/** One that cannot be read means reading from the start. */
export function parseCursor(cursor: string): DirectoryCursor | undefined {
  try {
    return cursorSchema.parse(JSON.parse(cursor));
  } catch {
    return undefined;
  }
}
