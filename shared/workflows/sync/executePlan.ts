import type { LedgerEntry, LedgerFailure, PlannedOperation, WantedContact } from '../../core/plan.ts';
import { isOtherPosition, stampKey } from '../../core/stamp.ts';
import type { Clock } from '../../ports/clock.ts';
import { type ContactMailbox, type ContactWrite, GraphFailure, type WriteOutcome } from '../../ports/contactMailbox.ts';
import type { SyncedList } from '../../settings/contactList.ts';
import type { Timing } from '../../settings/settings.ts';
import type { ContactCounts } from '../../state/runs.ts';
import { lookUpDoubles } from './doubles.ts';
import type { LedgerWriter } from './ledgerWriter.ts';
import type { MailboxLease } from './mailboxLease.ts';
import type { JournalReader } from './wantedContacts.ts';

const writesPerBatch = 20;
/** Rounds without any progress after which the rest waits for a scheduled message. */
const idleRounds = 5;
/** The wait after them, in milliseconds, where Graph named none. */
const idleWait = 30_000;

/** Something that is written to the mailbox: a planned operation, or what becomes of a doubled contact. */
export type Task = Exclude<PlannedOperation, { action: 'record' | 'skip' }> | DuplicateTask;
/** `unstamp`: the user made it theirs, and it stays without our stamp. */
export interface DuplicateTask {
  readonly action: 'deleteDuplicate' | 'unstamp';
  readonly sourceKey: string;
  readonly contactId: string;
}

export type ExecutionEnd =
  | { readonly kind: 'finished' }
  /** Wait until then (epoch milliseconds) and go on; `unknown` when the outcome of a create is not known. */
  | { readonly kind: 'wait'; readonly until: number; readonly code: string; readonly unknown: boolean }
  | { readonly kind: 'mailboxFailed'; readonly failure: GraphFailure; readonly unknown: boolean };

export interface Execution {
  readonly list: SyncedList;
  readonly reader: JournalReader;
  readonly folderId: string;
  readonly mailbox: ContactMailbox;
  readonly lease: MailboxLease;
  readonly ledger: LedgerWriter;
  readonly clock: Clock;
  readonly timing: Timing;
  /** Counted up as writes succeed. */
  readonly counts: ContactCounts;
}

/**
 * A task that waits for its turn. `unanswered`: it was sent, and Graph may have done it; a create is looked up before
 * it is sent again, no sooner than the grace. `gone`: a create in place of a patch whose contact was not found; the
 * id may be stale while the contact is there, so it is looked up as well (design: Applying, 8).
 */
interface Pending {
  readonly task: Task;
  readonly doubt: 'none' | 'unanswered' | 'gone';
}

/**
 * Writes the tasks in batches of 20: each batch while the ledger rows of the one before are committed, so that the
 * mailbox's four slots stay busy. What Graph answered is recorded task by task (design: Applying, 7 and 8).
 *
 * @throws LeaseLost when another owner has taken the mailbox
 */
export async function executePlan(tasks: readonly Task[], execution: Execution): Promise<ExecutionEnd> {
  try {
    return await writeInBatches(tasks, execution);
  } catch (error) {
    if (!(error instanceof GraphFailure)) throw error;
    return { kind: 'mailboxFailed', failure: error, unknown: true };
  }
}

async function writeInBatches(tasks: readonly Task[], execution: Execution): Promise<ExecutionEnd> {
  const { mailbox, lease, ledger, clock, timing } = execution;
  const longestWait = timing.longestWaitSeconds * 1000;
  let pending: Pending[] = tasks.map(task => ({ task, doubt: mayBeBack(task, execution) ? 'gone' : 'none' }));
  let roundsWithoutProgress = 0;

  while (pending.length > 0) {
    if (pending.some(needsLookUp)) {
      await lease.outlastRequest();
      pending = await lookUp(pending, execution);
      continue;
    }
    const batch = pending.slice(0, writesPerBatch);
    await lease.outlastRequest();
    ledger.sending(batch.map(({ task }) => task.sourceKey));
    // Both end before one's failure is thrown: whoever comes next must not meet a request of ours that is still under way.
    const [written, committed] = await Promise.allSettled([
      mailbox.write(batch.map(({ task }) => writeOf(task, execution))),
      ledger.commit(),
    ]);
    if (committed.status === 'rejected') throw committed.reason;
    if (written.status === 'rejected') throw written.reason;
    const round = settle(batch, written.value, execution);
    pending = [...round.again, ...pending.slice(writesPerBatch)];
    roundsWithoutProgress = round.settled > 0 ? 0 : roundsWithoutProgress + 1;

    if (round.moved.length > 0) await recordMoved(round.moved, pending, execution);
    if (round.failure) {
      await ledger.commit();
      return { kind: 'mailboxFailed', failure: round.failure, unknown: isUnknown(pending) };
    }
    const unansweredCreates = pending.some(isUnansweredCreate);
    const wait = Math.max(round.wait, unansweredCreates ? timing.graphGraceSeconds * 1000 : 0);
    if (wait > longestWait || roundsWithoutProgress >= idleRounds) {
      await ledger.commit();
      return { kind: 'wait', until: clock.now() + (wait || idleWait), code: round.code, unknown: isUnknown(pending) };
    }
    if (wait > 0) await Promise.all([clock.wait(wait), ledger.commit()]);
  }
  return { kind: 'finished' };
}

