import { hidesSelf, type SyncedList } from '../../settings/contactList.ts';
import type { WantedReader } from './wantedContacts.ts';

/**
 * What is read for all mailboxes, less the person whose mailbox it is: a user of the directory has the id of the mailbox
 * as the source key, after the name of the source where a list has several.
 */
export function withoutSelf(reader: WantedReader, synced: SyncedList, mailboxId: string): WantedReader {
  if (!hidesSelf(synced)) return reader;
  const isSelf = (key: string) => key === mailboxId || key.endsWith(`:${mailboxId}`);
  return {
    mappingOf: list => reader.mappingOf(list),
    async readWanted(list, start, goal) {
      const wanted = await reader.readWanted(list, start, goal);
      return { ...wanted, changes: wanted.changes.filter(({ sourceKey }) => !isSelf(sourceKey)) };
    },
    async readContacts(list, sourceKeys, goal) {
      const changes = await reader.readContacts(list, sourceKeys, goal);
      return changes.map(change => (isSelf(change.sourceKey) ? { ...change, wanted: null } : change));
    },
  };
}
