import type { Directory } from '../ports/directory.ts';
import { type ContactList, readsFolder } from '../settings/contactList.ts';
import type { Problem } from '../state/progress.ts';
import type { Source } from '../state/sources.ts';

/**
 * A list that writes into a folder that any list reads would feed itself: it is refused and changes nothing
 * (design: Safeguards). Only known once the targets are resolved, since a source mailbox may be one through a group;
 * it may well be a target of other folders.
 */
export async function findLoop(
  list: ContactList,
  mailboxes: ReadonlySet<string>,
  lists: readonly ContactList[],
  openSource: (listId: string) => Source,
  directory: Directory,
): Promise<Problem | undefined> {
  for (const reader of lists) {
    if (!readsFolder(reader, list.destination.folder)) continue;
    const stored = await openSource(reader.id).readCheckpoint();
    // A list that was not captured yet is about to read that folder.
    const known = stored?.checkpoint.mailboxId || (await directory.findUser(reader.source.mailbox))?.id;
    if (!known || !mailboxes.has(known)) continue;
    const detail = `The list would write into the folder that the list "${reader.id}" reads: exclude that mailbox or choose another destination.folder`;
    return { code: 'WritesIntoSource', detail };
  }
  return undefined;
}
