import type { Contact } from '../../domain/contact.ts';
import type { Ending } from '../../domain/ending.ts';
import { existingPolicies } from '../../domain/existingContacts.ts';
import {
  contactIdOf,
  isPresent,
  type LedgerEntry,
  photoRetryOf,
  refusalOf,
  withoutPhoto,
} from '../../domain/ledgerEntry.ts';
import { type ListingCause, startOf } from '../../domain/mailboxPhase.ts';
import type { PlannedOperation } from '../../domain/plan.ts';
import { userEditPolicies } from '../../domain/userEdits.ts';
import { GraphFailure } from '../../ports/contactMailbox.ts';
import type { MailboxCheckpoint } from '../../store/mailboxCheckpoint.ts';
import type { RepairCounts } from '../../store/runWork.ts';
import { nameStage } from '../rollouts/index.ts';
import { type Goal, type Wanted, type WantedReader, withinAudience, withoutSelf } from '../wanted/index.ts';
import { adoptExisting } from './adoptExisting.ts';
import { countEdits } from './countEdits.ts';
import type { Task } from './execution.ts';
import { carryOverFrom, contactIdsOf, type FormerFolder, idsOfFormer, readFormerFolder } from './formerFolder.ts';
import { type LedgerWriter, openLedgerWriter } from './ledgerWriter.ts';
import type { ListPass } from './listPass.ts';
import type { WorkDone } from './listResult.ts';
import { photosWanted, type WantedPhoto } from './photosWanted.ts';
import { needsWholeLedger, planList, readLedgerOf, readWantedOf } from './planList.ts';
import { nothingToRecover, type Recovery, type RecoveryQuestion, recoverLedger } from './recoverLedger.ts';
import { isOurInstallation, type TargetFolder } from './targetFolder.ts';

export interface Preparation {
  /** The checkpoint that holds until the folder was listed where that is owed, and the one that holds from then on. */
  readonly before: MailboxCheckpoint;
  readonly working: MailboxCheckpoint;
  /** Why a listing was owed before. */
  readonly owed: ListingCause | undefined;
  readonly goal: Goal;
  /** Undefined in a clean-up that knows of none. */
  readonly folder: TargetFolder | undefined;
}

export interface PreparedWork extends WorkDone {
  readonly tasks: readonly Task[];
  readonly photos: readonly WantedPhoto[];
  /** Folders that contacts move out of, as far as they are there. */
  readonly formers: readonly FormerFolder[];
  readonly before: CountedLedger;
}

/** What the ledger held when it was read. */
interface CountedLedger {
  /** The rows of all contacts were read, and not only of those that changed. */
  readonly isWhole: boolean;
  readonly contacts: number;
  readonly failed: number;
}

/**
 * Reads what is wanted and what the ledger knows, lists the folder where that is owed, and plans.
 *
 * @throws GraphFailure
 * @throws OtherInstallation
 * @throws LeaseLost
 */
export async function prepareList(pass: ListPass, preparation: Preparation): Promise<PreparedWork> {
  const { assignment, target, tools } = pass;
  const { list } = assignment;
  const { before, working, goal, folder } = preparation;
  const leaving = assignment.wish.kind === 'leaving';
  const shared = withinAudience(await readerFor(pass, folder), assignment.viewer);
  const reader = withoutSelf(shared, list, target.partition.mailboxId);
  const wanted = await readWantedOf({ list, reader, leaving }, startOf(working.phase), goal);
  const reason = whyListed(pass, preparation);
  const wholeForPlan = reason !== undefined || needsWholeLedger(wanted, working);
  const read = await readLedgerOf(target.partition, list, wanted, wholeForPlan);
  const isOpen = read.some(isDamaged) || isUnexplained(wanted, read, wholeForPlan, working);
  const because = reason ?? (isOpen ? 'compare' : undefined);
  const whole = wholeForPlan || because !== undefined;
  const stored = whole === wholeForPlan ? read : await target.partition.readLedger(list.id);
  const {
    settings,
    mapping: { managedFields },
  } = reader.mappingOf(list);
  const ledger = openLedgerWriter(list.id, managedFields, stored, target.lease, tools.clock);

  const formers = await readFormerFolders(pass, working, ledger);
  const creatable = wanted.changes.flatMap(change => (change.wanted ? [change.sourceKey] : []));
  const mayBeMoved = wasWriting(pass, preparation) ? [...creatable, ...assignment.verifyKeys] : [];
  const recovery = because
    ? await listFolder(pass, preparation, because, { ledger, formers, mayBeMoved, wanted: contactsOf(wanted) })
    : nothingToRecover;
  if (because) forgetPhotos(ledger, preparation.owed, wanted);
  if (because) await ledger.commit();
  const isNamedNow = before.folder?.id !== working.folder?.id;
  if (isNamedNow) await target.lease.commit({ listId: list.id, checkpoint: working });
  const inDoubt = [...recovery.inDoubt, ...assignment.verifyKeys];
  const now = tools.clock.now();
  const planned = await planList({ list, reader, leaving, now, wanted, goal, ledger, inDoubt });
  const carried = planned.operations.map(operation => carryOverFrom(formers, operation, list, ledger));
  // The normal path reads no mailbox for it.
  const mayHaveThem = wanted.extent === 'snapshot' || wanted.bringsBack || because !== undefined;
  const seeksExisting = !leaving && mayHaveThem;
  const operations = seeksExisting ? await takeOverExisting(pass, carried, folder, ledger) : carried;
  const changedAt = new Map(planned.changes.map(change => [change.sourceKey, change.changedAt]));
  const plan = operations.map(operation => ({
    operation,
    entry: ledger.get(operation.sourceKey),
    changedAt: changedAt.get(operation.sourceKey),
  }));
  for (const operation of operations) {
    if (operation.action === 'record') record(operation, ledger);
  }
  const tasks = operations.filter(operation => operation.action !== 'record' && operation.action !== 'skip');
  const edits = await countEdits(tasks, ledger, pass);
  return {
    tasks: [...recovery.doubles, ...tasks],
    photos: photosWanted(planned.changes, operations),
    ledger,
    formers,
    plan,
    edits: edits.patched > 0 ? { ...edits, stage: nameStage({ head: goal.head, settings }) } : undefined,
    repaired: countRepairs(recovery, operations),
    before: { isWhole: whole, contacts: countContacts(stored), failed: stored.filter(refusalOf).length },
  };
}

