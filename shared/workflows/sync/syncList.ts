import type { PlannedOperation } from '../../core/plan.ts';
import type { Clock } from '../../ports/clock.ts';
import { type ContactMailbox, GraphFailure } from '../../ports/contactMailbox.ts';
import type { RowOperation } from '../../ports/tableStorage.ts';
import type { SyncedList } from '../../settings/contactList.ts';
import type { Timing } from '../../settings/settings.ts';
import { type MailboxCheckpoint, type MailboxPartition, mailboxCheckpointOperation } from '../../state/mailboxes.ts';
import type { MailboxProgressState, Problem } from '../../state/progress.ts';
import type { ContactCounts, RepairCounts } from '../../state/runs.ts';
import { executePlan } from './executePlan.ts';
import type { ExecutionEnd, Task } from './execution.ts';
import { type LedgerWriter, openLedgerWriter } from './ledgerWriter.ts';
import { describeMailboxFailure } from './mailboxFailures.ts';
import type { MailboxLease } from './mailboxLease.ts';
import { describeOmissions } from './omissions.ts';
import { needsWholeLedger, planList, readLedgerOf, readWantedOf } from './planList.ts';
import { type Recovery, recoverLedger } from './recoverLedger.ts';
import { ensureTargetFolder, keptFolder, type TargetFolder } from './targetFolder.ts';
import type { JournalReader } from './wantedContacts.ts';

export interface ListPass {
  readonly list: SyncedList;
  /** The head that the message names. */
  readonly head: number;
  readonly leaving: boolean;
  /** Compare the folder with the whole snapshot and repair it. */
  readonly full: boolean;
  /** The folder has to be listed before anything is written to it. */
  readonly listingOwed: boolean;
  /** Source keys whose content in the mailbox is in doubt. */
  readonly verifyKeys: readonly string[];
  readonly checkpoint: MailboxCheckpoint | undefined;
  readonly partition: MailboxPartition;
  readonly mailbox: ContactMailbox;
  readonly lease: MailboxLease;
  readonly reader: JournalReader;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly counts: ContactCounts;
  /** Counted up by what a listing found. */
  readonly repairs: RepairCounts;
  /** Called as soon as writes may be under way, so that a lost lease can name the keys in doubt. */
  readonly watch: (ledger: LedgerWriter) => void;
  /** Told the plan, with the ledger as it was made from, before anything of it is done. */
  readonly planned?: (operations: readonly PlannedOperation[], ledger: LedgerWriter) => void;
}

export interface ListResult {
  readonly state: MailboxProgressState;
  readonly checkpoint: MailboxCheckpoint;
  /** The last rows, to be committed with the checkpoint. */
  readonly rows: readonly RowOperation[];
  /** Epoch milliseconds of the next try, 0 for none. */
  readonly until: number;
  readonly problems: readonly Problem[];
  /** False while the outcome of a write is unknown or a listing is still owed. */
  readonly settled: boolean;
}

/**
 * Brings one list up to date in one mailbox, whose lease is held: folder, changes, plan, execution
 * (design: Applying to a mailbox, 2 to 10).
 *
 * @throws LeaseLost
 */
export async function syncList(pass: ListPass): Promise<ListResult> {
  const checkpoint = pass.checkpoint ?? newCheckpoint();
  // What is remembered for an older message must not take the mailbox back.
  const head = await pass.reader.readHead(pass.list, Math.max(pass.head, checkpoint.position));
  if (isUpToDate(pass, checkpoint, head)) return unchanged(pass, checkpoint);
  return bringUpToDate(pass, checkpoint, head, false);
}

function isUpToDate(pass: ListPass, checkpoint: MailboxCheckpoint, head: number): boolean {
  if (pass.leaving && (checkpoint.cleared || checkpoint.folderId === '')) return true;
  if (pass.leaving || pass.full || pass.listingOwed || pass.verifyKeys.length > 0) return false;
  if (checkpoint.failed > 0 && checkpoint.failuresDueAt <= pass.clock.now()) return false;
  return checkpoint.position === head && checkpoint.settings === pass.reader.mappingOf(pass.list).settings;
}

