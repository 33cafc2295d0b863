import { isCleanedUp } from '../../domain/dueMailboxes.ts';
import { hour } from '../../domain/durations.ts';
import type { DeadLetter, DeadLetterQueue } from '../../ports/deadLetterQueue.ts';
import type { Progress } from '../../store/progress.ts';
import {
  attemptIdOf,
  captureMessage,
  renewalMessage,
  type SyncMessage,
  syncMessage,
  type VerifyMessage,
  verifyMessage,
} from '../messages.ts';
import type { Services } from '../services.ts';

/** A mailbox whose message was given up is tried again after this long, in milliseconds. */
const waitAfterGivingUp = hour;

type DeadLetterServices = Pick<Services, 'clock' | 'progress' | 'runs' | 'proofRuns'>;

export interface TakenUp {
  readonly mailboxes: number;
  readonly captures: number;
  /** How many messages that are not ours lie in which queue's dead letters: they stay there for the admin. */
  readonly foreign: Readonly<Record<string, number>>;
}

/**
 * Brings messages that were given up back to where an admin sees them and a later run tries again: the mailbox is
 * `failed` with the reason, in its run and in its progress (rules.md: Safeguards, Dead letters). The queues are looked
 * at side by side, since an empty one takes a while to be known as that.
 *
 * @throws AggregateError of the queues that could not be looked at, when the others are done
 */
export async function takeUpDeadLetters(
  queues: readonly DeadLetterQueue[],
  services: DeadLetterServices,
): Promise<TakenUp> {
  const results = await Promise.allSettled(queues.map(queue => takeUpFrom(queue, services)));
  const errors = results.flatMap(result => (result.status === 'rejected' ? [result.reason] : []));
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} dead-letter queues could not be looked at`);
  const taken = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
  return {
    mailboxes: taken.reduce((sum, { mailboxes }) => sum + mailboxes, 0),
    captures: taken.reduce((sum, { captures }) => sum + captures, 0),
    foreign: Object.assign({}, ...taken.map(({ foreign }) => foreign)),
  };
}

async function takeUpFrom(queue: DeadLetterQueue, services: DeadLetterServices): Promise<TakenUp> {
  let mailboxes = 0;
  let captures = 0;
  let foreign = 0;
  await queue.takeAll(async letter => {
    const sync = syncMessage.safeParse(letter.body);
    if (sync.success) {
      await recordMailbox(sync.data, letter, services);
      mailboxes++;
      return 'done';
    }
    const capture = captureMessage.safeParse(letter.body);
    if (capture.success) {
      const detail = 'The capture failed too often and was given up: the schedule captures the lists anyway';
      await recordCapture(capture.data.run, { code: letter.reason, detail }, services);
      captures++;
      return 'done';
    }
    const verify = verifyMessage.safeParse(letter.body);
    if (verify.success) {
      await recordUnverified(verify.data, letter, services);
      return 'done';
    }
    // The timer renews the subscriptions anyway.
    if (renewalMessage.safeParse(letter.body).success) return 'done';
    foreign++;
    return 'leave';
  });
  return { mailboxes, captures, foreign: foreign > 0 ? { [queue.name]: foreign } : {} };
}

async function recordMailbox(
  message: SyncMessage,
  { reason }: DeadLetter,
  services: DeadLetterServices,
): Promise<void> {
  const { clock, progress, runs } = services;
  const { mailbox, run } = message;
  const now = clock.now();
  const problem = { code: reason, detail: 'The mailbox failed too often and was given up: see the log of this run' };
  let behind = 0;
  for (const { list, head, full = false } of message.lists) {
    const known = await progress.read(list, mailbox);
    if (!known || (!full && hasArrived(known.progress, head))) continue;
    behind++;
    const { position, epoch, settings, contacts, failed, syncedAt, sequence } = known.progress;
    const columns = { position, epoch, settings, contacts, failed, syncedAt, sequence, goneAt: 0 };
    await progress.report(
      list,
      mailbox,
      { ...columns, state: 'failed', dueAt: now + waitAfterGivingUp, problem },
      { known },
    );
  }
  const nothing = {
    contacts: { created: 0, updated: 0, deleted: 0, failed: 0 },
    repaired: { lost: 0, doubled: 0, orphaned: 0, drifted: 0 },
    graph: { requests: 0, roundTrips: 0 },
  };
  // What the attempts before it did stays counted.
  const attempt = `${attemptIdOf(message)}_givenUp`;
  const failed = { state: 'failed' as const, done: nothing, problems: [{ mailbox, ...problem }] };
  const report = behind > 0 ? failed : { state: 'done' as const, done: nothing, problems: [] };
  await runs.report(run, mailbox, attempt, report, now);
}

/** Another message has done since what this one asked for. */
function hasArrived(known: Progress, head: number): boolean {
  if (isCleanedUp(known.wanted)) return known.state === 'cleared';
  return known.position >= head && known.settings === known.sentSettings;
}

async function recordUnverified(
  { run, mailboxes }: VerifyMessage,
  { reason }: DeadLetter,
  { clock, proofRuns }: DeadLetterServices,
): Promise<void> {
  const known = new Set((await proofRuns.readResults(run)).map(({ mailboxId }) => mailboxId));
  const unknown = {
    finding: { state: 'unknown' as const, because: reason },
    reportedAt: clock.now(),
    requests: 0,
    roundTrips: 0,
    places: [],
  };
  const left = mailboxes.filter(id => !known.has(id));
  await proofRuns.report(
    run,
    left.map(mailboxId => ({ mailboxId, ...unknown })),
  );
}

async function recordCapture(
  run: string,
  problem: { code: string; detail: string },
  { runs, clock }: DeadLetterServices,
): Promise<void> {
  const summary = await runs.readSummary(run);
  if (!summary) return;
  await runs.writeSummary({ ...summary, fannedOutAt: clock.now(), problems: [...summary.problems, problem] });
}