/** What the user deleted may have been brought back since, before the source changed it or while it was refused. */
function mayBeBack(task: Task, { ledger }: Execution): boolean {
  const entry = task.action === 'create' ? ledger.get(task.sourceKey) : undefined;
  return entry?.state === 'absent' || entry?.failure !== undefined;
}

function isUnknown(pending: readonly Pending[]): boolean {
  return pending.some(({ doubt }) => doubt === 'unanswered');
}

function isUnansweredCreate({ task, doubt }: Pending): boolean {
  return task.action === 'create' && doubt === 'unanswered';
}

function needsLookUp({ task, doubt }: Pending): boolean {
  return task.action === 'create' && doubt !== 'none';
}

function writeOf(task: Task, { list, folderId }: Execution): ContactWrite {
  switch (task.action) {
    case 'create': {
      const stamp = { key: stampKey(list.id, task.sourceKey), version: task.wanted.version };
      return { kind: 'create', folderId, contact: task.wanted.contact, stamp };
    }
    case 'patch': {
      const { contactId, fields, wanted } = task;
      return { kind: 'patch', contactId, contact: wanted.contact, fields, version: wanted.version };
    }
    case 'unstamp':
      return { kind: 'unstamp', contactId: task.contactId };
    case 'delete':
    case 'deleteDuplicate':
      return { kind: 'delete', contactId: task.contactId };
  }
}

interface Round {
  again: Pending[];
  /** Patched contacts that lie outside our folder, and where. */
  moved: { task: Task & { action: 'patch' }; parentFolderId: string }[];
  settled: number;
  wait: number;
  code: string;
  failure: GraphFailure | undefined;
}

function settle(batch: readonly Pending[], outcomes: readonly WriteOutcome[], execution: Execution): Round {
  const round: Round = { again: [], moved: [], settled: 0, wait: 0, code: '', failure: undefined };
  for (const [index, item] of batch.entries()) {
    const outcome = outcomes[index] ?? { kind: 'unknown', code: 'NoAnswer' };
    settleOne(item, outcome, round, execution);
  }
  return round;
}

function settleOne({ task, doubt }: Pending, outcome: WriteOutcome, round: Round, execution: Execution): void {
  const { ledger, counts } = execution;
  switch (outcome.kind) {
    case 'done':
      round.settled++;
      if (task.action === 'patch' && outcome.parentFolderId !== execution.folderId) {
        round.moved.push({ task, parentFolderId: outcome.parentFolderId });
      } else if (task.action === 'unstamp') {
        ledger.settled(task.sourceKey);
      } else if (task.action === 'create' || task.action === 'patch') {
        recordWritten(task.sourceKey, task.wanted, outcome.contactId, execution);
        if (task.action === 'create') counts.created++;
        else counts.updated++;
      }
      return;
    case 'deleted':
      round.settled++;
      recordDeleted(task, execution);
      return;
    case 'gone':
      round.settled++;
      if (task.action === 'patch') round.again.push({ task: createInstead(task, execution), doubt: 'gone' });
      else if (task.action === 'unstamp') ledger.settled(task.sourceKey);
      else recordDeleted(task, execution);
      return;
    case 'refused':
      round.settled++;
      counts.failed++;
      recordRefused(task, outcome, doubt === 'unanswered', execution);
      return;
    case 'throttled':
      round.wait = Math.max(round.wait, outcome.retryAfter);
      round.code = 'throttled';
      round.again.push({ task, doubt });
      return;
    case 'notTried':
      round.code ||= 'NotTried';
      round.again.push({ task, doubt });
      return;
    case 'unknown':
      round.code = outcome.code;
      round.wait = Math.max(round.wait, outcome.retryAfter ?? (task.action === 'create' ? 0 : 1000));
      round.again.push({ task, doubt: 'unanswered' });
      return;
    case 'mailboxFailed':
      round.failure = outcome.failure;
      round.again.push({ task, doubt });
  }
}

function recordWritten(sourceKey: string, wanted: WantedContact, contactId: string, { ledger }: Execution): void {
  ledger.put({ sourceKey, state: 'written', contactId, fields: wanted.fingerprints, version: wanted.version });
}

function recordDeleted({ action, sourceKey }: Task, { ledger, counts }: Execution): void {
  counts.deleted++;
  if (action === 'deleteDuplicate') ledger.settled(sourceKey);
  else ledger.remove(sourceKey);
}

