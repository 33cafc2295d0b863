import { GraphFailure, type WriteOutcome } from '../../ports/contactMailbox.ts';
import { prepareWrites } from './contactWrites.ts';
import {
  type Execution,
  type ExecutionEnd,
  type Pending,
  type ServerErrors,
  type Successes,
  type Task,
  writesPerBatch,
} from './execution.ts';
import { lookUpCreates, needsLookUp } from './lookUpCreates.ts';
import { withOmission } from './omissions.ts';
import {
  comesBack,
  createInstead,
  recordAbsent,
  recordDeleted,
  recordRefused,
  recordWritten,
} from './recordOutcome.ts';
import { isFailing, settleServerErrors, takesWrites } from './serverErrors.ts';

/** Rounds without any progress after which the rest waits for a scheduled message. */
const idleRounds = 5;
/** The wait after them, in milliseconds, where Graph named none. */
const idleWait = 30_000;
/** Before a patch or delete that got no answer is sent again, in milliseconds: done twice, it is done once. */
const repeatWait = 1_000;

/**
 * Writes the tasks in batches of 20: each batch while the ledger rows of the one before are committed, so that the
 * mailbox's four slots stay busy. What Graph answered is recorded task by task; what it failed at, or gave no answer
 * to, has its next turn after all others (design: Applying, 7 and 8).
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
  const { lease, ledger, clock, timing } = execution;
  const longestWait = timing.longestWaitSeconds * 1000;
  let pending: readonly Pending[] = tasks.map(task => ({ task, doubt: mayBeBack(task, execution) ? 'gone' : 'none' }));
  let putOff: readonly Pending[] = [];
  let putOffUntil = 0;
  let silent = false;
  let successes: Successes = { count: 0 };
  let roundsWithoutProgress = 0;
  let code = '';

  while (pending.length + putOff.length > 0) {
    const end = pending.length > 0 && !silent ? await writeNextBatch() : await takeUpPutOff();
    if (!end) continue;
    await ledger.commit();
    return end;
  }
  return { kind: 'finished' };

  async function writeNextBatch(): Promise<ExecutionEnd | undefined> {
    await lease.outlastRequest();
    if (pending.some(needsLookUp)) {
      pending = await lookUpCreates(pending, execution);
      return undefined;
    }
    const batch = pending.slice(0, writesPerBatch);
    const round = settle(batch, await send(batch, execution), successes, execution);
    successes = round.successes;
    pending = [...round.again, ...(await settleMoved(round.moved, execution)), ...pending.slice(writesPerBatch)];
    putOff = [...putOff, ...round.putOff];
    putOffUntil = Math.max(putOffUntil, clock.now() + round.putOffFor);
    code = round.code || code;
    silent = round.settled === 0 && round.putOff.some(isUnanswered);
    roundsWithoutProgress = round.settled > 0 ? 0 : roundsWithoutProgress + 1;
    if (round.failure) return { kind: 'mailboxFailed', failure: round.failure, unknown: isUnknown() };
    if (round.wait > longestWait) return endWaiting(round.wait);
    if (roundsWithoutProgress >= idleRounds) {
      if (!(round.putOff.some(isFailing) && (await takesWrites(successes, execution)))) {
        return endWaiting(Math.max(round.wait, silent ? round.putOffFor : idleWait));
      }
      roundsWithoutProgress = 0;
    }
    if (round.wait > 0) await Promise.all([clock.wait(round.wait), ledger.commit()]);
    return undefined;
  }

  /** What got no answer comes before what Graph failed at, of which it may tell whose fault that is. */
  async function takeUpPutOff(): Promise<ExecutionEnd | undefined> {
    silent = false;
    const unanswered = putOff.filter(isUnanswered);
    if (unanswered.length > 0) {
      const wait = putOffUntil - clock.now();
      if (wait > longestWait) return endWaiting(wait);
      if (wait > 0) await Promise.all([clock.wait(wait), ledger.commit()]);
      putOff = putOff.filter(item => !isUnanswered(item));
      pending = [...unanswered, ...pending];
      return undefined;
    }
    await lease.outlastRequest();
    const settled = await settleServerErrors(putOff.filter(isFailing), successes, execution);
    if ('kind' in settled) return settled;
    pending = settled;
    putOff = [];
    return undefined;
  }

  function endWaiting(wait: number): ExecutionEnd {
    return { kind: 'wait', until: clock.now() + wait, code, unknown: isUnknown() };
  }

  function isUnknown(): boolean {
    return [...pending, ...putOff].some(isDoubtful);
  }
}

/** Sends a batch while what was recorded before is committed. */
async function send(batch: readonly Pending[], execution: Execution): Promise<WriteOutcome[]> {
  const { mailbox, ledger } = execution;
  const prepared = await prepareWrites(batch, execution);
  const writes = prepared.flatMap(each => ('write' in each ? [each.write] : []));
  ledger.sending(batch.map(({ task }) => task.sourceKey));
  // Both end before one's failure is thrown: whoever comes next must not meet a request of ours that is still under way.
  const [written, committed] = await Promise.allSettled([mailbox.write(writes), ledger.commit()]);
  if (committed.status === 'rejected') throw committed.reason;
  if (written.status === 'rejected') throw written.reason;
  const outcomes = written.value.values();
  return prepared.map(each => ('write' in each ? (outcomes.next().value ?? noAnswer) : each.outcome));
}