/**
 * Which photos contacts hold is in doubt where rows were put back, and of what a pass was at that broke off; of a first
 * fill nothing was there before.
 */
function forgetPhotos(ledger: LedgerWriter, owed: ListingCause | undefined, { extent, changes }: Wanted): void {
  if (owed !== 'putBack' && (owed !== 'interrupted' || extent === 'snapshot')) return;
  const keys = new Set(changes.map(({ sourceKey }) => sourceKey));
  for (const entry of [...ledger.entries()]) {
    const isInDoubt = owed === 'putBack' || keys.has(entry.sourceKey);
    if (isInDoubt && isPresent(entry) && entry.photo !== undefined) ledger.put(withoutPhoto(entry));
  }
}

async function takeOverExisting(
  { assignment, target: { mailbox, partition }, tools: { readInstallation } }: ListPass,
  operations: readonly PlannedOperation[],
  folder: TargetFolder | undefined,
  ledger: LedgerWriter,
): Promise<readonly PlannedOperation[]> {
  const { list, checkpoint, otherListIds } = assignment;
  const { adopts, looksEverywhere } = existingPolicies[list.existing ?? 'leave'];
  if (!adopts) return operations;
  const isNew = folder?.adopted === false && folder.id !== checkpoint.folder?.id;
  return adoptExisting(operations, {
    ...{ list, mailbox, ledger, looksEverywhere },
    folderId: isNew ? undefined : folder?.id,
    installation: await readInstallation(),
    readClaimed: async () => {
      const ledgers = await Promise.all(otherListIds.map(partition.readLedger));
      return new Set(ledgers.flat().flatMap(entry => contactIdOf(entry) ?? []));
    },
    isOurInstallation: id => isOurInstallation(id, { list, checkpoint, readInstallation }),
  });
}

/** In a folder that is not ours the installation is part of the stamps (rules.md: Stamp). */
async function readerFor(
  { assignment: { wish }, tools: { reader, readInstallation } }: ListPass,
  folder: TargetFolder | undefined,
): Promise<WantedReader> {
  const isOurs = wish.kind === 'leaving' || folder?.created;
  return isOurs ? reader : reader.readFor(await readInstallation());
}

/** Why the folder is listed. `interrupted`: writes may have been under way. `compare`: what is there is right. */
type ListingReason = 'interrupted' | 'compare';

function whyListed(pass: ListPass, preparation: Preparation): ListingReason | undefined {
  const { full, wish } = pass.assignment;
  const { owed, folder } = preparation;
  if (wasWriting(pass, preparation) || folder?.former === 'lost') return 'interrupted';
  if (folder?.former === 'left') return 'compare';
  if (folder?.adopted) return 'interrupted';
  // A clean-up takes every contact of ours, also one that the user brought back after we had made it again.
  const isCompared = full || owed === 'putBack' || wish.kind === 'leaving';
  return isCompared ? 'compare' : undefined;
}

/** Whether somebody may have written there without recording it. */
function wasWriting({ assignment: { verifyKeys } }: ListPass, { owed }: Preparation): boolean {
  return owed === 'interrupted' || owed === 'unfinished' || verifyKeys.length > 0;
}

/**
 * Whether something is to be created although the mailbox should have it: rows of the ledger are missing. Then the stamps
 * are listed before anything is written, so that nothing is doubled.
 */
function isUnexplained(
  { changes, known }: Wanted,
  stored: readonly LedgerEntry[],
  whole: boolean,
  { contacts }: MailboxCheckpoint,
): boolean {
  if (whole && countContacts(stored) < contacts) return true;
  const inLedger = new Set(stored.map(({ sourceKey }) => sourceKey));
  return changes.some(
    ({ sourceKey, wanted, sight }) =>
      wanted !== null && sight === undefined && known.has(sourceKey) && !inLedger.has(sourceKey),
  );
}

