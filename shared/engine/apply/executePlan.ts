import { GraphFailure, type WriteOutcome } from '../../ports/contactMailbox.ts';
import { LeaseLost } from '../../store/mailboxLease.ts';
import { prepareWrites } from './contactWrites.ts';
import {
  type Execution,
  type ExecutionEnd,
  idleRounds,
  idleWait,
  isPatch,
  noAnswer,
  type Pending,
  type Successes,
  type Task,
  type UnfinishedExecution,
  writesPerBatch,
} from './execution.ts';
import { lookUpCreates, needsLookUp } from './lookUpCreates.ts';
import { countLeftovers, findPurged } from './purgedContacts.ts';
import { comesBack, createInstead, recordAbsent, recordWritten } from './recordOutcome.ts';
import { isFailing, settleServerErrors, takesWrites } from './serverErrors.ts';
import { addSuccesses, type Moved, type Settlement, settle } from './settleOutcome.ts';

/**
 * Writes the tasks in batches of 20: each batch while the ledger rows of the one before are committed, so that the
 * mailbox's four slots stay busy. What Graph answered is recorded task by task; what it failed at, or gave no answer
 * to, has its next turn after all others (rules.md: Applying, 7 and 8).
 *
 * @throws LeaseLost when another owner has taken the mailbox, with the keys whose writes are in doubt
 */
export async function executePlan(tasks: readonly Task[], execution: Execution): Promise<ExecutionEnd> {
  try {
    const purged = findPurged(tasks, execution);
    const end = await writeInBatches(tasks, execution);
    if (end.kind === 'finished') await countLeftovers(purged, execution);
    return end;
  } catch (error) {
    if (error instanceof LeaseLost) throw new LeaseLost(execution.ledger.keysInDoubt(), { cause: error });
    if (!(error instanceof GraphFailure)) throw error;
    return { kind: 'mailboxFailed', failure: error, unknown: true };
  }
}

