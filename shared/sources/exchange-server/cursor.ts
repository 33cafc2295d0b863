import * as z from 'zod';

const cursorSchema = z.object({
  /** Epoch milliseconds when the paths were last looked up, and the folders read from the start. */
  checkedAt: z.number(),
  /** Whether contacts were read with their private marks. */
  marks: z.boolean().default(false),
  folders: z.array(
    z.object({
      path: z.string(),
      id: z.string(),
      /** Where a public folder's contents are. */
      route: z.object({ anchorMailbox: z.string(), publicFolderMailbox: z.string().optional() }),
      /** Of a mailbox's folder: where `SyncFolderItems` ended, and contacts that could not be read then. */
      sync: z.object({ state: z.string(), unread: z.array(z.string()) }).optional(),
      /** Of a public folder: what was there, as `packItems` writes it. */
      items: z.string().optional(),
    }),
  ),
});

/** Where a reading of an Exchange server's folders ended. */
export type ExchangeCursor = z.infer<typeof cursorSchema>;
export type CursorFolder = ExchangeCursor['folders'][number];

/** Undefined where it cannot be read: then everything is read from the start. */
export function parseCursor(cursor: string): ExchangeCursor | undefined {
  try {
    return cursorSchema.safeParse(JSON.parse(cursor)).data;
  } catch {
    return undefined;
  }
}
