import type { Halt } from '../../domain/halt.ts';
import type { PlannedOperation } from '../../domain/plan.ts';
import type { GraphFailure } from '../../ports/contactMailbox.ts';
import type { LedgerWriter } from './ledgerWriter.ts';
import type { ListPass } from './listPass.ts';

export const writesPerBatch = 20;
/** Rounds in which Graph took nothing, after which the rest waits for a scheduled message. */
export const idleRounds = 5;
/** The wait after them, in milliseconds, where Graph named none. */
export const idleWait = 30_000;
/** Of a write that no answer tells of. */
export const noAnswer = { kind: 'unknown', code: 'NoAnswer' } as const;

/** Something that is written to the mailbox: a planned operation, or what becomes of a doubled contact. */
export type Task = Exclude<PlannedOperation, { action: 'record' | 'skip' }> | DuplicateTask;
/** `unstamp`: the user made it theirs, and it stays without our stamp. */
export interface DuplicateTask {
  readonly action: 'deleteDuplicate' | 'unstamp';
  readonly sourceKey: string;
  readonly contactId: string;
}

export type PatchTask = Task & { readonly action: 'patch' | 'adopt' };
/** What leaves a contact in the mailbox that holds what is wanted. */
export type ContentTask = PatchTask | (Task & { readonly action: 'create' });

export function isPatch(task: Task): task is PatchTask {
  return task.action === 'patch' || task.action === 'adopt';
}

/**
 * A task that waits for its turn. What it may have done already:
 * - `unanswered`: Graph may have done it, or be at it until the grace is over
 * - `serverError`: Graph answered that it failed, and may have done it before
 * - `gone`: a create whose contact may be there under another id, so its stamp is looked up before (rules.md: Applying,
 *   8)
 */
export interface Pending {
  readonly task: Task;
  readonly doubt: 'none' | 'unanswered' | 'serverError' | 'gone';
  readonly serverErrors?: ServerErrors;
  /** Graph's code for the e-mail entries without an address, which are left out since. */
  readonly omission?: string;
}

/** The server errors that one task met in this pass. */
export interface ServerErrors {
  readonly times: number;
  /** Of the last one. */
  readonly code: string;
  /** How many writes to the mailbox had succeeded in this pass before the first. */
  readonly successesBefore: number;
}

/** What shows in this pass that the mailbox takes writes. */
export interface Successes {
  readonly count: number;
  /** A contact of ours that was written. */
  readonly last?: WrittenContact;
}

export interface WrittenContact {
  readonly contactId: string;
  readonly version: string;
}

export type ExecutionEnd =
  /** `missed`: a write named a contact that the mailbox does not have. */
  { readonly kind: 'finished'; readonly missed: boolean } | UnfinishedExecution;

export type UnfinishedExecution =
  /** Wait until then (epoch milliseconds) and go on; `unknown` when the outcome of a write is not known. */
  | {
      readonly kind: 'wait';
      readonly until: number;
      readonly code: string;
      readonly unknown: boolean;
      /** Source keys of the contacts whose writes fail while no other write shows whose fault that is. */
      readonly failing?: readonly string[];
    }
  /** Somebody halted the list. */
  | { readonly kind: 'halted'; readonly halt: Halt; readonly unknown: boolean }
  /** The handler's time is over, and another goes on at once. */
  | { readonly kind: 'handOver'; readonly unknown: boolean }
  | { readonly kind: 'mailboxFailed'; readonly failure: GraphFailure; readonly unknown: boolean };

/** A pass with what its plan is carried out on. */
export interface Execution extends ListPass {
  readonly folderId: string;
  /** Folders that the list's contacts are moving out of. */
  readonly formerFolderIds: ReadonlySet<string>;
  readonly ledger: LedgerWriter;
}
