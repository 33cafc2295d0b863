import { fingerprint } from '../../domain/fingerprint.ts';
import {
  type ContactFolder,
  type ContactMailbox,
  type FolderContent,
  GraphFailure,
} from '../../ports/contactMailbox.ts';
import type { Problem } from '../../store/progress.ts';

/**
 * Removes a folder of ours when nothing is left in it, also nothing that a list of contacts does not show. Resolves
 * with a note for the admin where it stays; a folder that Exchange does not delete stays empty, since nobody could do
 * anything about it.
 *
 * @throws GraphFailure when Graph does not answer
 */
export async function removeFolder(mailbox: ContactMailbox, folder: ContactFolder): Promise<Problem | undefined> {
  const whose = whatIsLeft(await mailbox.readFolderContent(folder.id));
  if (whose) return { code: 'FolderKept', detail: `Our folder ${folder.id} stays: ${whose}` };
  const refusal = await deleteFolder(mailbox, folder);
  if (!refusal) return undefined;
  return {
    code: 'FolderNotDeleted',
    detail: `Exchange does not delete our folder ${folder.id} (${refusal}): it is left empty`,
  };
}

function whatIsLeft({ hasChildFolders, contacts, otherItems }: FolderContent): string | undefined {
  if (hasChildFolders) return 'the user keeps folders in it';
  if (contacts > 0) return 'it holds contacts that are not ours';
  return otherItems > 0 ? 'it holds contact groups or items of other kinds' : undefined;
}

/** Resolves with Graph's code where the folder is still there, under the name that it had. */
async function deleteFolder(mailbox: ContactMailbox, folder: ContactFolder): Promise<string | undefined> {
  // Beside one of its name in Deleted Items Exchange refuses it, or says that it is done and keeps it (rules.md: Graph,
  // Deleted folders).
  const renamed = (await mailbox.findDeletedFolder(folder.displayName)) !== undefined;
  if (renamed) await mailbox.renameFolder(folder.id, uniqueName(folder));
  const refusal = await tryToDelete(mailbox, folder);
  if (refusal && renamed) await mailbox.renameFolder(folder.id, folder.displayName);
  return refusal;
}

async function tryToDelete(
  mailbox: ContactMailbox,
  { id, parentFolderId }: ContactFolder,
): Promise<string | undefined> {
  try {
    await mailbox.deleteFolder(id);
  } catch (error) {
    if (!(error instanceof GraphFailure) || error.kind !== 'refused') throw error;
    return error.code;
  }
  const after = await mailbox.getFolder(id);
  return after?.parentFolderId === parentFolderId ? 'no error' : undefined;
}

function uniqueName({ id, displayName }: ContactFolder): string {
  return `${displayName.slice(0, 200)} ${fingerprint(id).slice(0, 8)}`;
}
