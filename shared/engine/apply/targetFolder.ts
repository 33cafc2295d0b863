import {
  type ContactFolder,
  type ContactMailbox,
  GraphFailure,
  type MarkedFolder,
} from '../../ports/contactMailbox.ts';
import type { SyncedList } from '../../settings/contactList.ts';
import type { ListFolder, MailboxCheckpoint } from '../../store/mailboxCheckpoint.ts';
import { FolderOfAnotherList } from './folderOfAnotherList.ts';
import { OtherInstallation } from './otherInstallation.ts';

export interface TargetFolder {
  readonly id: string;
  /** Whether this list made it: only then may it be renamed or removed. */
  readonly created: boolean;
  /** Whether it carries our mark; `owed`: it was made by an older version. */
  readonly mark: 'ours' | 'none' | 'owed' | 'unseen';
  /** It was there although no checkpoint of ours names it: list it first, so that a lost ledger doubles nothing. */
  readonly adopted: boolean;
  /**
   * What became of the folder that the checkpoint names, where this is another. `lost`: it is gone with what was in
   * it. `left`: the destination is another folder now, and what is ours moves there.
   */
  readonly former: 'none' | 'lost' | 'left';
}

export interface FolderQuestion {
  readonly mailbox: ContactMailbox;
  readonly list: SyncedList;
  readonly checkpoint: MailboxCheckpoint;
  /** Look at the folder although the checkpoint names it. */
  readonly verify: boolean;
  /** Folders that other lists have in the mailbox. */
  readonly otherFolderIds: ReadonlySet<string>;
  /** The list that writes the same contacts into a folder, if there is one. */
  readonly doubledBy: (folderId: string) => Promise<string | undefined>;
  readonly readInstallation: () => Promise<string>;
  /**
   * Notes what is about to be done to a folder: one that is found after an interruption is ours then, and one that was
   * renamed is looked at again, whatever the name is to be by then.
   */
  readonly announce: (change: 'create' | 'rename') => Promise<void>;
}

/**
 * The list's folder in a target mailbox, made when it is missing. The id of the checkpoint is trusted, so that the
 * normal path reads nothing. A renamed destination renames our folder; where that cannot be, because the name is that
 * of another folder or the folder is not ours alone, the list moves to the folder of that name (design: Applying, 3).
 *
 * @throws GraphFailure
 * @throws OtherInstallation
 * @throws FolderOfAnotherList
 */
export async function ensureTargetFolder(question: FolderQuestion): Promise<TargetFolder> {
  const { mailbox, list, checkpoint, verify } = question;
  const { folder } = checkpoint;
  if (!folder) return findOrCreate(question, 'none');
  const isNamed = folder.name === list.destination.folder;
  if (!verify && isNamed) return knownFolder(folder);
  const current = await findStandingFolder(mailbox, folder.id);
  if (!current) return findOrCreate(question, 'lost');
  const mark = (await claimFolder(current, question)) ? 'ours' : markOf(folder.created);
  if (!isNamed && !(await renameFolder(folder, question))) return findOrCreate(question, 'left');
  return { ...knownFolder(folder), mark };
}

/** The folder as the checkpoint names it, there or not. */
export function knownFolder({ id, created }: ListFolder): TargetFolder {
  return { id, created, mark: 'unseen', adopted: false, former: 'none' };
}

/** Of a folder that carries none. */
function markOf(created: boolean): TargetFolder['mark'] {
  return created ? 'owed' : 'none';
}

/** Undefined for a folder that is gone, or lies in Deleted Items, where its id still resolves. */
export async function findStandingFolder(mailbox: ContactMailbox, folderId: string): Promise<MarkedFolder | undefined> {
  const folder = await mailbox.getFolder(folderId);
  return folder && !(await mailbox.isDeleted(folder)) ? folder : undefined;
}

/** Whether an installation is this one, was it under an id that was lost, or is taken over by this one. */
export async function isOurInstallation(
  installation: string,
  { list, checkpoint, readInstallation }: Pick<FolderQuestion, 'list' | 'checkpoint' | 'readInstallation'>,
): Promise<boolean> {
  if (installation === list.takeOver || checkpoint.installations.includes(installation)) return true;
  return installation === (await readInstallation());
}

/**
 * Whether the folder carries our mark, which it is given where it is taken over.
 *
 * @throws OtherInstallation
 */
async function claimFolder(folder: MarkedFolder, question: FolderQuestion): Promise<boolean> {
  const { id, installation } = folder;
  if (installation === undefined) return false;
  if (!(await isOurInstallation(installation, question))) throw new OtherInstallation(installation);
  const ours = await question.readInstallation();
  if (installation !== ours) await question.mailbox.markFolder(id, ours);
  return true;
}

/** Resolves with false where the list has to move to another folder instead. */
async function renameFolder(
  { id, created }: ListFolder,
  { mailbox, list, otherFolderIds, announce }: FolderQuestion,
): Promise<boolean> {
  const { folder: name } = list.destination;
  if (!created || otherFolderIds.has(id)) return false;
  // The default folder has names that nothing keeps others from having.
  const named = await mailbox.findFolder([name]);
  if (named && named.id !== id) return false;
  await announce('rename');
  try {
    await mailbox.renameFolder(id, name);
    return true;
  } catch (error) {
    if (error instanceof GraphFailure && error.kind === 'folderExists') return false;
    throw error;
  }
}

async function findOrCreate(question: FolderQuestion, former: TargetFolder['former']): Promise<TargetFolder> {
  const { mailbox, list, checkpoint, announce, readInstallation } = question;
  const { folder: name } = list.destination;
  const found = await mailbox.findFolder([name]);
  if (found) return adopt(found, checkpoint.phase.kind === 'makingFolder', question, former);
  await announce('create');
  const installation = await readInstallation();
  try {
    const { id } = await mailbox.createFolder(name, installation);
    return { id, created: true, mark: 'ours', adopted: false, former };
  } catch (error) {
    if (!(error instanceof GraphFailure) || !['folderExists', 'unavailable'].includes(error.kind)) throw error;
    const made = await mailbox.findFolder([name]);
    if (!made) throw error;
    // A call without an answer may have made it.
    return adopt(made, error.kind === 'unavailable', question, former);
  }
}

/** @param isOurs it was being made by us */
async function adopt(
  found: ContactFolder,
  isOurs: boolean,
  question: FolderQuestion,
  former: TargetFolder['former'],
): Promise<TargetFolder> {
  const { mailbox, checkpoint, otherFolderIds } = question;
  if (found.id === checkpoint.folder?.id) return knownFolder(checkpoint.folder);
  const otherList = await question.doubledBy(found.id);
  if (otherList !== undefined) throw new FolderOfAnotherList(otherList);
  const marked = (await mailbox.getFolder(found.id)) ?? { ...found, installation: undefined };
  const isMarked = await claimFolder(marked, question);
  // What carries our mark was made by us, if not by another list.
  const created = isOurs || (isMarked && !otherFolderIds.has(found.id));
  return { id: found.id, created, mark: isMarked ? 'ours' : markOf(created), adopted: true, former };
}
