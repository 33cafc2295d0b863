import type { Directory } from '../../ports/directory.ts';
import { type ContactList, describeReader, mailboxesReadAt, type SourceReader } from '../../settings/contactList.ts';
import { identityOfSources } from '../../sources/listSources.ts';
import type { Problem } from '../../store/progress.ts';
import type { Source } from '../../store/sources.ts';

/**
 * A list that writes into a folder that any list reads would feed itself: it is refused and changes nothing
 * (design: Safeguards). Only known once the targets are resolved, since a source mailbox may be one through a group;
 * it may well be a target of other folders.
 *
 * @param readers all lists of the settings, paused and refused ones included: they will read again
 */
export async function findLoop(
  list: ContactList,
  mailboxes: ReadonlySet<string>,
  readers: readonly SourceReader[],
  openSource: (listId: string) => Source,
  directory: Directory,
): Promise<Problem | undefined> {
  for (const reader of readers) {
    for (const read of mailboxesReadAt(reader, list.destination.folder)) {
      const mailbox = (await readMailboxId(reader, openSource)) ?? (await directory.findUser(read))?.id;
      if (mailbox === undefined || !mailboxes.has(mailbox)) continue;
      const detail = `The list would write into the folder that ${describeReader(reader)} reads: exclude that mailbox or choose another destination.folder`;
      return { code: 'WritesIntoSource', detail };
    }
  }
  return undefined;
}

/** Undefined for a source that was not captured yet, or whose row is damaged: the list is about to read it. */
async function readMailboxId(
  reader: SourceReader,
  openSource: (listId: string) => Source,
): Promise<string | undefined> {
  const stored = reader.id === undefined ? undefined : await openSource(reader.id).readSealedCheckpoint();
  if (stored?.checkpoint.identity !== identityOfSources(reader)) return undefined;
  return stored.checkpoint.mailboxId || undefined;
}