async function writeInBatches(tasks: readonly Task[], execution: Execution): Promise<ExecutionEnd> {
  const { assignment, target, tools, ledger } = execution;
  const { lease, handOverAt } = target;
  const { clock, timing } = tools;
  const longestWait = timing.longestWaitSeconds * 1000;
  let pending: readonly Pending[] = tasks.map(task => ({ task, doubt: mayBeBack(task, execution) ? 'gone' : 'none' }));
  let putOff: readonly Pending[] = [];
  let putOffUntil = 0;
  let quietFrom = 0;
  let silent = false;
  let missed = false;
  let hasProgressed = false;
  let successes: Successes = { count: 0 };
  let roundsWithoutProgress = 0;
  let code = '';

  while (pending.length + putOff.length > 0) {
    const end = pending.length > 0 && !silent ? await writeNextBatch() : await takeUpPutOff();
    if (!end) continue;
    await ledger.commit();
    return end;
  }
  // Whoever writes these contacts next must not be overtaken.
  await waitUntil(quietFrom);
  return { kind: 'finished', missed };

  async function writeNextBatch(): Promise<UnfinishedExecution | undefined> {
    const halt = await tools.readHalt(assignment.list.id);
    if (halt) return { kind: 'halted', halt, unknown: isUnknown() };
    await lease.outlastRequest();
    if (pending.some(needsLookUp)) {
      pending = await lookUpCreates(pending, execution);
      return undefined;
    }
    const batch = pending.slice(0, writesPerBatch);
    const outcomes = await send(batch, execution);
    const settlements = batch.map((item, index) => settle(item, outcomes[index] ?? noAnswer, successes, execution));
    const round = sumUp(settlements);
    successes = addSuccesses(successes, settlements);
    const movedAgain = await settleMoved(round.moved, execution);
    pending = [...round.again, ...movedAgain, ...pending.slice(writesPerBatch)];
    putOff = [...putOff, ...round.putOff];
    putOffUntil = Math.max(putOffUntil, clock.now() + round.putOffFor);
    if (round.putOff.some(isUnansweredPatch)) quietFrom = clock.now() + timing.graphGraceSeconds * 1000;
    missed ||= outcomes.some(({ kind }) => kind === 'gone');
    code = round.code || code;
    silent = !round.isProgress && round.putOff.some(isUnanswered);
    hasProgressed ||= round.isEnd || movedAgain.length < round.moved.length;
    roundsWithoutProgress = round.isProgress ? 0 : roundsWithoutProgress + 1;
    if (round.failure) return { kind: 'mailboxFailed', failure: round.failure, unknown: isUnknown() };
    if (round.wait > longestWait) return endWaiting(round.wait);
    if (roundsWithoutProgress >= idleRounds) {
      if (!(round.putOff.some(isFailing) && (await takesWrites(successes, execution)))) {
        return endWaiting(Math.max(round.wait, silent ? round.putOffFor : idleWait));
      }
      roundsWithoutProgress = 0;
    }
    // Whoever hands over has brought something to its end, or handlers follow each other for ever: where preparation takes
    // that long, and where a contact fails until it is found out whose fault that is.
    const isLeft = pending.length + putOff.length > 0;
    const isTimeOver = clock.now() + round.wait >= handOverAt;
    if (hasProgressed && isLeft && isTimeOver) return { kind: 'handOver', unknown: isUnknown() };
    await waitUntil(clock.now() + round.wait);
    return undefined;
  }

  /** What got no answer comes before what Graph failed at, of which it may tell whose fault that is. */
  async function takeUpPutOff(): Promise<UnfinishedExecution | undefined> {
    silent = false;
    const unanswered = putOff.filter(isUnanswered);
    if (unanswered.length > 0) {
      const wait = putOffUntil - clock.now();
      if (wait > longestWait) return endWaiting(wait);
      await waitUntil(putOffUntil);
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

  async function waitUntil(time: number): Promise<void> {
    const wait = time - clock.now();
    if (wait > 0) await Promise.all([clock.wait(wait), ledger.commit()]);
  }

  function endWaiting(wait: number): UnfinishedExecution {
    return { kind: 'wait', until: clock.now() + wait, code, unknown: isUnknown() };
  }

  function isUnknown(): boolean {
    return clock.now() < quietFrom || [...pending, ...putOff].some(isDoubtful);
  }
}

/** Sends a batch while what was recorded before is committed. */
async function send(batch: readonly Pending[], execution: Execution): Promise<WriteOutcome[]> {
  const { target, ledger } = execution;
  const prepared = await prepareWrites(batch, execution);
  const writes = prepared.flatMap(each => ('write' in each ? [each.write] : []));
  ledger.sending(batch.map(({ task }) => task.sourceKey));
  // Both end before one's failure is thrown: whoever comes next must not meet a request of ours that is still under way.
  const [written, committed] = await Promise.allSettled([target.mailbox.write(writes), ledger.commit()]);
  if (committed.status === 'rejected') throw committed.reason;
  if (written.status === 'rejected') throw written.reason;
  const outcomes = written.value.values();
  return prepared.map(each => ('write' in each ? (outcomes.next().value ?? noAnswer) : each.outcome));
}

/** What the user deleted may have been brought back since, before the source changed it or while it was refused. */
function mayBeBack(task: Task, { ledger }: Execution): boolean {
  const entry = task.action === 'create' ? ledger.get(task.sourceKey) : undefined;
  return entry?.state === 'deletedByUser' || entry?.trouble !== undefined;
}

function isUnanswered({ doubt }: Pending): boolean {
  return doubt === 'unanswered';
}

/** Graph may do it until its grace is over, also after it was sent again and done: over what is written meanwhile. */
function isUnansweredPatch({ task, doubt }: Pending): boolean {
  return (isPatch(task) || task.action === 'giveBack') && doubt === 'unanswered';
}

/** It may have been done. */
function isDoubtful({ doubt }: Pending): boolean {
  return doubt === 'unanswered' || doubt === 'serverError';
}

interface Round {
  readonly again: readonly Pending[];
  /** What has its next turn after all others, and how many milliseconds later at least. */
  readonly putOff: readonly Pending[];
  readonly putOffFor: number;
  readonly moved: readonly Moved[];
  /** Something has an outcome that lasts. */
  readonly isProgress: boolean;
  /** Something is over that the next handler would not find as it was. */
  readonly isEnd: boolean;
  readonly wait: number;
  readonly code: string;
  readonly failure: GraphFailure | undefined;
}

function sumUp(settlements: readonly Settlement[]): Round {
  const codes = settlements.flatMap(({ code }) => code ?? []);
  return {
    again: settlements.flatMap(({ again }) => again ?? []),
    putOff: settlements.flatMap(({ putOff }) => putOff ?? []),
    putOffFor: Math.max(0, ...settlements.map(({ putOffFor = 0 }) => putOffFor)),
    moved: settlements.flatMap(({ moved }) => moved ?? []),
    isProgress: settlements.some(({ isSettled }) => isSettled),
    isEnd: settlements.some(isEnd),
    wait: Math.max(0, ...settlements.map(({ wait = 0 }) => wait)),
    code: codes.findLast(each => each !== notTriedCode) ?? codes[0] ?? '',
    failure: settlements.findLast(({ failure }) => failure)?.failure,
  };
}

/** What became another task is not, and what was refused before is as it was. */
function isEnd({ isSettled, again, moved, isRefusedAgain = false }: Settlement): boolean {
  return isSettled && !again && !moved && !isRefusedAgain;
}

/** Says less than any other. */
const notTriedCode = 'NotTried';

/**
 * A patched contact that lies elsewhere: in Deleted Items, at any depth, it counts as deleted (its immutable id still
 * reaches it there) and comes back if the source changed it; in any other folder the user put it, and it stays there.
 */
async function settleMoved(moved: readonly Moved[], execution: Execution): Promise<Pending[]> {
  const again: Pending[] = [];
  for (const { task, omission, parentFolderId } of moved) {
    if (!(await execution.target.mailbox.isInDeletedItems(parentFolderId))) {
      recordWritten(task, task.contactId, execution, omission);
    } else if (comesBack(task, execution)) {
      again.push({ task: createInstead(task, execution), doubt: 'none' });
    } else {
      recordAbsent(task.sourceKey, task.wanted, execution);
    }
  }
  return again;
}