async function readFormerFolders(
  { assignment: { list }, target: { mailbox } }: ListPass,
  working: MailboxCheckpoint,
  ledger: LedgerWriter,
): Promise<FormerFolder[]> {
  const formers: FormerFolder[] = [];
  for (const row of working.formerFolders) {
    const former = await readFormerFolder(row, list, mailbox, ledger);
    if (former) formers.push(former);
  }
  return formers;
}

async function listFolder(
  { assignment: { list, wish }, target: { mailbox }, tools: { reader, readInstallation } }: ListPass,
  { before, folder }: Preparation,
  because: ListingReason,
  { formers, ...known }: Pick<RecoveryQuestion, 'ledger' | 'mayBeMoved' | 'wanted'> & Pick<PreparedWork, 'formers'>,
): Promise<Recovery> {
  if (!folder) return nothingToRecover;
  const isInterrupted = because === 'interrupted';
  const { deletedContact, editedField } = userEditPolicies[list.userEdits];
  try {
    return await recoverLedger({
      list,
      folderId: folder.id,
      isOurFolder: folder.created,
      mailbox,
      reader,
      ...known,
      isOurInstallation: id => isOurInstallation(id, { list, checkpoint: before, readInstallation }),
      lostFolderId: folder.former === 'lost' ? before.folder?.id : undefined,
      leftContactIds: new Set(formers.flatMap(contactIdsOf)),
      formerFolderIds: idsOfFormer(formers),
      readInstallation,
      missing: isInterrupted ? 'interrupted' : deletedContact,
      putsBackEdits: !isInterrupted && editedField === 'isPutBack',
    });
  } catch (error) {
    const isLeaving = wish.kind === 'leaving';
    if (isLeaving && error instanceof GraphFailure && error.kind === 'notFound') return nothingToRecover;
    throw error;
  }
}

function contactsOf({ changes }: Wanted): ReadonlyMap<string, Contact> {
  return new Map(changes.flatMap(({ sourceKey, wanted }) => (wanted ? [[sourceKey, wanted.contact]] : [])));
}

/** What of a listing's findings is repaired, whoever asked for it; what users may do is none of it. */
function countRepairs(recovery: Recovery, operations: readonly PlannedOperation[]): RepairCounts {
  const actions = new Map(operations.map(({ sourceKey, action }) => [sourceKey, action]));
  return {
    doubled: recovery.doubles.filter(({ action }) => action === 'deleteDuplicate').length,
    orphaned: recovery.adopted.filter(key => actions.get(key) === 'delete').length,
    lost: recovery.lost.filter(key => actions.get(key) === 'create').length,
    drifted: recovery.drifted.filter(key => actions.get(key) === 'patch').length,
  };
}

function record(operation: PlannedOperation & { action: 'record' }, ledger: LedgerWriter): void {
  if (operation.entry) ledger.put(operation.entry);
  else ledger.remove(operation.sourceKey, endingOf(ledger.get(operation.sourceKey)));
}

/** Of one that is not there; a write that was refused or interrupted left nothing that anybody knows of. */
function endingOf(entry: LedgerEntry | undefined): Ending | undefined {
  return entry?.state === 'deletedByUser' ? 'deletedByUser' : undefined;
}

/**
 * A checkpoint with its numbers as they are now, which the status pages show: exact after the whole ledger was read,
 * carried on otherwise.
 */
export function withCounts(checkpoint: MailboxCheckpoint, { ledger, before }: PreparedWork): MailboxCheckpoint {
  const now = [...ledger.entries()];
  const retries = now.flatMap(entry => refusalOf(entry)?.retryAt ?? []);
  const photoRetries = now.flatMap(entry => photoRetryOf(entry)?.at ?? []);
  const contacts = countContacts(now);
  if (before.isWhole) {
    const failuresDueAt = Math.min(...retries, Infinity);
    return { ...checkpoint, contacts, failed: retries.length, failuresDueAt, photosDueAt: firstOf(photoRetries) };
  }
  return {
    ...checkpoint,
    contacts: checkpoint.contacts + contacts - before.contacts,
    failed: checkpoint.failed + retries.length - before.failed,
    failuresDueAt: Math.min(checkpoint.failed > 0 ? checkpoint.failuresDueAt : Infinity, ...retries),
    photosDueAt: firstOf([checkpoint.photosDueAt, ...photoRetries]),
  };
}

/** Of times of which 0 is none. */
function firstOf(times: readonly number[]): number {
  const some = times.filter(time => time > 0);
  return some.length === 0 ? 0 : Math.min(...some);
}

function isDamaged({ state }: LedgerEntry): boolean {
  return state === 'damaged';
}

function countContacts(entries: readonly LedgerEntry[]): number {
  return entries.filter(isPresent).length;
}