async function bringUpToDate(
  pass: ListPass,
  checkpoint: MailboxCheckpoint,
  head: number,
  folderWasLost: boolean,
): Promise<ListResult> {
  const { list, reader, mailbox, lease, leaving } = pass;
  const { settings } = reader.mappingOf(list);
  const unknownPosition = checkpoint.position < 0 || checkpoint.position > head;
  const otherSettings = checkpoint.settings !== settings;
  const lookAtFolder = pass.full || unknownPosition || otherSettings || pass.listingOwed || folderWasLost;
  let announced = checkpoint;
  let folder: TargetFolder;
  try {
    folder = leaving
      ? keptFolder(checkpoint)
      : await ensureTargetFolder(mailbox, list, checkpoint, lookAtFolder, announceFolder);
  } catch (error) {
    return failed(pass, announced, error, !pass.listingOwed);
  }
  const startOver = pass.full || leaving || unknownPosition || otherSettings || folder.replaced;
  const begun: MailboxCheckpoint = { ...checkpoint, ...(startOver ? { position: -1, settings: '' } : {}) };
  const working: MailboxCheckpoint = {
    ...begun,
    folderId: folder.id,
    folderName: leaving ? checkpoint.folderName : list.destination.folder,
    folderCreated: folder.created,
    creatingFolder: false,
    listingOwed: false,
    cleared: false,
  };
  // Another folder than before is named only once it was listed: who takes over after an interruption lists it too,
  // and has to know whether it is ours.
  const listedFirst = folder.adopted || folder.replaced ? { ...begun, creatingFolder: folder.created } : working;
  if (startOver) await lease.commit([mailboxCheckpointOperation(list.id, listedFirst)]);
  const work = await prepare(pass, listedFirst, working, head, folder);
  if ('state' in work) return work;

  const { tasks, ledger, counted } = work;
  const end = await executePlan(tasks, { ...pass, listId: list.id, folderId: folder.id, ledger });
  if (end.kind === 'mailboxFailed' && isNotFound(end.failure) && !folderWasLost) {
    await ledger.commit();
    return bringUpToDate(pass, working, head, true);
  }
  if (end.kind !== 'finished') return interrupted(pass, counted(), end, ledger);
  if (leaving) return cleanedUp(pass, counted(), folder, ledger);
  return finished(pass, { ...counted(), position: head, settings }, ledger);

  /** Committed before the folder is made or renamed, so that it is known even if nobody hears that it was done. */
  function announceFolder(change: 'create' | 'rename'): Promise<void> {
    // Until the new name is known to hold, the folder may have either.
    const doubt = change === 'create' ? { creatingFolder: true } : { folderName: '' };
    announced = { ...checkpoint, position: -1, settings: '', ...doubt };
    return lease.commit([mailboxCheckpointOperation(list.id, announced)]);
  }
}

interface PreparedWork {
  readonly tasks: readonly Task[];
  readonly ledger: LedgerWriter;
  /** The checkpoint with its numbers as they are now. */
  readonly counted: () => MailboxCheckpoint;
}

