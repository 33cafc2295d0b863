import { everybody, hiddenUpTo } from '../../domain/audience.ts';
import { isOtherJournal } from '../../domain/dueMailboxes.ts';
import { headOf } from '../../domain/goal.ts';
import { next, owedListing, pointAt, startOf } from '../../domain/mailboxPhase.ts';
import { GraphFailure } from '../../ports/contactMailbox.ts';
import { listIn } from '../../settings/contactList.ts';
import { undetermined } from '../../settings/destination.ts';
import { type MailboxCheckpoint, reachedBy } from '../../store/mailboxCheckpoint.ts';
import type { Problem } from '../../store/progress.ts';
import type { Goal } from '../wanted/index.ts';
import { cleanUpList } from './cleanUpList.ts';
import { executePlan } from './executePlan.ts';
import type { UnfinishedExecution } from './execution.ts';
import { idsOfFormer } from './formerFolder.ts';
import { leaveFormerFolders } from './leaveFormerFolders.ts';
import type { ListPass } from './listPass.ts';
import {
  afterWork,
  dueAt,
  failed,
  finished,
  halted,
  interrupted,
  type ListResult,
  unchanged,
  withoutWork,
  withWork,
} from './listResult.ts';
import { type PreparedWork, prepareList, withCounts } from './prepareList.ts';
import {
  changeTargetFolder,
  type FolderChange,
  findStandingFolder,
  findTargetFolder,
  type TargetFolder,
} from './targetFolder.ts';
import { writePhotos } from './writePhotos.ts';

/**
 * Brings one list up to date in one mailbox, whose lease is held: folder, changes, plan, execution
 * (rules.md: Applying).
 *
 * @throws LeaseLost
 */
export async function syncList(pass: ListPass): Promise<ListResult> {
  const { checkpoint, wish, verifyKeys, list } = pass.assignment;
  const halt = await pass.tools.readHalt(list.id);
  if (halt) return withoutWork(halted(pass, checkpoint, halt, verifyKeys.length === 0));
  let goal: Goal;
  let local: ListPass;
  try {
    const staged = await inRing(pass);
    goal = await readGoal(staged);
    if (isUpToDate(staged, goal)) return withoutWork(unchanged(staged, checkpoint, goal.epoch));
    await staged.tools.readInstallation();
    local = await inUsersLanguage(staged);
  } catch (error) {
    return withoutWork(failed(pass, checkpoint, error, verifyKeys.length === 0));
  }
  return wish.kind === 'leaving'
    ? cleanUpList(local, goal)
    : bringUpToDate(local, local.assignment.checkpoint, goal, false);
}

/**
 * The user is asked for once, when the folder gets its name: it keeps that name when their language changes.
 *
 * @throws GraphFailure
 */
async function inUsersLanguage(pass: ListPass): Promise<ListPass> {
  const { assignment, target } = pass;
  const { list, checkpoint, wish } = assignment;
  if (!list.localDestination) return pass;
  const isAsked = checkpoint.language === undefined && wish.kind === 'target';
  const language = isAsked ? await target.readLanguage() : checkpoint.language;
  const local = { list: listIn(list, language ?? undetermined), checkpoint: { ...checkpoint, language } };
  return { ...pass, assignment: { ...assignment, ...local } };
}

/**
 * The mailbox goes no further than its ring, whatever the message says, and is written as its ring is (rules.md: Change
 * in rings).
 *
 * @throws DamagedRow
 */
async function inRing(pass: ListPass): Promise<ListPass> {
  const { assignment, tools } = pass;
  const { list, ring, wish, checkpoint, lookAtFolder, definition } = assignment;
  if (wish.kind === 'leaving') return pass;
  if (!list.rollout) {
    if (definition === undefined) return pass;
    return { ...pass, assignment: { ...assignment, list: await tools.listWith(list, definition) } };
  }
  const start = startOf(checkpoint.phase);
  const point = start === 'snapshot' ? { position: -1, settings: '' } : start;
  const stage = await tools.readStage(list, ring, { ...point, epoch: checkpoint.epoch }, lookAtFolder);
  if (!stage) return pass;
  const countsEdits = stage.isOnItsWay === true && list.rollout.haltWhen.editedShare !== undefined;
  return { ...pass, assignment: { ...assignment, list: stage.list, ringHead: stage.head, countsEdits } };
}

/** Of a list that a mailbox leaves nothing is read. */
const nowhere: Goal = { head: 0, epoch: 0, newest: 0 };

