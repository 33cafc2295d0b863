import * as z from 'zod';

/** A row of Table Storage holds 1 MiB, two bytes a character; those of several sources share one. */
const longestCursor = 450_000;

const folder = {
  path: z.string(),
  id: z.string(),
  deltaLink: z.string().optional(),
  extended: z.string().optional(),
};

/**
 * Where the last reading ended, as rows tell it: in `cursor`, the source's own text; but that of contact folders of the
 * app's own tenant in columns of its own, which earlier versions read.
 */
export const cursorColumnsSchema = {
  mailboxId: z.string(),
  /** Epoch milliseconds when the source's address and folder paths were last looked up, and the folders read from the start. */
  checkedAt: z.number().default(0),
  folders: z.array(z.object(folder)),
  cursor: z.string().optional(),
};

export type CursorColumns = z.infer<z.ZodObject<typeof cursorColumnsSchema>>;

const folderCursor = z.strictObject({
  mailboxId: z.string(),
  checkedAt: z.number(),
  folders: z.array(z.strictObject(folder)),
});

export const noCursor: CursorColumns = { mailboxId: '', checkedAt: 0, folders: [], cursor: undefined };

/** Undefined before the first reading. */
export function cursorIn({ cursor, mailboxId, checkedAt, folders }: CursorColumns): string | undefined {
  if (cursor !== undefined) return cursor;
  return folders.length > 0 ? JSON.stringify({ mailboxId, checkedAt, folders }) : undefined;
}

/** One that does not fit is not kept: the next reading starts over. */
export function cursorColumns(cursor: string | undefined): CursorColumns {
  if (cursor === undefined) return noCursor;
  const ofFolders = parseFolderCursor(cursor);
  if (ofFolders) return { ...noCursor, ...ofFolders };
  return { ...noCursor, cursor: cursor.length > longestCursor ? undefined : cursor };
}

/** The folders themselves stay known. */
export function withoutDeltaLinks(cursor: string | undefined): string | undefined {
  const columns = cursorColumns(cursor);
  return cursorIn({ ...columns, folders: columns.folders.map(({ deltaLink, ...each }) => each) });
}

function parseFolderCursor(cursor: string): z.infer<typeof folderCursor> | undefined {
  try {
    return folderCursor.safeParse(JSON.parse(cursor)).data;
  } catch {
    return undefined;
  }
}
