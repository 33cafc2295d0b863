import { isPresent, type LedgerEntry, refusalOf } from '../../domain/ledgerEntry.ts';
import type { PlannedOperation } from '../../domain/plan.ts';
import { GraphFailure } from '../../ports/contactMailbox.ts';
import { type MailboxCheckpoint, mailboxCheckpointOperation } from '../../store/mailboxes.ts';
import type { Task } from './execution.ts';
import { carryOverFrom, contactIdsOf, type FormerFolder, readFormerFolder } from './formerFolder.ts';
import { type LedgerWriter, openLedgerWriter } from './ledgerWriter.ts';
import type { ListPass } from './listPass.ts';
import { needsWholeLedger, planList, readLedgerOf, readWantedOf } from './planList.ts';
import { nothingToRecover, type Recovery, recoverLedger } from './recoverLedger.ts';
import { isOurInstallation, type TargetFolder } from './targetFolder.ts';
import type { JournalGoal, Wanted, WantedReader } from './wantedContacts.ts';

export interface Preparation {
  readonly pass: ListPass;
  /** The checkpoint that is committed, and the one that holds once the folder was listed where that is owed. */
  readonly before: MailboxCheckpoint;
  readonly working: MailboxCheckpoint;
  readonly goal: JournalGoal;
  readonly folder: TargetFolder;
}

export interface PreparedWork {
  readonly tasks: readonly Task[];
  readonly ledger: LedgerWriter;
  /** Folders that contacts move out of, as far as they are there. */
  readonly formers: readonly FormerFolder[];
  /** A checkpoint with its numbers as they are now. */
  readonly counted: (checkpoint: MailboxCheckpoint) => MailboxCheckpoint;
}

/**
 * Reads what is wanted and what the ledger knows, lists the folder where that is owed, and plans.
 *
 * @throws GraphFailure
 * @throws OtherInstallation
 * @throws LeaseLost
 */
export async function prepareList(preparation: Preparation): Promise<PreparedWork> {
  const { pass, before, working, goal, folder } = preparation;
  const { list, partition } = pass;
  const reader = await readerFor(pass, folder);
  const wanted = await readWantedOf({ ...pass, reader }, working.position, goal);
  const owed = whyListed(preparation);
  const wholeForPlan = owed !== undefined || needsWholeLedger(wanted, working.failed);
  const read = await readLedgerOf(partition, list, wanted, wholeForPlan);
  const because = owed ?? (isUnexplained(wanted, read, wholeForPlan, working) ? 'compare' : undefined);
  const whole = wholeForPlan || because !== undefined;
  const stored = whole === wholeForPlan ? read : await partition.readLedger(list.id);
  const ledger = openLedgerWriter(
    list.id,
    reader.mappingOf(list).mapping.managedFields,
    stored,
    pass.lease,
    pass.clock,
  );
  pass.watch(ledger);

  const formers = await readFormerFolders(preparation, ledger);
  const recovery = because ? await listFolder(preparation, because, ledger, formers) : nothingToRecover;
  if (because) await ledger.commit();
  if (before !== working) await pass.lease.commit([mailboxCheckpointOperation(list.id, working)]);
  const inDoubt = [...recovery.inDoubt, ...pass.verifyKeys];
  const planned = await planList({ ...pass, reader, now: pass.clock.now(), wanted, ledger, inDoubt });
  const operations = planned.map(operation => carryOverFrom(formers, operation, list, ledger));
  pass.planned?.(operations, ledger);
  for (const operation of operations) {
    if (operation.action === 'record') record(operation, ledger);
  }
  countRepairs(pass, recovery, operations);
  const tasks = operations.filter(operation => operation.action !== 'record' && operation.action !== 'skip');
  return {
    tasks: [...recovery.doubles, ...tasks],
    ledger,
    formers,
    counted: checkpoint => withCounts(checkpoint, stored, ledger, whole),
  };
}

/** In a folder that is not ours the installation is part of the stamps (design: Stamp). */
async function readerFor({ reader, leaving, readInstallation }: ListPass, folder: TargetFolder): Promise<WantedReader> {
  return leaving || folder.created ? reader : reader.readFor(await readInstallation());
}