/** Reads what is wanted and what the ledger knows, lists the folder where that is owed, and plans. */
async function prepare(
  pass: ListPass,
  before: MailboxCheckpoint,
  working: MailboxCheckpoint,
  head: number,
  folder: TargetFolder,
): Promise<PreparedWork | ListResult> {
  const { list, reader, mailbox, partition, leaving } = pass;
  const { managedFields } = reader.mappingOf(list).mapping;
  const wanted = await readWantedOf(pass, working.position, head);
  const interrupted = pass.listingOwed || pass.verifyKeys.length > 0 || folder.adopted || folder.replaced;
  // A clean-up takes every contact of ours, also one that the user brought back after we had made it again.
  const listing = pass.full || interrupted || (leaving && folder.id !== '');
  const whole = listing || needsWholeLedger(wanted, working.failed);
  const stored = await readLedgerOf(partition, list, wanted, whole);
  const ledger = openLedgerWriter(list.id, managedFields, stored, pass.lease, pass.clock);
  pass.watch(ledger);

  let recovery: Recovery = { inDoubt: [], duplicates: [], adopted: [], lost: [], drifted: [] };
  if (listing) {
    try {
      const missing = interrupted ? 'interrupted' : list.userEdits === 'revert' ? 'restore' : 'userChoice';
      const lostFolderId = folder.replaced ? before.folderId : undefined;
      recovery = await recoverLedger({ listId: list.id, folderId: folder.id, mailbox, ledger, lostFolderId, missing });
    } catch (error) {
      if (!(leaving && isNotFound(error)))
        return failed(pass, before, error, !pass.listingOwed && pass.verifyKeys.length === 0);
    }
    await ledger.commit();
    if (before !== working) await pass.lease.commit([mailboxCheckpointOperation(list.id, working)]);
  }
  const inDoubt = [...recovery.inDoubt, ...pass.verifyKeys];
  const operations = await planList({ ...pass, now: pass.clock.now(), wanted, ledger, inDoubt });
  pass.planned?.(operations, ledger);
  for (const operation of operations) {
    if (operation.action === 'record') record(operation, ledger);
  }
  countRepairs(pass, recovery, operations);
  const tasks = operations.filter(operation => operation.action !== 'record' && operation.action !== 'skip');
  return {
    tasks: [...recovery.duplicates, ...tasks],
    ledger,
    counted: () => withCounts(working, stored, ledger, whole),
  };
}

/** What of a listing's findings is repaired, whoever asked for it; what users may do is none of it. */
function countRepairs({ repairs }: ListPass, recovery: Recovery, operations: readonly PlannedOperation[]): void {
  const actions = new Map(operations.map(({ sourceKey, action }) => [sourceKey, action]));
  repairs.doubled += recovery.duplicates.length;
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
  stored: readonly { contactId: string | null; failure?: unknown }[],
  ledger: LedgerWriter,
  whole: boolean,
): MailboxCheckpoint {
  const now = [...ledger.entries()];
  const retries = now.flatMap(({ failure }) => (failure ? [failure.retryAt] : []));
  const contacts = now.filter(({ contactId }) => contactId !== null).length;
  if (whole) return { ...checkpoint, contacts, failed: retries.length, failuresDueAt: Math.min(...retries, Infinity) };
  const before = stored.filter(({ contactId }) => contactId !== null).length;
  const failedBefore = stored.filter(({ failure }) => failure).length;
  return {
    ...checkpoint,
    contacts: checkpoint.contacts + contacts - before,
    failed: checkpoint.failed + retries.length - failedBefore,
    failuresDueAt: Math.min(checkpoint.failed > 0 ? checkpoint.failuresDueAt : Infinity, ...retries),
  };
}

function finished(pass: ListPass, checkpoint: MailboxCheckpoint, ledger: LedgerWriter): ListResult {
  const next = { ...checkpoint, failuresDueAt: dueAt(checkpoint), sequence: checkpoint.sequence + 1 };
  return {
    state: 'current',
    checkpoint: next,
    rows: [...ledger.takeRows(), mailboxCheckpointOperation(pass.list.id, next)],
    until: next.failuresDueAt,
    problems: [...refusedContacts(ledger), ...describeOmissions(ledger)],
    settled: true,
  };
}

function refusedContacts(ledger: LedgerWriter): Problem[] {
  return [...ledger.entries()].flatMap(({ sourceKey, failure }) =>
    failure ? [{ code: failure.code, detail: describeRefusal(sourceKey, failure.detail), contact: sourceKey }] : [],
  );
}

