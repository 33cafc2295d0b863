import { hidesSelf, type SyncedList } from '../../settings/contactList.ts';
import type { Wanted, WantedReader } from './wantedContacts.ts';

/**
 * Whether a contact is the person whose mailbox it is, whom the list does not show there: a user of the directory has
 * the id of the mailbox as the source key, after the name of the source where a list has several.
 */
export function isHiddenSelf(synced: SyncedList, sourceKey: string, mailboxId: string): boolean {
  return hidesSelf(synced) && (sourceKey === mailboxId || sourceKey.endsWith(`:${mailboxId}`));
}

export function lessSelf(wanted: Wanted, synced: SyncedList, mailboxId: string): Wanted {
  if (!hidesSelf(synced)) return wanted;
  const changes = wanted.changes.filter(({ sourceKey }) => !isHiddenSelf(synced, sourceKey, mailboxId));
  return { ...wanted, changes };
}

/** What is read for all mailboxes, less the person whose mailbox it is. */
export function withoutSelf(reader: WantedReader, synced: SyncedList, mailboxId: string): WantedReader {
  if (!hidesSelf(synced)) return reader;
  return {
    mappingOf: list => reader.mappingOf(list),
    readWanted: async (list, start, goal) => lessSelf(await reader.readWanted(list, start, goal), synced, mailboxId),
    async readContacts(list, sourceKeys, goal) {
      const changes = await reader.readContacts(list, sourceKeys, goal);
      return changes.map(change =>
        isHiddenSelf(synced, change.sourceKey, mailboxId) ? { ...change, wanted: null } : change,
      );
    },
  };
}