/** @throws DamagedRow */
async function readGoal({ assignment, tools: { reader } }: ListPass): Promise<Goal> {
  const { list, goal: asked, ringHead: ring, wish, checkpoint, viewer } = assignment;
  if (wish.kind === 'leaving') return nowhere;
  const journal = await reader.readNewest(list.id, asked === 'newest' ? undefined : asked);
  const reached = reachedBy(checkpoint);
  const newest = Math.max(journal.head, hiddenUpTo(viewer.audience));
  return { epoch: journal.epoch, head: headOf(asked, { reached, ring, journal }), newest };
}

function isUpToDate({ assignment, tools }: ListPass, goal: Goal): boolean {
  const { checkpoint, wish, full, lookAtFolder, verifyKeys } = assignment;
  const { phase } = checkpoint;
  if (wish.kind === 'leaving') return phase.kind === 'cleared';
  if (full || lookAtFolder || verifyKeys.length > 0 || phase.kind !== 'settled') return false;
  const due = dueAt(checkpoint);
  if (due > 0 && due <= tools.clock.now()) return false;
  if (phase.at.position !== goal.head || isOfOtherJournal(checkpoint, goal)) return false;
  if ((phase.at.audience ?? everybody) !== assignment.viewer.audience) return false;
  return phase.at.settings === tools.reader.mappingOf(assignment.list).settings;
}

/** Whether the position is none of this journal: the list's rows were lost, or put back from a backup. */
function isOfOtherJournal({ phase, epoch }: MailboxCheckpoint, goal: Goal): boolean {
  const start = startOf(phase);
  return start !== 'snapshot' && (start.position > goal.head || isOtherJournal(epoch, goal.epoch));
}

const journalSetBack: Problem = {
  code: 'JournalSetBack',
  detail:
    'The mailbox was ahead of the list: what is stored of the list was lost or put back from a backup. The mailbox is compared with the whole list',
};

async function bringUpToDate(
  pass: ListPass,
  checkpoint: MailboxCheckpoint,
  goal: Goal,
  folderWasLost: boolean,
): Promise<ListResult> {
  const { assignment, target, tools } = pass;
  const { list, verifyKeys } = assignment;
  const { settings } = tools.reader.mappingOf(list);
  const start = startOf(checkpoint.phase);
  const isSetBack = isOfOtherJournal(checkpoint, goal);
  const isOfOther = start !== 'snapshot' && (start.audience ?? everybody) !== assignment.viewer.audience;
  const isInLine = start !== 'snapshot' && !isSetBack && start.settings === settings && !isOfOther;
  const comparesAll = assignment.full || !isInLine;
  const isOwed = checkpoint.phase.kind === 'listing' || verifyKeys.length > 0;
  const isLookedAt = comparesAll || assignment.lookAtFolder || folderWasLost || isOwed;
  let announced = checkpoint;
  let folder: TargetFolder;
  try {
    const question = { pass, checkpoint, verify: isLookedAt };
    let step = await findTargetFolder(question);
    while (step.kind !== 'there') {
      // Committed before it is done, so that it is known even if nobody hears that it was.
      announced = announceFolder(announced, step);
      await target.lease.commit({ listId: list.id, checkpoint: announced });
      step = await changeTargetFolder(step, question);
    }
    folder = step.folder;
  } catch (error) {
    return withoutWork(failed(pass, announced, error, true));
  }
  const startsOver = comparesAll || folder.former !== 'none';
  const begun = startsOver ? startOver(checkpoint) : checkpoint;
  const named = await nameFolder(pass, begun, goal, folder);
  // Another folder than before is named only once it was listed: who takes over after an interruption lists it too,
  // and has to know whether it is ours.
  const isListedFirst = folder.adopted || folder.former !== 'none';
  const before = isListedFirst ? findFolder(begun, folder) : named;
  const owed = owedListing(named.phase);
  let working: MailboxCheckpoint = { ...named, phase: next(named.phase, { kind: 'listed' }) };
  // What is only looked through is what its checkpoint says: whoever takes over after an interruption lists it anyway.
  const isLookedThrough = isInLine && folder.id === checkpoint.folder?.id;
  if (startsOver && !isLookedThrough) await target.lease.commit({ listId: list.id, checkpoint: before });
  let work: PreparedWork;
  try {
    work = await prepareList(pass, { before, working, owed, goal, folder });
    if (folder.mark === 'owed' && work.tasks.length > 0) working = await markFolder(pass, working, folder);
  } catch (error) {
    if (isNotFound(error) && !folderWasLost) return bringUpToDate(pass, before, goal, true);
    return withoutWork(failed(pass, before, error, verifyKeys.length === 0));
  }

  const { ledger } = work;
  const end = await execute(pass, work, folder, { isLookedAt, folderWasLost });
  if (end === 'folderLost') {
    await ledger.commit();
    return afterWork(await bringUpToDate(pass, working, goal, true), work);
  }
  const unfinished = { ...working, phase: next(working.phase, { kind: 'brokenOff', wasListed: owed !== undefined }) };
  if (end !== 'finished') return withWork(interrupted(pass, withCounts(unfinished, work), end), work);
  const left = await leaveFormerFolders(pass, work);
  if ('end' in left) return withWork(interrupted(pass, withCounts(unfinished, work), left.end), work);
  const arrived: MailboxCheckpoint = {
    ...withCounts(working, work),
    phase: next(working.phase, { kind: 'arrived', at: pointAt(goal.head, settings, assignment.viewer.audience) }),
    formerFolders: left.remaining,
    noMailboxTries: 0,
  };
  const notes = [...(isSetBack ? [journalSetBack] : []), ...left.notes];
  return withWork(finished(pass, arrived, ledger, notes), work);
}

