import { next, owedListing } from '../../domain/mailboxPhase.ts';
import { GraphFailure, type MarkedFolder } from '../../ports/contactMailbox.ts';
import type { SyncedList } from '../../settings/contactList.ts';
import type { ListFolder, MailboxCheckpoint } from '../../store/mailboxCheckpoint.ts';
import type { Problem } from '../../store/progress.ts';
import type { Goal } from '../wanted/index.ts';
import { executePlan } from './executePlan.ts';
import { idsOfFormer } from './formerFolder.ts';
import { leaveFormerFolders } from './leaveFormerFolders.ts';
import type { ListPass } from './listPass.ts';
import {
  cleared,
  dueAt,
  ended,
  failed,
  gone,
  interrupted,
  type ListEnd,
  type ListResult,
  refusedContacts,
  withoutWork,
  withWork,
} from './listResult.ts';
import { OtherInstallation } from './otherInstallation.ts';
import { type PreparedWork, prepareList, withCounts } from './prepareList.ts';
import { removeFolder } from './removeFolder.ts';
import { isOurInstallation, knownFolder } from './targetFolder.ts';

/** Takes out of the mailbox what the list wrote there, and the folder if it is ours and nothing is left in it. */
export async function cleanUpList(pass: ListPass, goal: Goal): Promise<ListResult> {
  const { list, checkpoint, verifyKeys } = pass.assignment;
  let begun: MailboxCheckpoint = { ...checkpoint, phase: next(checkpoint.phase, { kind: 'startedOver' }) };
  try {
    const folder = await lookAtFolder(pass);
    if (folder && !begun.folder) begun = { ...begun, folder: nameFound(folder, list) };
    await pass.target.lease.commit({ listId: list.id, checkpoint: begun });
    const result = await cleanUp(pass, begun, goal, folder);
    return result.state === 'skipped' && (await isUserGone(pass)) ? { ...result, ...gone(pass, begun) } : result;
  } catch (error) {
    if (error instanceof OtherInstallation) return withoutWork(await leaveToOthers(pass, begun, error));
    const isWithoutMailbox = error instanceof GraphFailure && error.kind === 'noMailbox';
    if (isWithoutMailbox && (await isUserGone(pass))) return withoutWork(gone(pass, begun));
    return withoutWork(failed(pass, begun, error, verifyKeys.length === 0));
  }
}

/** @throws OtherInstallation */
async function lookAtFolder(pass: ListPass): Promise<MarkedFolder | undefined> {
  const { assignment, target, tools } = pass;
  const { list, checkpoint } = assignment;
  const id = checkpoint.folder?.id ?? (await findByName(pass));
  if (id === undefined) return undefined;
  const folder = await target.mailbox.getFolder(id);
  const mark = folder?.installation;
  if (
    mark !== undefined &&
    !(await isOurInstallation(mark, { list, checkpoint, readInstallation: tools.readInstallation }))
  )
    throw new OtherInstallation(mark);
  return folder;
}

/**
 * The folder that the list would write into: it may have done so before the mailbox's rows were lost or put back. Where
 * no rows are known and nothing can be reached, nothing ever was.
 */
async function findByName({ assignment, target }: ListPass): Promise<string | undefined> {
  const { list, checkpoint } = assignment;
  const { folder: name } = list.destination;
  if (name === '') return undefined;
  try {
    return (await target.mailbox.findFolder([name]))?.id;
  } catch (error) {
    const isOutOfReach = error instanceof GraphFailure && ['noMailbox', 'accessDenied'].includes(error.kind);
    if (isOutOfReach && checkpoint.phase.kind === 'new') return undefined;
    throw error;
  }
}

function nameFound({ id, installation }: MarkedFolder, { destination }: SyncedList): ListFolder {
  return { id, name: destination.folder, created: installation !== undefined };
}

async function cleanUp(
  pass: ListPass,
  begun: MailboxCheckpoint,
  goal: Goal,
  folder: MarkedFolder | undefined,
): Promise<ListResult> {
  const working: MailboxCheckpoint = { ...begun, phase: next(begun.phase, { kind: 'listed' }) };
  const known = begun.folder && knownFolder(begun.folder);
  const work = await prepareList(pass, { before: begun, working, owed: owedListing(begun.phase), goal, folder: known });
  const end = await executePlan(work.tasks, {
    ...pass,
    // Nothing is made here.
    folderId: known?.id ?? '',
    formerFolderIds: idsOfFormer(work.formers),
    ledger: work.ledger,
  });
  if (end.kind !== 'finished') return withWork(interrupted(pass, withCounts(working, work), end), work);
  const left = await leaveFormerFolders(pass, work);
  if ('end' in left) return withWork(interrupted(pass, withCounts(working, work), left.end), work);
  return withWork(await endCleanUp(pass, working, folder, work, left.notes), work);
}

async function endCleanUp(
  pass: ListPass,
  working: MailboxCheckpoint,
  folder: MarkedFolder | undefined,
  work: PreparedWork,
  notes: readonly Problem[],
): Promise<ListEnd> {
  const last = withCounts(working, work);
  const [refused] = refusedContacts(work.ledger);
  if (refused) return ended(pass, last, { state: 'failed', until: dueAt(last), problem: refused }, true);
  try {
    const kept = folder && (await removeOurs(pass, folder));
    return cleared(pass, working, [], [...notes, ...(kept ? [kept] : [])]);
  } catch (error) {
    return failed(pass, last, error, true);
  }
}

/** A folder that carries our mark was made by us, be it for another list; one that another list uses stays for it. */
async function removeOurs(
  { assignment: { checkpoint, otherFolderIds }, target: { mailbox } }: ListPass,
  folder: MarkedFolder,
): Promise<Problem | undefined> {
  const isOurs = checkpoint.folder?.created || folder.installation !== undefined;
  if (!isOurs || otherFolderIds.has(folder.id)) return undefined;
  return removeFolder(mailbox, folder);
}

/** What another installation has taken over is not touched, and nothing of ours is left. */
async function leaveToOthers(pass: ListPass, begun: MailboxCheckpoint, error: OtherInstallation): Promise<ListEnd> {
  const sourceKeys = await pass.target.partition.readLedgerKeys(pass.assignment.list.id);
  const ended = { how: 'leftToOthers' as const, at: pass.tools.clock.now() };
  const removals = sourceKeys.map(sourceKey => ({ kind: 'remove' as const, sourceKey, ended }));
  const detail = `The folder belongs to another installation of this app (${error.installation}): it is left as it is`;
  return cleared(pass, begun, removals, [{ code: error.name, detail }]);
}

/** When the directory does not answer, nothing is known. */
async function isUserGone({ target: { hasUser } }: ListPass): Promise<boolean> {
  try {
    return !(await hasUser());
  } catch (error) {
    if (error instanceof GraphFailure) return false;
    throw error;
  }
}
