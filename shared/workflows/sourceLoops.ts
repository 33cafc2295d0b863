import type { ContactList } from '../settings/contactList.ts';
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
): Promise<Problem | undefined> {
  const written = list.destination.folder.toLowerCase();
  const readers = lists.filter(({ source }) => source.folders.some(path => path.toLowerCase() === written));
  for (const reader of readers) {
    const stored = await openSource(reader.id).readCheckpoint();
    if (!stored || !mailboxes.has(stored.checkpoint.mailboxId)) continue;
    const detail = `The list would write into the folder that the list "${reader.id}" reads: exclude that mailbox or choose another destination.folder`;
    return { code: 'WritesIntoSource', detail };
  }
  return undefined;
}
