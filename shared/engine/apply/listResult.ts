import { countOf } from '../../domain/countOf.ts';
import type { ReportedState } from '../../domain/dueMailboxes.ts';
import type { Halt } from '../../domain/halt.ts';
import { photoRetryOf, refusalOf } from '../../domain/ledgerEntry.ts';
import { next } from '../../domain/mailboxPhase.ts';
import type { FieldEdits } from '../../domain/rollout.ts';
import { sum } from '../../domain/sum.ts';
import { GraphFailure } from '../../ports/contactMailbox.ts';
import { DamagedRow } from '../../store/damagedRow.ts';
import type { LedgerChange, ListChanges } from '../../store/listChanges.ts';
import { clearedAt, type MailboxCheckpoint, newCheckpoint } from '../../store/mailboxCheckpoint.ts';
import type { Problem } from '../../store/progress.ts';
import { type ContactCounts, noContacts, noRepairs, type RepairCounts } from '../../store/runWork.ts';
import type { UnfinishedExecution } from './execution.ts';
import { describeFolderOfAnotherList, FolderOfAnotherList } from './folderOfAnotherList.ts';
import type { LedgerWriter } from './ledgerWriter.ts';
import type { ListPass } from './listPass.ts';
import { describeDamagedRow, describeMailboxFailure, type MailboxFailure } from './mailboxFailures.ts';
import { describeOmissions } from './omissions.ts';
import { describeOtherInstallation, OtherInstallation } from './otherInstallation.ts';
import type { PlannedFrom } from './planList.ts';

/** How a list's pass over a mailbox ended, with all that it did. */
export interface ListResult extends ListEnd {
  readonly contacts: ContactCounts;
  /** What a listing found and the plan repairs. */
  readonly repaired: RepairCounts;
  /** The last plan that was made. */
  readonly plan: readonly PlannedFrom[];
  /** Of a change in rings: what users had edited. */
  readonly edits: StageEdits | undefined;
  /** Source keys whose write was sent and whose outcome is committed with `changes`. */
  readonly keysInDoubt: readonly string[];
}

export interface ListEnd {
  readonly state: ReportedState;
  readonly checkpoint: MailboxCheckpoint;
  /** What is left to commit; undefined for nothing. */
  readonly changes: ListChanges | undefined;
  /** Epoch milliseconds of the next try, 0 for none. */
  readonly until: number;
  readonly problems: readonly Problem[];
  /** What an admin may want to know and nobody has to mend. */
  readonly notes: readonly Problem[];
  /** False while the outcome of a write is unknown or a listing is still owed. */
  readonly settled: boolean;
  /** The mailbox left the list, and its user is gone from the directory. */
  readonly gone?: boolean;
}

/** @see nameStage for `stage` */
export interface StageEdits extends FieldEdits {
  readonly stage: string;
}

/** What was done before a pass ended. */
export interface WorkDone {
  readonly edits: StageEdits | undefined;
  readonly ledger: LedgerWriter;
  readonly repaired: RepairCounts;
  readonly plan: readonly PlannedFrom[];
}

/** Of a pass that ended before anything was planned. */
export function withoutWork(end: ListEnd): ListResult {
  return { ...end, contacts: noContacts, repaired: noRepairs, plan: [], edits: undefined, keysInDoubt: [] };
}

export function withWork(end: ListEnd, { ledger, repaired, plan, edits }: WorkDone): ListResult {
  const changes = {
    listId: ledger.listId,
    ...end.changes,
    ledger: [...ledger.takeChanges(), ...(end.changes?.ledger ?? [])],
  };
  return { ...end, changes, contacts: ledger.counts(), repaired, plan, edits, keysInDoubt: ledger.keysInDoubt() };
}

/** A pass that had to begin again, with what it did before. */
export function afterWork(result: ListResult, { ledger, repaired, plan }: WorkDone): ListResult {
  return {
    ...result,
    contacts: sum(result.contacts, [ledger.counts()]),
    repaired: sum(result.repaired, [repaired]),
    plan: result.plan.length > 0 ? result.plan : plan,
  };
}

