import { figuresOf } from '../../domain/dayFigures.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import type { AskedGoal } from '../../domain/goal.ts';
import { startOf } from '../../domain/mailboxPhase.ts';
import type { Clock } from '../../ports/clock.ts';
import type { MessageQueue } from '../../ports/messageQueue.ts';
import type { Timing } from '../../settings/settings.ts';
import { pointColumns } from '../../store/mailboxCheckpoint.ts';
import type { Problem, ProgressReport, ProgressTable, ReadProgress } from '../../store/progress.ts';
import type { RunMailboxState } from '../../store/runMailbox.ts';
import type { RunsTable } from '../../store/runs.ts';
import type { RunAttempt } from '../../store/runWork.ts';
import type { Tally } from '../../store/totals.ts';
import { attemptIdOf, goalColumns, type SyncMessage } from '../messages.ts';
import { notATarget } from '../notATarget.ts';
import type { ListResult, StageEdits } from './listResult.ts';

export interface ReportServices {
  readonly clock: Clock;
  readonly timing: Timing;
  readonly progress: ProgressTable;
  readonly runs: RunsTable;
  /** The queue that the message came from. */
  readonly queue: MessageQueue<SyncMessage>;
}

/** A list as a message names it for a mailbox. */
export interface NamedList {
  readonly id: string;
  readonly goal: AskedGoal;
  readonly full: boolean;
  /** Fingerprint of its settings when it was sent; undefined where that is not known. */
  readonly settings: string | undefined;
  /** That the list is pinned to. */
  readonly definition?: string | undefined;
}

export interface ListOutcome {
  readonly listId: string;
  readonly full: boolean;
  readonly result: ListResult;
  readonly progress: ReadProgress | undefined;
  /** Answers of Graph that asked to wait. */
  readonly throttled: number;
}

/** What came of a message. */
export interface Outcome {
  readonly lists: readonly ListOutcome[];
  /** Lists of the message that the mailbox is no target of. */
  readonly refused: readonly string[];
  /** Lists that the handler had no time for, or not enough. */
  readonly handedOver: readonly NamedList[];
  /** Epoch milliseconds when the message has to come again; 0 for never, and for at once where lists are handed over. */
  readonly again: number;
  /** The lease went to another owner: source keys of a list whose writes are in doubt. */
  readonly doubt?: Doubt;
}

export interface Doubt {
  readonly listId: string;
  readonly sourceKeys: readonly string[];
}

/** Records what came of a message in its run and of each list, and sends what is left of it. */
export async function report(
  message: SyncMessage,
  outcome: Outcome,
  attempt: RunAttempt,
  services: ReportServices,
): Promise<void> {
  const { mailbox, run } = message;
  const { lists, refused, handedOver, again } = outcome;
  const now = services.clock.now();
  const told = (listId: string) => (problem: Problem) => ({ list: listId, mailbox, ...problem });
  const problems = lists.flatMap(({ listId, result }) => result.problems.map(told(listId)));
  const notes = lists.flatMap(({ listId, result }) => result.notes.map(told(listId)));
  const strange = refused.map(listId => told(listId)(notATarget));
  const state = lists.length === 0 && refused.length > 0 ? 'skipped' : runState(outcome);
  // Before Progress: a run counts a mailbox as done once it has arrived, and its figures must be there by then.
  const found = { state, done: attempt, problems: [...problems, ...strange], notes };
  await services.runs.report(run, mailbox, attemptIdOf(message), found, now);
  await Promise.all(
    lists.map(async ({ listId, full, result, progress, throttled }) => {
      const { checkpoint, state, until, problems: found, gone = false } = result;
      const { epoch, contacts, failed, sequence } = checkpoint;
      const standing = { ...pointColumns(startOf(checkpoint.phase)), epoch, contacts, failed, sequence };
      const columns = { ...standing, state, dueAt: until, syncedAt: now, goneAt: gone ? now : 0 };
      // A pass that had nothing to do leaves the reasons of refused contacts in sight.
      const [problem = failed > 0 ? progress?.progress.problem : undefined] = found;
      const isCompared = full && state === 'current';
      const reported = {
        ...columns,
        ...(problem ? { problem } : {}),
        ...(isCompared ? { fullDueAt: 0 as const } : {}),
        ...(result.edits && { edits: columnsOf(result.edits) }),
      };
      const known = isNotedFor(run, progress) ? progress : undefined;
      await services.progress.report(listId, mailbox, reported, { known, work: workOf(result, throttled, now) });
    }),
  );
  if (handedOver.length > 0) await sendRest(message, handedOver, again, services);
  else if (again > 0) await sendAgain(message, again, services);
}

