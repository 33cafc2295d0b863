import { isOtherJournal } from '../../core/dueMailboxes.ts';
import { type ContactMailbox, GraphFailure } from '../../ports/contactMailbox.ts';
import { type MailboxCheckpoint, mailboxCheckpointOperation } from '../../state/mailboxes.ts';
import type { Problem } from '../../state/progress.ts';
import { cleanUpList } from './cleanUpList.ts';
import { executePlan } from './executePlan.ts';
import type { ExecutionEnd } from './execution.ts';
import { leaveFormerFolders } from './leaveFormerFolders.ts';
import { isListingOwed, type ListPass } from './listPass.ts';
import { failedBeforeListing, finished, interrupted, type ListResult, newCheckpoint, unchanged } from './listResult.ts';
import { type PreparedWork, prepareList } from './prepareList.ts';
import { ensureTargetFolder, findStandingFolder, type TargetFolder } from './targetFolder.ts';
import type { JournalGoal } from './wantedContacts.ts';

/**
 * Brings one list up to date in one mailbox, whose lease is held: folder, changes, plan, execution
 * (design: Applying to a mailbox, 2 to 10).
 *
 * @throws LeaseLost
 */
export async function syncList(pass: ListPass): Promise<ListResult> {
  const stored = pass.checkpoint ?? newCheckpoint();
  const checkpoint = { ...stored, sequence: Math.max(stored.sequence, pass.reportedSequence) };
  let goal: JournalGoal;
  try {
    goal = await readGoal(pass, checkpoint);
    if (isUpToDate(pass, checkpoint, goal)) return unchanged(pass, checkpoint, goal.epoch);
    await pass.readInstallation();
  } catch (error) {
    return failedBeforeListing(pass, checkpoint, error, pass.verifyKeys.length === 0);
  }
  return pass.leaving ? cleanUpList(pass, checkpoint, goal) : bringUpToDate(pass, checkpoint, goal, false);
}

/** What is remembered for an older message must not take the mailbox back. */
async function readGoal(
  { list, reader, goal, leaving }: ListPass,
  { position, epoch }: MailboxCheckpoint,
): Promise<JournalGoal> {
  if (leaving) return goal;
  const isOther = isOtherJournal(epoch, goal.epoch);
  return reader.readGoal(list, isOther ? goal : { ...goal, head: Math.max(goal.head, position) });
}

function isUpToDate(pass: ListPass, checkpoint: MailboxCheckpoint, goal: JournalGoal): boolean {
  if (pass.leaving) {
    const isNowhere = checkpoint.folderId === '' && checkpoint.formerFolders.length === 0;
    return checkpoint.cleared || isNowhere;
  }
  if (pass.full || pass.lookAtFolder || isListingOwed(pass)) return false;
  if (checkpoint.failed > 0 && checkpoint.failuresDueAt <= pass.clock.now()) return false;
  if (checkpoint.position !== goal.head || isOfOtherJournal(checkpoint, goal)) return false;
  return checkpoint.settings === pass.reader.mappingOf(pass.list).settings;
}

/** Whether the position is none of this journal: the list's rows were lost, or put back from a backup. */
function isOfOtherJournal({ position, epoch }: MailboxCheckpoint, goal: JournalGoal): boolean {
  return position > goal.head || (position >= 0 && isOtherJournal(epoch, goal.epoch));
}

const journalSetBack: Problem = {
  code: 'JournalSetBack',
  detail:
    'The mailbox was ahead of the list: what is stored of the list was lost or put back from a backup. The mailbox is compared with the whole list',
};