function describeRefusal(sourceKey: string, properties: string): string {
  return `Graph refused the contact ${sourceKey}${properties === '' ? '' : `: ${properties}`}`;
}

async function cleanedUp(
  pass: ListPass,
  checkpoint: MailboxCheckpoint,
  folder: TargetFolder,
  ledger: LedgerWriter,
): Promise<ListResult> {
  const [refused] = refusedContacts(ledger);
  if (refused) {
    const result = ended(pass, checkpoint, { state: 'failed', until: dueAt(checkpoint), problem: refused }, true);
    return { ...result, rows: [...ledger.takeRows(), ...result.rows] };
  }
  try {
    if (folder.created && (await pass.mailbox.listContacts(folder.id)).length === 0) {
      await pass.mailbox.deleteFolder(folder.id);
    }
  } catch (error) {
    if (!isNotFound(error)) {
      const result = failed(pass, checkpoint, error, true);
      return { ...result, rows: [...ledger.takeRows(), ...result.rows] };
    }
  }
  const next = {
    ...newCheckpoint(),
    cleared: true,
    sequence: checkpoint.sequence + 1,
  };
  const rows = [...ledger.takeRows(), mailboxCheckpointOperation(pass.list.id, next)];
  return { state: 'cleared', checkpoint: next, rows, until: 0, problems: [], settled: true };
}

function interrupted(
  pass: ListPass,
  checkpoint: MailboxCheckpoint,
  end: Exclude<ExecutionEnd, { kind: 'finished' }>,
  ledger: LedgerWriter,
): ListResult {
  const failure =
    end.kind === 'wait'
      ? {
          state: 'waiting' as const,
          until: end.until,
          problem: { code: end.code, detail: describeWait(end.failing ?? []) },
        }
      : describeMailboxFailure(end.failure, pass.clock.now());
  const result = ended(pass, checkpoint, failure, !end.unknown);
  return { ...result, rows: [...ledger.takeRows(), ...result.rows] };
}

function describeWait(failing: readonly string[]): string {
  if (failing.length === 0) return 'Graph asked to wait, or did not answer';
  const contacts = failing.length === 1 ? 'the contact' : 'the contacts';
  return `Graph fails at ${contacts} ${failing.join(', ')}, and no other write tells whether it would take that`;
}

function ended(
  pass: ListPass,
  checkpoint: MailboxCheckpoint,
  failure: { state: MailboxProgressState; until: number; problem: Problem },
  settled: boolean,
): ListResult {
  const next = { ...checkpoint, failuresDueAt: dueAt(checkpoint), sequence: checkpoint.sequence + 1 };
  return {
    state: failure.state,
    checkpoint: next,
    rows: [mailboxCheckpointOperation(pass.list.id, next)],
    until: failure.until,
    problems: [failure.problem],
    settled,
  };
}

function isNotFound(error: unknown): boolean {
  return error instanceof GraphFailure && error.kind === 'notFound';
}

/** @throws what is not Graph's answer */
function failed(pass: ListPass, checkpoint: MailboxCheckpoint, error: unknown, settled: boolean): ListResult {
  if (!(error instanceof GraphFailure)) throw error;
  return ended(pass, checkpoint, describeMailboxFailure(error, pass.clock.now()), settled);
}

function unchanged(pass: ListPass, checkpoint: MailboxCheckpoint): ListResult {
  const state = pass.leaving ? 'cleared' : 'current';
  return { state, checkpoint, rows: [], until: dueAt(checkpoint), problems: [], settled: true };
}

function dueAt({ failed, failuresDueAt }: MailboxCheckpoint): number {
  return failed > 0 ? failuresDueAt : 0;
}

function newCheckpoint(): MailboxCheckpoint {
  return {
    position: -1,
    settings: '',
    folderId: '',
    folderName: '',
    folderCreated: false,
    creatingFolder: false,
    listingOwed: false,
    cleared: false,
    sequence: 0,
    contacts: 0,
    failed: 0,
    failuresDueAt: 0,
  };
}
