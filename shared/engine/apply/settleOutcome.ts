import { refusalOf } from '../../domain/ledgerEntry.ts';
import type { GraphFailure, WriteOutcome } from '../../ports/contactMailbox.ts';
import {
  type Execution,
  isPatch,
  type PatchTask,
  type Pending,
  type ServerErrors,
  type Successes,
  type Task,
  type WrittenContact,
} from './execution.ts';
import { withOmission } from './omissions.ts';
import { createInstead, recordDeleted, recordGivenBack, recordRefused, recordWritten } from './recordOutcome.ts';

/** Before a patch or delete that got no answer is sent again, in milliseconds: done twice, it is done once. */
const repeatWait = 1_000;

/** A patched contact that lies outside our folder, and where. */
export interface Moved {
  readonly task: PatchTask;
  readonly omission: string | undefined;
  readonly parentFolderId: string;
}

/** What becomes of a task after Graph's answer. */
export interface Settlement {
  /** The answer lasts: the task is done, refused or another one now. */
  readonly isSettled: boolean;
  /** And was before: another handler would hear the same. */
  readonly isRefusedAgain?: boolean;
  /** The mailbox took the write. */
  readonly isSuccess?: true;
  /** The contact that is as it was written. */
  readonly written?: WrittenContact;
  readonly again?: Pending;
  /** Has its next turn after all others, `putOffFor` milliseconds later at least. */
  readonly putOff?: Pending;
  readonly putOffFor?: number;
  readonly moved?: Moved;
  /** Milliseconds that Graph asks to wait. */
  readonly wait?: number;
  readonly code?: string;
  readonly failure?: GraphFailure;
}

/** Records what Graph answered to a task. */
export function settle(
  item: Pending,
  outcome: WriteOutcome,
  successesBefore: Successes,
  execution: Execution,
): Settlement {
  const { task } = item;
  switch (outcome.kind) {
    case 'done':
      return settleDone(item, outcome, execution);
    case 'deleted':
      recordDeleted(task, execution);
      return { isSettled: true, isSuccess: true };
    case 'gone':
      return { isSettled: true, ...settleGone(task, execution) };
    case 'refused':
      return { isSettled: true, ...settleRefused(item, outcome, execution) };
    case 'throttled':
      return { isSettled: false, again: item, wait: outcome.retryAfter, code: 'throttled' };
    case 'notTried':
      return { isSettled: false, again: item, code: 'NotTried' };
    case 'unknown':
      return {
        isSettled: false,
        putOff: { ...item, doubt: 'unanswered' },
        putOffFor: task.action === 'create' ? execution.tools.timing.graphGraceSeconds * 1000 : repeatWait,
        wait: outcome.retryAfter ?? 0,
        code: outcome.code,
      };
    case 'serverError': {
      const serverErrors = countServerError(item, outcome.code, successesBefore.count);
      return { isSettled: false, putOff: { ...item, doubt: 'serverError', serverErrors }, code: outcome.code };
    }
    case 'mailboxFailed':
      return { isSettled: false, again: item, failure: outcome.failure };
  }
}

export function addSuccesses(before: Successes, settlements: readonly Settlement[]): Successes {
  const last = settlements.findLast(({ written }) => written)?.written ?? before.last;
  const count = before.count + settlements.filter(({ isSuccess }) => isSuccess).length;
  return { count, ...(last ? { last } : {}) };
}

function settleDone(
  { task, omission }: Pending,
  { contactId, parentFolderId }: WriteOutcome & { kind: 'done' },
  execution: Execution,
): Settlement {
  if (task.action !== 'create' && !isPatch(task)) {
    if (task.action === 'giveBack') recordGivenBack(task, execution);
    else execution.ledger.settled(task.sourceKey);
    return { isSettled: true, isSuccess: true };
  }
  if (isPatch(task) && isMoved(task, parentFolderId, execution)) {
    return { isSettled: true, isSuccess: true, moved: { task, omission, parentFolderId } };
  }
  recordWritten(task, contactId, execution, omission);
  return { isSettled: true, isSuccess: true, written: { contactId, version: task.wanted.version } };
}

/** An adopted contact stays where the user had it. */
function isMoved({ sourceKey }: PatchTask, parentFolderId: string, { folderId, ledger }: Execution): boolean {
  return parentFolderId !== folderId && parentFolderId !== ledger.get(sourceKey)?.adoption?.folderId;
}

function settleGone(task: Task, execution: Execution): Pick<Settlement, 'again'> {
  if (isPatch(task)) return { again: { task: createInstead(task, execution), doubt: 'gone' } };
  if (task.action === 'giveBack') execution.ledger.remove(task.sourceKey, 'deletedByUser');
  else if (task.action === 'unstamp') execution.ledger.settled(task.sourceKey);
  else recordDeleted(task, execution);
  return {};
}

function settleRefused(
  item: Pending,
  outcome: WriteOutcome & { kind: 'refused' },
  execution: Execution,
): Pick<Settlement, 'again' | 'isRefusedAgain'> {
  const lesser = withOmission(item, outcome.code);
  if (lesser) return { again: lesser };
  const isRefusedAgain = refusalOf(execution.ledger.get(item.task.sourceKey)) !== undefined;
  recordRefused(item.task, outcome, item.doubt === 'unanswered' || item.doubt === 'serverError', execution);
  return { isRefusedAgain };
}

function countServerError({ serverErrors }: Pending, code: string, successesBefore: number): ServerErrors {
  const { times, successesBefore: before } = serverErrors ?? { times: 0, successesBefore };
  return { times: times + 1, code, successesBefore: before };
}
