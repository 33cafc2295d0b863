import type { ReportedState } from '../../domain/dueMailboxes.ts';
import { refusalOf } from '../../domain/ledgerEntry.ts';
import { GraphFailure } from '../../ports/contactMailbox.ts';
import type { RowOperation } from '../../ports/tableStorage.ts';
import { type MailboxCheckpoint, mailboxCheckpointOperation } from '../../store/mailboxes.ts';
import type { Problem } from '../../store/progress.ts';
import type { ExecutionEnd } from './execution.ts';
import type { LedgerWriter } from './ledgerWriter.ts';
import type { ListPass } from './listPass.ts';
import { describeMailboxFailure, type MailboxFailure } from './mailboxFailures.ts';
import { describeOmissions } from './omissions.ts';
import { describeOtherInstallation, OtherInstallation } from './otherInstallation.ts';

export interface ListResult {
  readonly state: ReportedState;
  readonly checkpoint: MailboxCheckpoint;
  /** The last rows, to be committed with the checkpoint. */
  readonly rows: readonly RowOperation[];
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

export function newCheckpoint(): MailboxCheckpoint {
  return {
    position: -1,
    epoch: 0,
    settings: '',
    folderId: '',
    folderName: '',
    folderCreated: false,
    installations: [],
    formerFolders: [],
    creatingFolder: false,
    listingOwed: false,
    cleared: false,
    clearedAt: 0,
    sequence: 0,
    contacts: 0,
    failed: 0,
    failuresDueAt: 0,
    noMailboxTries: 0,
  };
}

export function finished(
  { list }: ListPass,
  checkpoint: MailboxCheckpoint,
  ledger: LedgerWriter,
  notes: readonly Problem[],
): ListResult {
  const next = advanced(checkpoint);
  return {
    state: 'current',
    checkpoint: next,
    rows: [...ledger.takeRows(), mailboxCheckpointOperation(list.id, next)],
    until: next.failuresDueAt,
    problems: [...refusedContacts(ledger), ...describeOmissions(ledger)],
    notes,
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

function describeRefusal(sourceKey: string, properties: string): string {
  return `Graph refused the contact ${sourceKey}${properties === '' ? '' : `: ${properties}`}`;
}

export function cleared(
  { list, clearedAt }: ListPass,
  checkpoint: MailboxCheckpoint,
  rows: readonly RowOperation[],
  notes: readonly Problem[],
): ListResult {
  const next = { ...newCheckpoint(), cleared: true, clearedAt, sequence: checkpoint.sequence + 1 };
  return {
    state: 'cleared',
    checkpoint: next,
    rows: [...rows, mailboxCheckpointOperation(list.id, next)],
    until: 0,
    problems: [],
    notes,
    settled: true,
  };
}

/** Its rows stay for a while: a user who is restored comes back with the same id. */
export function gone({ list }: ListPass, checkpoint: MailboxCheckpoint): ListResult {
  const next = advanced(checkpoint);
  const detail =
    'The mailbox left the list, and its user is gone from the directory: what is kept about it is deleted after 30 days';
  return {
    state: 'cleared',
    checkpoint: next,
    rows: [mailboxCheckpointOperation(list.id, next)],
    until: 0,
    problems: [],
    notes: [{ code: 'MailboxGone', detail }],
    settled: true,
    gone: true,
  };
}

export function interrupted(
  pass: ListPass,
  checkpoint: MailboxCheckpoint,
  end: Exclude<ExecutionEnd, { kind: 'finished' }>,
  ledger: LedgerWriter,
): ListResult {
  const result =
    end.kind === 'wait'
      ? ended(pass, checkpoint, waiting(end), !end.unknown)
      : failed(pass, checkpoint, end.failure, !end.unknown);
  return { ...result, rows: [...ledger.takeRows(), ...result.rows] };
}

/** @throws what is not Graph's answer, nor about whose folder it is */
export function failed(pass: ListPass, checkpoint: MailboxCheckpoint, error: unknown, settled: boolean): ListResult {
  const now = pass.clock.now();
  if (error instanceof OtherInstallation)
    return ended(pass, checkpoint, describeOtherInstallation(error, now), settled);
  if (!(error instanceof GraphFailure)) throw error;
  const { noMailboxTries } = checkpoint;
  if (error.kind !== 'noMailbox') {
    return ended(pass, { ...checkpoint, noMailboxTries: 0 }, describeMailboxFailure(error, 0, now), settled);
  }
  const next = { ...checkpoint, noMailboxTries: noMailboxTries + 1 };
  return ended(pass, next, describeMailboxFailure(error, noMailboxTries, now), settled);
}

/** A listing that is owed stays so with the checkpoint: nobody has to keep the lease for it. */
export function failedBeforeListing(
  pass: ListPass,
  checkpoint: MailboxCheckpoint,
  error: unknown,
  settled: boolean,
): ListResult {
  const listingOwed = pass.listingOwed || pass.putBack;
  return failed(pass, { ...checkpoint, listingOwed: checkpoint.listingOwed || listingOwed }, error, settled);
}

export function ended(
  { list }: Pick<ListPass, 'list'>,
  checkpoint: MailboxCheckpoint,
  failure: MailboxFailure,
  settled: boolean,
): ListResult {
  const next = advanced(checkpoint);
  return {
    state: failure.state,
    checkpoint: next,
    rows: [mailboxCheckpointOperation(list.id, next)],
    until: failure.until,
    problems: [failure.problem],
    notes: [],
    settled,
  };
}

/** Nothing was to do. */
export function unchanged(
  { list, leaving, clearedAt }: ListPass,
  checkpoint: MailboxCheckpoint,
  epoch: number,
): ListResult {
  // What an older version left does not say which journal it counts in, nor that somebody had the mailbox cleared.
  const told = leaving ? { cleared: true, clearedAt: Math.max(checkpoint.clearedAt, clearedAt) } : { epoch };
  const next = { ...checkpoint, ...told };
  const isTold = next.epoch === checkpoint.epoch && next.clearedAt === checkpoint.clearedAt;
  return {
    state: leaving ? 'cleared' : 'current',
    checkpoint: next,
    rows: isTold ? [] : [mailboxCheckpointOperation(list.id, next)],
    until: dueAt(next),
    problems: [],
    notes: [],
    settled: true,
  };
}

export function dueAt({ failed: failures, failuresDueAt }: MailboxCheckpoint): number {
  return failures > 0 ? failuresDueAt : 0;
}

function waiting({ until, code, failing = [] }: Extract<ExecutionEnd, { kind: 'wait' }>): MailboxFailure {
  return { state: 'waiting', until, problem: { code, detail: describeWait(failing) } };
}

function describeWait(failing: readonly string[]): string {
  if (failing.length === 0) return 'Graph asked to wait, or did not answer';
  const contacts = failing.length === 1 ? 'the contact' : 'the contacts';
  return `Graph fails at ${contacts} ${failing.join(', ')}, and no other write tells whether it would take that`;
}

function advanced(checkpoint: MailboxCheckpoint): MailboxCheckpoint {
  return { ...checkpoint, failuresDueAt: dueAt(checkpoint), sequence: checkpoint.sequence + 1 };
}
