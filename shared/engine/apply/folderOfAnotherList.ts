import { hour } from '../../domain/durations.ts';
import type { ContactList } from '../../settings/contactList.ts';
import { listsInFolder, type MailboxState } from '../../store/mailboxRows.ts';
import { describeSkipReason, type FindReceiversServices, readTheSameFolder } from '../receivers/index.ts';
import type { MailboxFailure } from './mailboxFailures.ts';

/**
 * The folder that the list would begin to write into holds the same contacts by another list. Its name did not tell: the
 * default folder has one in the language of the mailbox.
 */
export class FolderOfAnotherList extends Error {
  override readonly name = 'FolderOfAnotherList';
  readonly list: string;

  constructor(list: string) {
    super(`the folder is that of the list ${list}`);
    this.list = list;
  }
}

export function describeFolderOfAnotherList({ list }: FolderOfAnotherList, now: number): MailboxFailure {
  return { state: 'skipped', until: now + hour, problem: describeSkipReason({ kind: 'folderOfAnotherList', list }) };
}

/**
 * Finds the list that writes what this one would write into a folder of the mailbox; undefined for none.
 *
 * @param list undefined for one that is gone, which begins no folder
 */
export function doubledBy(
  list: Pick<ContactList, 'id' | 'sources'> | undefined,
  state: Pick<MailboxState, 'checkpoints'>,
  { configuredLists, openListPartition }: Pick<FindReceiversServices, 'configuredLists' | 'openListPartition'>,
): (folderId: string) => Promise<string | undefined> {
  return async folderId => {
    const there = listsInFolder(state, folderId);
    for (const other of configuredLists) {
      if (!list || other.id === list.id || !there.has(other.id)) continue;
      if (await readTheSameFolder(other, list, openListPartition)) return other.id;
    }
    return undefined;
  };
}