function columnsOf({ stage, patched, edited }: StageEdits): ProgressReport['edits'] {
  return { editsOf: stage, patchedFields: patched, editedFields: edited };
}

/** A change has come to the mailbox once the pass has ended as it should. */
function workOf({ state, contacts, plan }: ListResult, throttled: number, now: number): Tally {
  const arrived = state === 'current' ? plan : [];
  const delays = arrived.flatMap(({ operation, changedAt }) =>
    operation.action === 'skip' || changedAt === undefined ? [] : [now - changedAt],
  );
  return figuresOf({ contacts, throttled, delays });
}

/**
 * A handler may be faster than the fan-out, which notes what it has sent: the row as it was read before that is not the
 * one of now. To write it all the same would be refused, and with it the reports of others that leave in one transaction.
 */
function isNotedFor(run: string, progress: ReadProgress | undefined): boolean {
  return progress?.progress.sentRun === run;
}

export function runState({ lists, handedOver }: Pick<Outcome, 'lists' | 'handedOver'>): RunMailboxState {
  // The run lasts until the next handler has done the rest.
  if (handedOver.length > 0) return 'sent';
  const states = new Set(lists.map(({ result }) => result.state));
  if (states.has('failed')) return 'failed';
  if (states.has('waiting')) return 'waiting';
  return states.has('skipped') ? 'skipped' : 'done';
}

/**
 * A copy under a new id, which the same delivery handled twice makes only once. One with keys to verify has another id
 * than one without: two deliveries of a message, handled side by side, may lead to one of each, and none may be dropped
 * as the duplicate of the other.
 */
export async function sendAgain(
  message: SyncMessage,
  notBefore: number,
  { queue }: Pick<ReportServices, 'queue'>,
  failures?: number,
): Promise<void> {
  const attempt = message.attempt + 1;
  const kind = message.verify ? `verify:${fingerprint(message.verify)}` : 'retry';
  await queue.send([{ id: `${message.id}:${kind}:${attempt}`, body: { ...message, attempt, failures }, notBefore }]);
}

/**
 * What is left of a message when its handler's time is over. Its id names that: two deliveries of the message may leave
 * different rests, and none may be dropped as the duplicate of the other. Lists that wait for a time of their own are
 * due by it, and those that are done are not compared again.
 */
async function sendRest(
  message: SyncMessage,
  handedOver: readonly NamedList[],
  notBefore: number,
  { queue }: Pick<ReportServices, 'queue'>,
): Promise<void> {
  const lists = handedOver.map(({ id, goal, full, settings, definition }) => {
    return { list: id, ...goalColumns(goal), full, settings, definition };
  });
  const verify = handedOver.flatMap(({ id }) => {
    const keys = message.verify?.[id];
    return keys ? [[id, keys] as const] : [];
  });
  const rest = { lists, ...(verify.length > 0 ? { verify: Object.fromEntries(verify) } : {}) };
  const attempt = message.attempt + 1;
  const body: SyncMessage = { ...message, verify: undefined, ...rest, attempt, failures: undefined };
  // At once is no time: a clock that is ahead would put it off.
  const when = notBefore > 0 ? { notBefore } : {};
  await queue.send([{ id: `${message.id}:rest:${fingerprint(rest)}:${attempt}`, body, ...when }]);
}

/**
 * The lease went to another owner while writes of ours were under way: what became of them is found out by listing
 * (rules.md: Applying, 10).
 */
export async function sendVerification(
  message: SyncMessage,
  { listId, sourceKeys }: Doubt,
  services: ReportServices,
): Promise<void> {
  const verify = { ...message.verify, [listId]: [...sourceKeys] };
  const doubted = sourceKeys.length > 0 ? { ...message, verify } : message;
  const lateAnswers = (services.timing.graphTimeoutSeconds + services.timing.graphGraceSeconds) * 1000;
  await sendAgain(doubted, services.clock.now() + lateAnswers, services);
}
