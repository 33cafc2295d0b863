import * as z from 'zod';

const cursorSchema = z.object({
  /** Of the tenant that the connection led to; absent for the app's own. */
  tenantId: z.string().optional(),
  mailboxId: z.string(),
  /** Epoch milliseconds when address and paths were last looked up, and the folders read from the start. */
  checkedAt: z.number(),
  folders: z.array(
    z.object({
      path: z.string(),
      id: z.string(),
      deltaLink: z.string().optional(),
      /** The names of extended properties that were read beside. */
      extended: z.string().optional(),
      /** Fingerprints of the ids of contacts that another organisation's sync wrote. */
      leftOut: z.array(z.string()).optional(),
    }),
  ),
});

/** Where a reading of contact folders ended. */
export type FolderCursor = z.infer<typeof cursorSchema>;
export type SourceFolder = FolderCursor['folders'][number];

/** One that cannot be read means reading from the start. */
export function parseCursor(cursor: string): FolderCursor | undefined {
  try {
    return cursorSchema.parse(JSON.parse(cursor));
  } catch {
    return undefined;
  }
}

export function writeCursor({ tenantId, mailboxId, checkedAt, folders }: FolderCursor): string {
  return JSON.stringify({ tenantId, mailboxId, checkedAt, folders });
}