/** A folder that is found after an interruption is ours then, and one that was renamed is looked at again, whatever its name is. */
function announceFolder(checkpoint: MailboxCheckpoint, { kind }: FolderChange): MailboxCheckpoint {
  return kind === 'create' ? makeFolder(checkpoint) : startOver(withoutFolderName(checkpoint));
}

function startOver(checkpoint: MailboxCheckpoint): MailboxCheckpoint {
  return { ...checkpoint, phase: next(checkpoint.phase, { kind: 'startedOver' }) };
}

function makeFolder(checkpoint: MailboxCheckpoint): MailboxCheckpoint {
  return { ...checkpoint, phase: next(checkpoint.phase, { kind: 'folderAnnounced' }) };
}

/** Until the new name is known to hold, the folder may have either. */
function withoutFolderName(checkpoint: MailboxCheckpoint): MailboxCheckpoint {
  const { folder } = checkpoint;
  return folder ? { ...checkpoint, folder: { ...folder, name: undefined } } : checkpoint;
}

/** Of a folder that is not named yet. */
function findFolder(begun: MailboxCheckpoint, { created }: TargetFolder): MailboxCheckpoint {
  return created ? makeFolder(begun) : begun;
}

async function nameFolder(
  { assignment: { list }, tools: { readInstallation } }: ListPass,
  begun: MailboxCheckpoint,
  goal: Goal,
  folder: TargetFolder,
): Promise<MailboxCheckpoint> {
  const isMarked = folder.mark === 'ours' || !folder.created;
  const left = folder.former === 'left' && begun.folder ? [begun.folder] : [];
  const former = [...begun.formerFolders, ...left.map(({ id, created }) => ({ id, created }))];
  return {
    ...begun,
    phase: next(begun.phase, { kind: 'folderNamed' }),
    epoch: goal.epoch || begun.epoch,
    folder: { id: folder.id, name: list.destination.folder, created: folder.created },
    installations: isMarked ? withName(begun.installations, await readInstallation()) : begun.installations,
    formerFolders: former.filter(({ id }) => id !== folder.id),
  };
}

function withName(installations: readonly string[], installation: string): string[] {
  return [...new Set([...installations, installation])];
}

/** A folder that an older version made is marked when something is written to it anyway. */
async function markFolder(
  { target: { mailbox }, tools: { readInstallation } }: ListPass,
  working: MailboxCheckpoint,
  { id }: TargetFolder,
): Promise<MailboxCheckpoint> {
  const installation = await readInstallation();
  await mailbox.markFolder(id, installation);
  return { ...working, installations: withName(working.installations, installation) };
}

/**
 * Carries the plan out. An id that the mailbox does not know is reason to look at the folder, unless that was done: the
 * folder may be gone, or the mailbox replaced behind its user, while a single contact may just have been deleted.
 */
async function execute(
  pass: ListPass,
  { tasks, photos, ledger, formers }: PreparedWork,
  folder: TargetFolder,
  { isLookedAt, folderWasLost }: { readonly isLookedAt: boolean; readonly folderWasLost: boolean },
): Promise<'finished' | 'folderLost' | UnfinishedExecution> {
  const formerFolderIds = idsOfFormer(formers);
  const end = await executePlan(tasks, { ...pass, folderId: folder.id, formerFolderIds, ledger });
  if (end.kind === 'mailboxFailed') return isNotFound(end.failure) && !folderWasLost ? 'folderLost' : end;
  if (end.kind !== 'finished') return end;
  const unfinished = await writePhotos(photos, { ...pass, ledger });
  if (unfinished) return unfinished;
  if (isLookedAt || !end.missed) return 'finished';
  try {
    return (await findStandingFolder(pass.target.mailbox, folder.id)) ? 'finished' : 'folderLost';
  } catch (error) {
    if (!(error instanceof GraphFailure)) throw error;
    return { kind: 'mailboxFailed', failure: error, unknown: false };
  }
}

function isNotFound(error: unknown): error is GraphFailure {
  return error instanceof GraphFailure && error.kind === 'notFound';
}