/** Why the folder is listed. `interrupted`: writes may have been under way. `compare`: what is there is right. */
type ListingCause = 'interrupted' | 'compare';

function whyListed({ pass, folder }: Preparation): ListingCause | undefined {
  if (pass.listingOwed || pass.verifyKeys.length > 0 || folder.former === 'lost') return 'interrupted';
  if (folder.former === 'left') return 'compare';
  if (folder.adopted) return 'interrupted';
  // A clean-up takes every contact of ours, also one that the user brought back after we had made it again.
  const isCompared = pass.full || pass.putBack || pass.leaving;
  return isCompared ? 'compare' : undefined;
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
  return changes.some(({ sourceKey, wanted }) => wanted !== null && known.has(sourceKey) && !inLedger.has(sourceKey));
}

async function readFormerFolders({ pass, working }: Preparation, ledger: LedgerWriter): Promise<FormerFolder[]> {
  const formers: FormerFolder[] = [];
  for (const row of working.formerFolders) {
    const former = await readFormerFolder(row, pass.list, pass.mailbox, ledger);
    if (former) formers.push(former);
  }
  return formers;
}

async function listFolder(
  { pass, before, folder }: Preparation,
  because: ListingCause,
  ledger: LedgerWriter,
  formers: readonly FormerFolder[],
): Promise<Recovery> {
  const { list, mailbox, reader, leaving } = pass;
  if (folder.id === '') return nothingToRecover;
  const userChoice = list.userEdits === 'revert' ? 'restore' : 'userChoice';
  try {
    return await recoverLedger({
      list,
      folderId: folder.id,
      isOurFolder: folder.created,
      mailbox,
      ledger,
      reader,
      isOurInstallation: id => isOurInstallation(id, { ...pass, checkpoint: before }),
      lostFolderId: folder.former === 'lost' ? before.folderId : undefined,
      leftContactIds: new Set(formers.flatMap(contactIdsOf)),
      missing: because === 'interrupted' ? 'interrupted' : userChoice,
    });
  } catch (error) {
    if (leaving && error instanceof GraphFailure && error.kind === 'notFound') return nothingToRecover;
    throw error;
  }
}

/** What of a listing's findings is repaired, whoever asked for it; what users may do is none of it. */
function countRepairs({ repairs }: ListPass, recovery: Recovery, operations: readonly PlannedOperation[]): void {
  const actions = new Map(operations.map(({ sourceKey, action }) => [sourceKey, action]));
  repairs.doubled += recovery.doubles.filter(({ action }) => action === 'deleteDuplicate').length;
  repairs.orphaned += recovery.adopted.filter(key => actions.get(key) === 'delete').length;
  repairs.lost += recovery.lost.filter(key => actions.get(key) === 'create').length;
  repairs.drifted += recovery.drifted.filter(key => actions.get(key) === 'patch').length;
}

function record(operation: PlannedOperation & { action: 'record' }, ledger: LedgerWriter): void {
  if (operation.entry) ledger.put(operation.entry);
  else ledger.remove(operation.sourceKey);
}

/** Numbers that the status pages show; exact after the whole ledger was read, carried on otherwise. */
function withCounts(
  checkpoint: MailboxCheckpoint,
  stored: readonly LedgerEntry[],
  ledger: LedgerWriter,
  whole: boolean,
): MailboxCheckpoint {
  const now = [...ledger.entries()];
  const retries = now.flatMap(entry => refusalOf(entry)?.retryAt ?? []);
  const contacts = countContacts(now);
  if (whole) return { ...checkpoint, contacts, failed: retries.length, failuresDueAt: Math.min(...retries, Infinity) };
  const failedBefore = stored.filter(entry => refusalOf(entry)).length;
  return {
    ...checkpoint,
    contacts: checkpoint.contacts + contacts - countContacts(stored),
    failed: checkpoint.failed + retries.length - failedBefore,
    failuresDueAt: Math.min(checkpoint.failed > 0 ? checkpoint.failuresDueAt : Infinity, ...retries),
  };
}

function countContacts(entries: readonly LedgerEntry[]): number {
  return entries.filter(isPresent).length;
}
