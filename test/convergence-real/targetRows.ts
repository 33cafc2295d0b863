import type { GraphDriver } from '../world/graphDriver.ts';
import type { Json } from './sourceModel.ts';

export const listId = 'congress';
export const targetFolder = 'Members of Congress';
/** Where users move contacts to. */
export const privateFolder = 'Private';

const keyProperty = 'String {2395b2ce-e000-4311-bfe9-38b6808b0f26} Name ContactFolderSyncKey';
export const expandStamp = `$expand=${encodeURIComponent(`singleValueExtendedProperties($filter=id eq '${keyProperty}')`)}`;

/** The key of the source contact whose copy a row is by its stamp; undefined for what is not the list's. */
export function sourceKeyOf(row: Json): string | undefined {
  const properties = (row.singleValueExtendedProperties ?? []) as { id: string; value: string }[];
  const stamp = properties.find(({ id }) => id === keyProperty)?.value;
  return stamp?.startsWith(`${listId}:`) ? stamp.slice(listId.length + 1) : undefined;
}

/** Every row of a folder at the mailbox's root, with its stamp; none without such a folder. */
export async function readFolder(graph: GraphDriver, mailbox: string, name: string): Promise<readonly Json[]> {
  const folderId = await graph.findFolder(mailbox, name);
  return folderId === undefined ? [] : graph.readContacts(mailbox, folderId, `&${expandStamp}`);
}
