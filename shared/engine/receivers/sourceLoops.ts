import { type ContactMailbox, GraphFailure } from '../../ports/contactMailbox.ts';
import type { Directory } from '../../ports/directory.ts';
import {
  type ContactList,
  describeReader,
  folderNamesIn,
  placesInOwnTenant,
  type SourceReader,
} from '../../settings/contactList.ts';
import { isSameFolder, mayBeSameFolder } from '../../settings/folderPath.ts';
import { identityOfSources } from '../../sources/listSources.ts';
import { foldersRead } from '../../sources/watchSources.ts';
import type { ListPartition } from '../../store/listPartition.ts';
import type { Problem } from '../../store/progress.ts';

/**
 * A list that writes into a folder that any list reads would feed itself: it is refused and changes nothing
 * (rules.md: Safeguards, Loops). Only known once the targets are resolved, since a source mailbox may be one through a
 * group; it may well be a target of other folders. Where one path may begin with the default folder's local name, the
 * mailbox is asked for that name.
 *
 * @param readers all lists of the settings, paused and refused ones included: they will read again
 */
export async function findLoop(
  list: ContactList,
  mailboxes: ReadonlySet<string>,
  readers: readonly SourceReader[],
  openListPartition: (listId: string) => ListPartition,
  directory: Directory,
  openMailbox: (mailboxId: string) => Pick<ContactMailbox, 'findFolder'>,
): Promise<Problem | undefined> {
  const written = folderNamesIn(list);
  for (const reader of readers) {
    for (const place of placesInOwnTenant(reader)) {
      const alike = written.filter(name => mayBeSameFolder(place.folder, [name]));
      if (alike.length === 0) continue;
      const mailbox = (await readMailboxId(reader, openListPartition)) ?? (await directory.findUser(place.mailbox))?.id;
      if (mailbox === undefined || !mailboxes.has(mailbox)) continue;
      if (!(await isSameIn(openMailbox(mailbox), place.folder, alike))) continue;
      const detail = `The list would write into the folder that ${describeReader(reader)} reads: exclude that mailbox or choose another destination.folder`;
      return { code: 'WritesIntoSource', detail };
    }
  }
  return undefined;
}

/** @throws GraphFailure where the mailbox may be written to all the same */
async function isSameIn(
  mailbox: Pick<ContactMailbox, 'findFolder'>,
  path: readonly string[],
  written: readonly string[],
): Promise<boolean> {
  if (written.some(name => isSameFolder(path, [name]))) return true;
  try {
    const contacts = await mailbox.findFolder(['contacts']);
    return written.some(name => isSameFolder(path, [name], contacts?.displayName));
  } catch (error) {
    if (error instanceof GraphFailure && ['noMailbox', 'accessDenied'].includes(error.kind)) return false;
    throw error;
  }
}

/** Undefined for a source that was not captured yet, or whose row is damaged: the list is about to read it. */
async function readMailboxId(
  reader: SourceReader,
  openListPartition: (listId: string) => ListPartition,
): Promise<string | undefined> {
  const stored = reader.id === undefined ? undefined : await openListPartition(reader.id).readSealedCheckpoint();
  if (stored?.checkpoint.identity !== identityOfSources(reader)) return undefined;
  return foldersRead(reader, stored.checkpoint.cursor)[0]?.mailboxId;
}