export function finished(
  { assignment: { list } }: ListPass,
  checkpoint: MailboxCheckpoint,
  ledger: LedgerWriter,
  notes: readonly Problem[],
): ListEnd {
  const last = advanced(checkpoint);
  return {
    state: 'current',
    checkpoint: last,
    changes: { listId: list.id, checkpoint: last },
    until: dueAt(last),
    problems: [...refusedContacts(ledger), ...describeOmissions(ledger)],
    notes: [...notes, ...describeOwedPhotos(ledger)],
    settled: true,
  };
}

export function refusedContacts(ledger: LedgerWriter): Problem[] {
  return [...ledger.entries()].flatMap(entry => {
    const refusal = refusalOf(entry);
    const { sourceKey } = entry;
    return refusal
      ? [{ code: refusal.code, detail: describeRefusal(sourceKey, refusal.detail), contact: sourceKey }]
      : [];
  });
}

function describeOwedPhotos(ledger: LedgerWriter): Problem[] {
  const owed = [...ledger.entries()].filter(entry => photoRetryOf(entry)).length;
  if (owed === 0) return [];
  const detail = `${countOf(owed, 'photo')} could not be written yet, and will be tried again; the contacts are there`;
  return [{ code: 'PhotosNotWritten', detail }];
}

function describeRefusal(sourceKey: string, properties: string): string {
  return `Graph refused the contact ${sourceKey}${properties === '' ? '' : `: ${properties}`}`;
}

export function cleared(
  pass: ListPass,
  checkpoint: MailboxCheckpoint,
  ledger: readonly LedgerChange[],
  notes: readonly Problem[],
): ListEnd {
  const { list } = pass.assignment;
  const phase = next(checkpoint.phase, { kind: 'cleanedUp', at: wishedAt(pass) });
  const last = { ...newCheckpoint, phase, sequence: checkpoint.sequence + 1 };
  return {
    state: 'cleared',
    checkpoint: last,
    changes: { listId: list.id, ledger, checkpoint: last },
    until: 0,
    problems: [],
    notes,
    settled: true,
  };
}

/** Its rows stay for a while: a user who is restored comes back with the same id. */
export function gone({ assignment: { list } }: ListPass, checkpoint: MailboxCheckpoint): ListEnd {
  const last = advanced(checkpoint);
  const detail =
    'The mailbox left the list, and its user is gone from the directory: what is kept about it is deleted after 30 days';
  return {
    state: 'cleared',
    checkpoint: last,
    changes: { listId: list.id, checkpoint: last },
    until: 0,
    problems: [],
    notes: [{ code: 'MailboxGone', detail }],
    settled: true,
    gone: true,
  };
}

export function interrupted(pass: ListPass, checkpoint: MailboxCheckpoint, end: UnfinishedExecution): ListEnd {
  switch (end.kind) {
    case 'wait':
      return ended(pass, checkpoint, waiting(end), !end.unknown);
    case 'halted':
      return halted(pass, checkpoint, end.halt, !end.unknown);
    case 'handOver':
      return handedOver(pass, checkpoint, !end.unknown);
    case 'mailboxFailed':
      return failed(pass, checkpoint, end.failure, !end.unknown);
  }
}

/** Without a time: nothing is sent for it until it is released, and then at once. */
export function halted(
  pass: ListPass,
  checkpoint: MailboxCheckpoint,
  { code, detail }: Halt,
  settled: boolean,
): ListEnd {
  return ended(pass, checkpoint, { state: 'waiting', until: 0, problem: { code, detail } }, settled);
}

/** Nothing is wrong: the mailbox is behind until the next handler has done the rest. */
function handedOver({ assignment: { list } }: ListPass, checkpoint: MailboxCheckpoint, settled: boolean): ListEnd {
  const last = advanced(checkpoint);
  return {
    state: 'behind',
    checkpoint: last,
    changes: { listId: list.id, checkpoint: last },
    until: dueAt(last),
    problems: [],
    notes: [],
    settled,
  };
}

