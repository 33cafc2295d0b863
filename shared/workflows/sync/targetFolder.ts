import { type ContactFolder, type ContactMailbox, GraphFailure } from '../../ports/contactMailbox.ts';
import type { SyncedList } from '../../settings/contactList.ts';
import type { MailboxCheckpoint } from '../../state/mailboxes.ts';

export interface TargetFolder {
  readonly id: string;
  /** Whether it is one of ours; a folder of the user's is never removed. */
  readonly created: boolean;
  /** It was there although no checkpoint of ours names it: list it first, so that a lost ledger doubles nothing. */
  readonly adopted: boolean;
  /** Not the folder that the checkpoint names: what was written into that one is gone with it. */
  readonly replaced: boolean;
}

/**
 * The list's folder in a target mailbox, made when it is missing. The id of the checkpoint is trusted, so that the
 * normal path reads nothing; a renamed destination renames the folder (design: Applying, 3).
 *
 * @param announce notes what is about to be done to a folder: one that is found after an interruption is ours then,
 * and one that was renamed is looked at again, whatever the name is to be by then
 * @throws GraphFailure
 */
export async function ensureTargetFolder(
  mailbox: ContactMailbox,
  list: SyncedList,
  checkpoint: MailboxCheckpoint | undefined,
  verify: boolean,
  announce: (change: 'create' | 'rename') => Promise<void>,
): Promise<TargetFolder> {
  const { folder: name } = list.destination;
  const known = checkpoint?.folderId ? checkpoint : undefined;
  if (known && !verify && known.folderName === name) return keptFolder(known);
  const current = known && (await mailbox.getFolder(known.folderId));
  if (known && current && !(await mailbox.isDeleted(current))) {
    if (known.folderCreated && known.folderName !== name) {
      await announce('rename');
      await mailbox.renameFolder(known.folderId, name);
    }
    return keptFolder(known);
  }
  const found = await mailbox.findFolder([name]);
  if (found) {
    const created = checkpoint?.creatingFolder ?? false;
    return { id: found.id, created, adopted: true, replaced: known !== undefined };
  }
  await announce('create');
  const { folder, created } = await createFolder(mailbox, name);
  return { id: folder.id, created, adopted: !created, replaced: known !== undefined };
}

/** The folder as the checkpoint names it, there or not: enough to clean it up. */
export function keptFolder(checkpoint: MailboxCheckpoint): TargetFolder {
  return { id: checkpoint.folderId, created: checkpoint.folderCreated, adopted: false, replaced: false };
}

/** A POST without an answer may have made the folder: the name is looked up then, and for `ErrorFolderExists`. */
async function createFolder(
  mailbox: ContactMailbox,
  name: string,
): Promise<{ folder: ContactFolder; created: boolean }> {
  try {
    return { folder: await mailbox.createFolder(name), created: true };
  } catch (error) {
    if (!(error instanceof GraphFailure) || !['folderExists', 'unavailable'].includes(error.kind)) throw error;
    const folder = await mailbox.findFolder([name]);
    if (!folder) throw error;
    return { folder, created: error.kind === 'unavailable' };
  }
}
