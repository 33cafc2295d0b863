import {
  type ContactFolder,
  type ContactMailbox,
  GraphFailure,
  type MarkedFolder,
} from '../../ports/contactMailbox.ts';
import type { SyncedList } from '../../settings/contactList.ts';
import type { ListFolder, MailboxCheckpoint } from '../../store/mailboxCheckpoint.ts';
import { FolderOfAnotherList } from './folderOfAnotherList.ts';
import type { ListPass } from './listPass.ts';
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
  readonly pass: ListPass;
  /** Where the list stands now. */
  readonly checkpoint: MailboxCheckpoint;
  /** Look at the folder although the checkpoint names it. */
  readonly verify: boolean;
}

interface Installations {
  readonly list: Pick<SyncedList, 'takeOver'>;
  readonly checkpoint: Pick<MailboxCheckpoint, 'installations'>;
  readonly readInstallation: () => Promise<string>;
}

/** What is to be done to a folder, which whoever does it has to commit before. */
export type FolderChange =
  | { readonly kind: 'create'; readonly former: TargetFolder['former'] }
  /** `folder`: as it is once it was renamed. */
  | { readonly kind: 'rename'; readonly folder: TargetFolder };

export type FolderStep = FolderChange | { readonly kind: 'there'; readonly folder: TargetFolder };

/**
 * The list's folder in a target mailbox, or what is to be done for it. The id of the checkpoint is trusted, so that the
 * normal path reads nothing. A renamed destination renames our folder; where that cannot be, because the name is that
 * of another folder or the folder is not ours alone, the list moves to the folder of that name (rules.md: Applying, 3).
 *
 * @throws GraphFailure
 * @throws OtherInstallation
 * @throws FolderOfAnotherList
 */
export async function findTargetFolder(question: FolderQuestion): Promise<FolderStep> {
  const { pass, checkpoint, verify } = question;
  const { list } = pass.assignment;
  const { folder } = checkpoint;
  if (!folder) return findByName(question, 'none');
  const isNamed = folder.name === list.destination.folder;
  if (!verify && isNamed) return { kind: 'there', folder: knownFolder(folder) };
  const current = await findStandingFolder(pass.target.mailbox, folder.id);
  if (!current) return findByName(question, 'lost');
  const mark = (await claimFolder(current, question)) ? 'ours' : markOf(folder.created);
  const marked = { ...knownFolder(folder), mark } as const;
  if (isNamed) return { kind: 'there', folder: marked };
  return (await mayRename(folder, question)) ? { kind: 'rename', folder: marked } : findByName(question, 'left');
}

/**
 * Does it. Something else may be left to do: a name may have been given away meanwhile.
 *
 * @throws GraphFailure
 * @throws OtherInstallation
 * @throws FolderOfAnotherList
 */
export async function changeTargetFolder(change: FolderChange, question: FolderQuestion): Promise<FolderStep> {
  if (change.kind === 'create') return { kind: 'there', folder: await createFolder(change.former, question) };
  const { assignment, target } = question.pass;
  try {
    await target.mailbox.renameFolder(change.folder.id, assignment.list.destination.folder);
    return { kind: 'there', folder: change.folder };
  } catch (error) {
    if (error instanceof GraphFailure && error.kind === 'folderExists') return findByName(question, 'left');
    throw error;
  }
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
  { list, checkpoint, readInstallation }: Installations,
): Promise<boolean> {
  if (installation === list.takeOver || checkpoint.installations.includes(installation)) return true;
  return installation === (await readInstallation());
}

/**
 * Whether the folder carries our mark, which it is given where it is taken over.
 *
 * @throws OtherInstallation
 */
async function claimFolder(
  { id, installation }: MarkedFolder,
  { pass: { assignment, target, tools }, checkpoint }: FolderQuestion,
): Promise<boolean> {
  if (installation === undefined) return false;
  const { list } = assignment;
  const { readInstallation } = tools;
  const isOurs = await isOurInstallation(installation, { list, checkpoint, readInstallation });
  if (!isOurs) throw new OtherInstallation(installation);
  const ours = await readInstallation();
  if (installation !== ours) await target.mailbox.markFolder(id, ours);
  return true;
}

/** False where the list has to move to another folder instead. */
async function mayRename(
  { id, created }: ListFolder,
  { pass: { assignment, target } }: FolderQuestion,
): Promise<boolean> {
  const { list, otherFolderIds } = assignment;
  if (!created || otherFolderIds.has(id)) return false;
  // The default folder has names that nothing keeps others from having.
  const named = await target.mailbox.findFolder([list.destination.folder]);
  return !named || named.id === id;
}

async function findByName(question: FolderQuestion, former: TargetFolder['former']): Promise<FolderStep> {
  const { pass, checkpoint } = question;
  const found = await pass.target.mailbox.findFolder([pass.assignment.list.destination.folder]);
  if (!found) return { kind: 'create', former };
  const isOurs = checkpoint.phase.kind === 'makingFolder';
  return { kind: 'there', folder: await adopt(found, isOurs, question, former) };
}

async function createFolder(former: TargetFolder['former'], question: FolderQuestion): Promise<TargetFolder> {
  const { assignment, target, tools } = question.pass;
  const { mailbox } = target;
  const { folder: name } = assignment.list.destination;
  const installation = await tools.readInstallation();
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
  const { pass, checkpoint } = question;
  const { doubledBy, otherFolderIds } = pass.assignment;
  const { mailbox } = pass.target;
  if (found.id === checkpoint.folder?.id) return knownFolder(checkpoint.folder);
  const otherList = await doubledBy(found.id);
  if (otherList !== undefined) throw new FolderOfAnotherList(otherList);
  const marked = (await mailbox.getFolder(found.id)) ?? { ...found, installation: undefined };
  const isMarked = await claimFolder(marked, question);
  // What carries our mark was made by us, if not by another list.
  const created = isOurs || (isMarked && !otherFolderIds.has(found.id));
  return { id: found.id, created, mark: isMarked ? 'ours' : markOf(created), adopted: true, former };
}