/** What the user deleted comes back only when the source changed it: not for other settings alone. */
function comesBack({ sourceKey, wanted }: Task & { action: 'create' | 'patch' }, { ledger }: Execution): boolean {
  const entry = ledger.get(sourceKey);
  return !entry || entry.state === 'doubtfullyAbsent' || isOtherPosition(wanted.version, entry.version);
}

function recordAbsent(sourceKey: string, wanted: WantedContact, { ledger }: Execution): void {
  ledger.put({ sourceKey, state: 'absent', contactId: null, fields: wanted.fingerprints, version: wanted.version });
}

function createInstead(task: Task & { action: 'patch' }, execution: Execution): Task {
  const { sourceKey, wanted } = task;
  const entry = execution.ledger.get(sourceKey);
  const state = comesBack(task, execution) ? 'doubtfullyAbsent' : 'absent';
  if (entry) execution.ledger.put({ ...entry, state, contactId: null });
  return { action: 'create', sourceKey, wanted, reason: 'gone from the mailbox, changed at the source' };
}

/**
 * Keeps what was last written, so that the fields are compared with the truth when it is tried again. A write that got
 * no answer before it was refused may have been done all the same.
 */
function recordRefused(
  task: Task,
  { code, detail }: { code: string; detail: string },
  inDoubt: boolean,
  execution: Execution,
): void {
  const { ledger, clock } = execution;
  const entry: LedgerEntry = ledger.get(task.sourceKey) ?? {
    sourceKey: task.sourceKey,
    state: 'doubtfullyAbsent',
    contactId: null,
    fields: {},
    version: '',
  };
  const attempts = (entry.failure?.attempts ?? 0) + 1;
  const failure: LedgerFailure = { code, detail, attempts, retryAt: clock.now() + waitAfterRefusal(attempts) };
  const doubted = inDoubt && entry.contactId !== null ? { state: 'unknown' as const } : {};
  ledger.put({ ...entry, ...doubted, failure });
}

/** 5 minutes, then four times longer each time, a day at most. */
function waitAfterRefusal(attempts: number): number {
  return Math.min(300_000 * 4 ** (attempts - 1), 86_400_000);
}

/**
 * A patched contact that lies elsewhere: in Deleted Items it counts as deleted (its immutable id still reaches it
 * there) and comes back if the source changed it; in any other folder the user put it, and it stays there.
 */
async function recordMoved(moved: Round['moved'], pending: Pending[], execution: Execution): Promise<void> {
  const deletedItemsId = await execution.mailbox.deletedItemsId();
  for (const { task, parentFolderId } of moved) {
    if (parentFolderId === deletedItemsId && !comesBack(task, execution)) {
      recordAbsent(task.sourceKey, task.wanted, execution);
    } else if (parentFolderId === deletedItemsId) {
      pending.push({ task: createInstead(task, execution), doubt: 'none' });
    } else {
      recordWritten(task.sourceKey, task.wanted, task.contactId, execution);
      execution.counts.updated++;
    }
  }
}

/** Looks for the stamp of each create that may be there already; what is found is ours, the rest is sent. */
async function lookUp(pending: readonly Pending[], execution: Execution): Promise<Pending[]> {
  const resolved: Pending[] = [];
  for (const item of pending) {
    if (item.task.action === 'create' && item.doubt !== 'none') {
      const tasks = await lookUpCreate(item.task, item.doubt === 'gone', execution);
      resolved.push(...tasks.map(task => ({ task, doubt: 'none' as const })));
    } else resolved.push(item);
  }
  return resolved;
}

/** What is left to do for a create once its stamp was looked for; `gone`: its contact was there once. */
async function lookUpCreate(task: Task & { action: 'create' }, gone: boolean, execution: Execution): Promise<Task[]> {
  const { list, reader, folderId, mailbox, ledger, counts } = execution;
  const { sourceKey, wanted } = task;
  const [found, ...doubled] = await mailbox.findStamped(folderId, stampKey(list.id, sourceKey));
  if (!found && gone && !comesBack(task, execution)) {
    recordAbsent(sourceKey, wanted, execution);
    return [];
  }
  if (!found) return [task];
  const about = { list, reader, sourceKey, entry: ledger.get(sourceKey) };
  const duplicates = doubled.length > 0 ? await lookUpDoubles(found.id, folderId, mailbox, about) : [];
  if (found.stamp.version === wanted.version) {
    recordWritten(sourceKey, wanted, found.id, execution);
    counts.created++;
    return duplicates;
  }
  ledger.put({ sourceKey, state: 'unknown', contactId: found.id, fields: {}, version: found.stamp.version });
  const reason = 'found by its stamp, content in doubt';
  return [
    { action: 'patch', sourceKey, contactId: found.id, wanted, fields: ledger.managedFields, reason },
    ...duplicates,
  ];
}
