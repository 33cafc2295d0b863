import { GraphFailure, type MarkedFolder } from '../../ports/contactMailbox.ts';
import { type MailboxCheckpoint, mailboxCheckpointOperation } from '../../store/mailboxes.ts';
import type { Problem } from '../../store/progress.ts';
import { executePlan } from './executePlan.ts';
import { leaveFormerFolders } from './leaveFormerFolders.ts';
import type { ListPass } from './listPass.ts';
import {
  cleared,
  dueAt,
  ended,
  failed,
  failedBeforeListing,
  gone,
  interrupted,
  type ListResult,
  refusedContacts,
} from './listResult.ts';
import { OtherInstallation } from './otherInstallation.ts';
import { type PreparedWork, prepareList } from './prepareList.ts';
import { removeFolder } from './removeFolder.ts';
import { isOurInstallation, knownFolder } from './targetFolder.ts';
import type { JournalGoal } from './wantedContacts.ts';

/** Takes out of the mailbox what the list wrote there, and the folder if it is ours and nothing is left in it. */
export async function cleanUpList(
  pass: ListPass,
  checkpoint: MailboxCheckpoint,
  goal: JournalGoal,
): Promise<ListResult> {
  const begun: MailboxCheckpoint = {
    ...checkpoint,
    position: -1,
    settings: '',
    creatingFolder: false,
    listingOwed: false,
    cleared: false,
  };
  try {
    const folder = await lookAtFolder(pass, checkpoint);
    await pass.lease.commit([mailboxCheckpointOperation(pass.list.id, begun)]);
    const result = await cleanUp(pass, begun, goal, folder);
    return result.state === 'skipped' && (await isUserGone(pass)) ? gone(pass, begun) : result;
  } catch (error) {
    if (error instanceof OtherInstallation) return leaveToOthers(pass, begun, error);
    const isWithoutMailbox = error instanceof GraphFailure && error.kind === 'noMailbox';
    if (isWithoutMailbox && (await isUserGone(pass))) return gone(pass, begun);
    return failedBeforeListing(pass, begun, error, pass.verifyKeys.length === 0);
  }
}

/** @throws OtherInstallation */
async function lookAtFolder(pass: ListPass, checkpoint: MailboxCheckpoint): Promise<MarkedFolder | undefined> {
  if (checkpoint.folderId === '') return undefined;
  const folder = await pass.mailbox.getFolder(checkpoint.folderId);
  const mark = folder?.installation;
  if (mark !== undefined && !(await isOurInstallation(mark, { ...pass, checkpoint })))
    throw new OtherInstallation(mark);
  return folder;
}

async function cleanUp(
  pass: ListPass,
  begun: MailboxCheckpoint,
  goal: JournalGoal,
  folder: MarkedFolder | undefined,
): Promise<ListResult> {
  const work = await prepareList({ pass, before: begun, working: begun, goal, folder: knownFolder(begun) });
  const { tasks, ledger, counted } = work;
  const end = await executePlan(tasks, { ...pass, folderId: begun.folderId, ledger });
  if (end.kind !== 'finished') return interrupted(pass, counted(begun), end, ledger);
  const left = await leaveFormerFolders(pass, work);
  if ('end' in left) return interrupted(pass, counted(begun), left.end, ledger);
  const [refused] = refusedContacts(ledger);
  if (refused) {
    const next = counted(begun);
    return withRows(ended(pass, next, { state: 'failed', until: dueAt(next), problem: refused }, true), work);
  }
  try {
    const kept = folder && (await removeOurs(pass, begun, folder));
    return cleared(pass, begun, ledger.takeRows(), [...left.notes, ...(kept ? [kept] : [])]);
  } catch (error) {
    return withRows(failed(pass, counted(begun), error, true), work);
  }
}

function withRows(result: ListResult, { ledger }: PreparedWork): ListResult {
  return { ...result, rows: [...ledger.takeRows(), ...result.rows] };
}

/** A folder that carries our mark was made by us, be it for another list; one that another list uses stays for it. */
async function removeOurs(
  { mailbox, otherFolderIds }: ListPass,
  { folderCreated }: MailboxCheckpoint,
  folder: MarkedFolder,
): Promise<Problem | undefined> {
  const isOurs = folderCreated || folder.installation !== undefined;
  if (!isOurs || otherFolderIds.has(folder.id)) return undefined;
  return removeFolder(mailbox, folder);
}

/** What another installation has taken over is not touched, and nothing of ours is left. */
async function leaveToOthers(pass: ListPass, begun: MailboxCheckpoint, error: OtherInstallation): Promise<ListResult> {
  const rowKeys = await pass.partition.readLedgerKeys(pass.list.id);
  const rows = rowKeys.map(rowKey => ({ kind: 'delete' as const, rowKey }));
  const detail = `The folder belongs to another installation of this app (${error.installation}): it is left as it is`;
  return cleared(pass, begun, rows, [{ code: error.name, detail }]);
}

/** When the directory does not answer, nothing is known. */
async function isUserGone({ hasUser }: ListPass): Promise<boolean> {
  try {
    return !(await hasUser());
  } catch (error) {
    if (error instanceof GraphFailure) return false;
    throw error;
  }
}