async function bringUpToDate(
  pass: ListPass,
  checkpoint: MailboxCheckpoint,
  goal: JournalGoal,
  folderWasLost: boolean,
): Promise<ListResult> {
  const { list, lease } = pass;
  const { settings } = pass.reader.mappingOf(list);
  const isSetBack = isOfOtherJournal(checkpoint, goal);
  const comparesAll = pass.full || checkpoint.position < 0 || isSetBack || checkpoint.settings !== settings;
  const isLookedAt = comparesAll || pass.lookAtFolder || folderWasLost || isListingOwed(pass);
  let announced = checkpoint;
  let folder: TargetFolder;
  try {
    folder = await ensureTargetFolder({ ...pass, checkpoint, verify: isLookedAt, announce: announceFolder });
  } catch (error) {
    return failedBeforeListing(pass, announced, error, true);
  }
  const startOver = comparesAll || folder.former !== 'none';
  const begun = startOver ? { ...checkpoint, position: -1, settings: '' } : checkpoint;
  let working = await workingCheckpoint(pass, begun, goal, folder);
  // Another folder than before is named only once it was listed: who takes over after an interruption lists it too,
  // and has to know whether it is ours.
  const isListedFirst = folder.adopted || folder.former !== 'none';
  const before = isListedFirst ? { ...begun, creatingFolder: folder.created } : working;
  if (startOver) await lease.commit([mailboxCheckpointOperation(list.id, before)]);
  let work: PreparedWork;
  try {
    work = await prepareList({ pass, before, working, goal, folder });
    if (folder.mark === 'owed' && work.tasks.length > 0) working = await markFolder(pass, working);
  } catch (error) {
    if (isNotFound(error) && !folderWasLost) return bringUpToDate(pass, before, goal, true);
    return failedBeforeListing(pass, before, error, pass.verifyKeys.length === 0);
  }

  const { ledger, counted } = work;
  const end = await execute(pass, work, folder, { isLookedAt, folderWasLost });
  if (end === 'folderLost') {
    await ledger.commit();
    return bringUpToDate(pass, working, goal, true);
  }
  if (end.kind !== 'finished') return interrupted(pass, counted(working), end, ledger);
  const left = await leaveFormerFolders(pass, work);
  if ('end' in left) return interrupted(pass, counted(working), left.end, ledger);
  const arrived = {
    ...counted(working),
    position: goal.head,
    settings,
    formerFolders: left.remaining,
    noMailboxTries: 0,
  };
  return finished(pass, arrived, ledger, [...(isSetBack ? [journalSetBack] : []), ...left.notes]);

  /** Committed before the folder is made or renamed, so that it is known even if nobody hears that it was done. */
  function announceFolder(change: 'create' | 'rename'): Promise<void> {
    // Until the new name is known to hold, the folder may have either.
    const doubt = change === 'create' ? { creatingFolder: true } : { folderName: '' };
    announced = { ...announced, position: -1, settings: '', ...doubt };
    return lease.commit([mailboxCheckpointOperation(list.id, announced)]);
  }
}

async function workingCheckpoint(
  { list, readInstallation }: ListPass,
  begun: MailboxCheckpoint,
  goal: JournalGoal,
  folder: TargetFolder,
): Promise<MailboxCheckpoint> {
  const isNamed = folder.mark === 'ours' || !folder.created;
  const left = folder.former === 'left' ? [{ id: begun.folderId, created: begun.folderCreated }] : [];
  return {
    ...begun,
    epoch: goal.epoch || begun.epoch,
    folderId: folder.id,
    folderName: list.destination.folder,
    folderCreated: folder.created,
    installations: isNamed ? withName(begun.installations, await readInstallation()) : begun.installations,
    formerFolders: [...begun.formerFolders, ...left].filter(({ id }) => id !== folder.id),
    creatingFolder: false,
    listingOwed: false,
    cleared: false,
    clearedAt: 0,
  };
}

function withName(installations: readonly string[], installation: string): string[] {
  return [...new Set([...installations, installation])];
}

/** A folder that an older version made is marked when something is written to it anyway. */
async function markFolder(
  { mailbox, readInstallation }: ListPass,
  working: MailboxCheckpoint,
): Promise<MailboxCheckpoint> {
  const installation = await readInstallation();
  await mailbox.markFolder(working.folderId, installation);
  return { ...working, installations: withName(working.installations, installation) };
}

/**
 * Carries the plan out. An id that the mailbox does not know is reason to look at the folder, unless that was done: the
 * folder may be gone, or the mailbox replaced behind its user, while a single contact may just have been deleted.
 */
async function execute(
  pass: ListPass,
  { tasks, ledger }: PreparedWork,
  folder: TargetFolder,
  { isLookedAt, folderWasLost }: { readonly isLookedAt: boolean; readonly folderWasLost: boolean },
): Promise<ExecutionEnd | 'folderLost'> {
  const { mailbox, missed } = noticeMissing(pass.mailbox);
  const end = await executePlan(tasks, { ...pass, mailbox, folderId: folder.id, ledger });
  if (end.kind === 'mailboxFailed') return isNotFound(end.failure) && !folderWasLost ? 'folderLost' : end;
  if (end.kind === 'wait' || isLookedAt || !missed()) return end;
  try {
    return (await findStandingFolder(mailbox, folder.id)) ? end : 'folderLost';
  } catch (error) {
    if (!(error instanceof GraphFailure)) throw error;
    return { kind: 'mailboxFailed', failure: error, unknown: false };
  }
}

/** A mailbox that remembers whether a write named a contact that it does not have. */
function noticeMissing(mailbox: ContactMailbox): { mailbox: ContactMailbox; missed: () => boolean } {
  let missed = false;
  return { mailbox: { ...mailbox, write }, missed: () => missed };

  async function write(writes: Parameters<ContactMailbox['write']>[0]) {
    const outcomes = await mailbox.write(writes);
    missed ||= outcomes.some(({ kind }) => kind === 'gone');
    return outcomes;
  }
}

function isNotFound(error: unknown): error is GraphFailure {
  return error instanceof GraphFailure && error.kind === 'notFound';
}