const noAnswer: WriteOutcome = { kind: 'unknown', code: 'NoAnswer' };

/** What the user deleted may have been brought back since, before the source changed it or while it was refused. */
function mayBeBack(task: Task, { ledger }: Execution): boolean {
  const entry = task.action === 'create' ? ledger.get(task.sourceKey) : undefined;
  return entry?.state === 'deletedByUser' || entry?.trouble !== undefined;
}

function isUnanswered({ doubt }: Pending): boolean {
  return doubt === 'unanswered';
}

/** It may have been done. */
function isDoubtful({ doubt }: Pending): boolean {
  return doubt === 'unanswered' || doubt === 'serverError';
}

interface Moved {
  readonly task: Task & { action: 'patch' };
  readonly omission: string | undefined;
  readonly parentFolderId: string;
}

interface Round {
  again: Pending[];
  /** What has its next turn after all others, and how many milliseconds later at least. */
  putOff: Pending[];
  putOffFor: number;
  /** Patched contacts that lie outside our folder, and where. */
  moved: Moved[];
  settled: number;
  successes: Successes;
  wait: number;
  code: string;
  failure: GraphFailure | undefined;
}

function settle(
  batch: readonly Pending[],
  outcomes: readonly WriteOutcome[],
  successes: Successes,
  execution: Execution,
): Round {
  const round: Round = {
    again: [],
    putOff: [],
    putOffFor: 0,
    moved: [],
    settled: 0,
    successes,
    wait: 0,
    code: '',
    failure: undefined,
  };
  for (const [index, item] of batch.entries()) {
    settleOne(item, outcomes[index] ?? noAnswer, successes.count, round, execution);
  }
  return round;
}

function settleOne(
  item: Pending,
  outcome: WriteOutcome,
  successesBefore: number,
  round: Round,
  execution: Execution,
): void {
  const { task } = item;
  const { ledger, counts, timing } = execution;
  switch (outcome.kind) {
    case 'done':
      round.settled++;
      round.successes = { ...round.successes, count: round.successes.count + 1 };
      if (task.action === 'patch' && outcome.parentFolderId !== execution.folderId) {
        round.moved.push({ task, omission: item.omission, parentFolderId: outcome.parentFolderId });
      } else if (task.action === 'create' || task.action === 'patch') {
        round.successes = {
          ...round.successes,
          last: { contactId: outcome.contactId, version: task.wanted.version },
        };
        recordWritten(task, outcome.contactId, execution, item.omission);
        if (task.action === 'create') counts.created++;
        else counts.updated++;
      } else ledger.settled(task.sourceKey);
      return;
    case 'deleted':
      round.settled++;
      round.successes = { ...round.successes, count: round.successes.count + 1 };
      recordDeleted(task, execution);
      return;
    case 'gone':
      round.settled++;
      if (task.action === 'patch') round.again.push({ task: createInstead(task, execution), doubt: 'gone' });
      else if (task.action === 'unstamp') ledger.settled(task.sourceKey);
      else recordDeleted(task, execution);
      return;
    case 'refused': {
      round.settled++;
      const lesser = withOmission(item, outcome.code);
      if (lesser) round.again.push(lesser);
      else recordRefused(task, outcome, isDoubtful(item), execution);
      return;
    }
    case 'throttled':
      round.wait = Math.max(round.wait, outcome.retryAfter);
      round.code = 'throttled';
      round.again.push(item);
      return;
    case 'notTried':
      round.code ||= 'NotTried';
      round.again.push(item);
      return;
    case 'unknown':
      round.code = outcome.code;
      round.wait = Math.max(round.wait, outcome.retryAfter ?? 0);
      round.putOffFor = Math.max(
        round.putOffFor,
        task.action === 'create' ? timing.graphGraceSeconds * 1000 : repeatWait,
      );
      round.putOff.push({ ...item, doubt: 'unanswered' });
      return;
    case 'serverError':
      round.code = outcome.code;
      round.putOff.push({
        ...item,
        doubt: 'serverError',
        serverErrors: countServerError(item, outcome.code, successesBefore),
      });
      return;
    case 'mailboxFailed':
      round.failure = outcome.failure;
      round.again.push(item);
  }
}

function countServerError({ serverErrors }: Pending, code: string, successesBefore: number): ServerErrors {
  const { times, successesBefore: before } = serverErrors ?? { times: 0, successesBefore };
  return { times: times + 1, code, successesBefore: before };
}

/**
 * A patched contact that lies elsewhere: in Deleted Items, at any depth, it counts as deleted (its immutable id still
 * reaches it there) and comes back if the source changed it; in any other folder the user put it, and it stays there.
 */
async function settleMoved(moved: readonly Moved[], execution: Execution): Promise<Pending[]> {
  const again: Pending[] = [];
  for (const { task, omission, parentFolderId } of moved) {
    if (!(await execution.mailbox.isInDeletedItems(parentFolderId))) {
      recordWritten(task, task.contactId, execution, omission);
      execution.counts.updated++;
    } else if (comesBack(task, execution)) {
      again.push({ task: createInstead(task, execution), doubt: 'none' });
    } else {
      recordAbsent(task.sourceKey, task.wanted, execution);
    }
  }
  return again;
}