/**
 * A listing that is owed stays so with the checkpoint: nobody has to keep the lease for it.
 *
 * @throws what is not Graph's answer, nor about whose folder it is, nor about a damaged row
 */
export function failed(pass: ListPass, checkpoint: MailboxCheckpoint, error: unknown, settled: boolean): ListEnd {
  const now = pass.tools.clock.now();
  if (error instanceof OtherInstallation)
    return ended(pass, checkpoint, describeOtherInstallation(error, now), settled);
  if (error instanceof FolderOfAnotherList)
    return ended(pass, checkpoint, describeFolderOfAnotherList(error, now), settled);
  if (error instanceof DamagedRow) return ended(pass, checkpoint, describeDamagedRow(error, now), settled);
  if (!(error instanceof GraphFailure)) throw error;
  const { noMailboxTries } = checkpoint;
  if (error.kind !== 'noMailbox') {
    return ended(pass, { ...checkpoint, noMailboxTries: 0 }, describeMailboxFailure(error, 0, now), settled);
  }
  const tried = { ...checkpoint, noMailboxTries: noMailboxTries + 1 };
  return ended(pass, tried, describeMailboxFailure(error, noMailboxTries, now), settled);
}

export function ended(
  { assignment: { list } }: ListPass,
  checkpoint: MailboxCheckpoint,
  failure: MailboxFailure,
  settled: boolean,
): ListEnd {
  const last = advanced(checkpoint);
  return {
    state: failure.state,
    checkpoint: last,
    changes: { listId: list.id, checkpoint: last },
    until: failure.until,
    problems: [failure.problem],
    notes: [],
    settled,
  };
}

/** Nothing was to do. */
export function unchanged(pass: ListPass, checkpoint: MailboxCheckpoint, epoch: number): ListEnd {
  const { list, wish } = pass.assignment;
  // What an older version left does not say which journal it counts in, nor that somebody had the mailbox cleared.
  const isLeaving = wish.kind === 'leaving';
  const at = Math.max(clearedAt(checkpoint), wishedAt(pass) ?? 0) || undefined;
  const told = isLeaving ? { phase: next(checkpoint.phase, { kind: 'cleanedUp', at }) } : { epoch };
  const last = { ...checkpoint, ...told };
  const isTold = last.epoch === checkpoint.epoch && clearedAt(last) === clearedAt(checkpoint);
  return {
    state: isLeaving ? 'cleared' : 'current',
    checkpoint: last,
    changes: isTold ? undefined : { listId: list.id, checkpoint: last },
    until: dueAt(last),
    problems: [],
    notes: [],
    settled: true,
  };
}

/** When something is tried again that failed, 0 for nothing. */
export function dueAt(checkpoint: MailboxCheckpoint): number {
  const times = [failuresDueAt(checkpoint), checkpoint.photosDueAt].filter(time => time > 0);
  return times.length === 0 ? 0 : Math.min(...times);
}

function failuresDueAt({ failed: failures, failuresDueAt: time }: MailboxCheckpoint): number {
  return failures > 0 ? time : 0;
}

/** Epoch milliseconds when somebody asked for it to be cleared. */
function wishedAt({ assignment: { wish } }: ListPass): number | undefined {
  return wish.kind === 'leaving' ? wish.clearedAt : undefined;
}

function waiting({ until, code, failing = [] }: UnfinishedExecution & { kind: 'wait' }): MailboxFailure {
  return { state: 'waiting', until, problem: { code, detail: describeWait(failing) } };
}

function describeWait(failing: readonly string[]): string {
  if (failing.length === 0) return 'Graph asked to wait, or did not answer';
  const contacts = failing.length === 1 ? 'the contact' : 'the contacts';
  return `Graph fails at ${contacts} ${failing.join(', ')}, and no other write tells whether it would take that`;
}

function advanced(checkpoint: MailboxCheckpoint): MailboxCheckpoint {
  return { ...checkpoint, failuresDueAt: failuresDueAt(checkpoint), sequence: checkpoint.sequence + 1 };
}
