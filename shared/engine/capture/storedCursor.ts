import type { ContactList } from '../../settings/contactList.ts';
import { parseCursor, writeCursor } from '../../sources/contact-folder/cursor.ts';
import type { SourceCheckpoint } from '../../store/sourceCheckpoint.ts';

/** A row of Table Storage holds 1 MiB, two bytes a character; those of several sources share one. */
const longestCursor = 450_000;

type CursorColumns = Pick<SourceCheckpoint, 'mailboxId' | 'checkedAt' | 'folders' | 'cursor'>;

/** Where the last capture's reading ended; undefined before the first. */
export function storedCursor(checkpoint: SourceCheckpoint): string | undefined {
  if (checkpoint.cursor !== undefined) return checkpoint.cursor;
  return checkpoint.folders.length > 0 ? writeCursor(checkpoint) : undefined;
}

/**
 * Contact folders of the app's own tenant have columns of their own, which notifications and the search for loops read as well. One that does not
 * fit is not kept: the next reading starts over.
 */
export function cursorColumns(cursor: string, { sources }: ContactList): CursorColumns {
  const [only] = sources;
  const hasColumns = only?.kind === 'contactFolder' && !only.connection && sources.length === 1;
  const ofFolders = hasColumns ? parseCursor(cursor) : undefined;
  if (ofFolders) return { ...ofFolders, cursor: undefined };
  return { mailboxId: '', checkedAt: 0, folders: [], cursor: cursor.length > longestCursor ? undefined : cursor };
}
