import type { Directory } from '../../ports/directory.ts';
import { type ContactList, readTheSame, writeIntoTheSame } from '../../settings/contactList.ts';
import { foldersRead } from '../../sources/watchSources.ts';
import type { ListPartition } from '../../store/listPartition.ts';
import type { ProgressTable } from '../../store/progress.ts';
import type { RunProblem } from '../../store/runProblem.ts';
import type { Services } from '../services.ts';
import { resolveTargets } from './resolveTargets.ts';

/**
 * The mailboxes in whose folder another list, one that comes before this one in the settings, writes what this one would
 * write there again; with the id of that list. Only known once the targets are resolved, since a mailbox may be one
 * through a group.
 */
export async function findTakenMailboxes(
  list: ContactList,
  mailboxes: ReadonlySet<string>,
  directory: Directory,
  now: number,
  { configuredLists, openListPartition, choices }: Pick<Services, 'configuredLists' | 'openListPartition' | 'choices'>,
): Promise<ReadonlyMap<string, string>> {
  const taken = new Map<string, string>();
  const place = configuredLists.findIndex(({ id }) => id === list.id);
  for (const other of configuredLists.slice(0, Math.max(place, 0))) {
    if (!writeIntoTheSame(other, list) || !(await readTheSameFolder(other, list, openListPartition))) continue;
    const { mailboxes: others } = await resolveTargets(
      other,
      directory,
      { partition: openListPartition(other.id), choices },
      now,
    );
    for (const id of others) if (mailboxes.has(id) && !taken.has(id)) taken.set(id, other.id);
  }
  return taken;
}

/** By the settings, or by what the captures found: a mailbox has several addresses, a folder several paths. */
export async function readTheSameFolder(
  left: Pick<ContactList, 'id' | 'sources'>,
  right: Pick<ContactList, 'id' | 'sources'>,
  openListPartition: (listId: string) => ListPartition,
): Promise<boolean> {
  if (readTheSame(left, right)) return true;
  const [ours = [], theirs = []] = await Promise.all(
    [left, right].map(async list => {
      const stored = await openListPartition(list.id).readCheckpoint();
      return foldersRead(list, stored?.checkpoint.cursor).map(({ folderId }) => folderId);
    }),
  );
  return theirs.some(id => ours.includes(id));
}

/** A note for each list of another source whose folder, in mailboxes that joined, has the name that this one's has. */
export async function noteSharedFolders(
  list: Pick<ContactList, 'id' | 'destination' | 'localDestination'>,
  joined: readonly string[],
  progress: Pick<ProgressTable, 'readAll'>,
  configuredLists: readonly ContactList[],
): Promise<RunProblem[]> {
  if (joined.length === 0) return [];
  const notes: RunProblem[] = [];
  for (const other of configuredLists) {
    if (other.id === list.id || !writeIntoTheSame(other, list)) continue;
    const theirs = new Set(
      (await progress.readAll(other.id)).filter(({ wanted }) => wanted === 'target').map(({ mailboxId }) => mailboxId),
    );
    const both = joined.filter(id => theirs.has(id)).length;
    if (both > 0) notes.push({ list: list.id, ...describeSharedFolder(other.id, both) });
  }
  return notes;
}

function describeSharedFolder(otherList: string, mailboxes: number): { code: string; detail: string } {
  const detail = `The list "${otherList}" writes into a folder of the same name, and mailboxes that joined have both lists (${mailboxes}): their contacts lie side by side there, and each list changes and removes only its own`;
  return { code: 'SharedFolder', detail };
}
