import { hour } from '../../domain/durations.ts';
import { refusalOf, suspectedSince } from '../../domain/ledgerEntry.ts';
import {
  type Execution,
  type Pending,
  type ServerErrors,
  type Successes,
  type UnfinishedExecution,
  writesPerBatch,
} from './execution.ts';
import { lookUpCreates } from './lookUpCreates.ts';
import { withOmission } from './omissions.ts';
import { entryOf, recordRefused, recordSuspect } from './recordOutcome.ts';

export interface FailingTask extends Pending {
  readonly serverErrors: ServerErrors;
}

const mostTries = 3;
const shortestWait = 30_000;
const longestWait = 600_000;

/**
 * Decides about writes that Graph answered with a server error, when nothing else of the plan is left to do. Exchange
 * gives 500 for content that it will never take as well as for a fault of its own, so the answer alone does not tell
 * whose fault it is (rules.md: Server errors):
 * - another write succeeded since the first try: after a few tries it is the contact's, which is tried again later
 * - no write succeeds: it is the mailbox's, and no contact is marked; but where the few contacts that were written could
 *   be read for an hour, it is theirs
 *
 * @returns what is to be sent again, or how the pass ends
 * @throws GraphFailure
 */
export async function settleServerErrors(
  failing: readonly FailingTask[],
  successes: Successes,
  execution: Execution,
): Promise<readonly Pending[] | UnfinishedExecution> {
  const lookedUp = await lookUpCreates(failing, execution);
  const left = lookedUp.filter(isFailing);
  // What was done after all shows that the mailbox takes writes: the others have another try beside what is left.
  if (left.length < failing.length) return lookedUp;
  for (const item of left.filter(item => wasRefusedBefore(item, execution))) recordFailing(item, execution);
  const open = left.filter(item => !wasRefusedBefore(item, execution));
  if (open.length === 0) return [];
  if (successes.count === 0) return suspectMailbox(open, execution);
  const tired = open.filter(({ serverErrors }) => serverErrors.times >= mostTries);
  if (tired.length < open.length) return open;
  const proven = tired.every(({ serverErrors }) => successes.count > serverErrors.successesBefore);
  if (!proven && !(await takesWrites(successes, execution))) return suspectMailbox(open, execution);
  return tired.flatMap(({ serverErrors, ...item }): Pending[] => {
    const lesser = withOmission(item, serverErrors.code);
    if (lesser) return [lesser];
    recordFailing({ ...item, serverErrors }, execution);
    return [];
  });
}

/** Whether the mailbox takes a write at all: the version of a contact that was written in this pass, once more. */
export async function takesWrites({ last }: Successes, { target: { mailbox, lease } }: Execution): Promise<boolean> {
  if (!last) return false;
  await lease.outlastRequest();
  const [outcome] = await mailbox.write([{ kind: 'patch', ...last, contact: {}, fields: [] }]);
  return outcome?.kind === 'done';
}

export function isFailing(item: Pending): item is FailingTask {
  return item.serverErrors !== undefined;
}

function wasRefusedBefore({ task }: Pending, { ledger }: Execution): boolean {
  return refusalOf(ledger.get(task.sourceKey)) !== undefined;
}

function recordFailing({ task, doubt, serverErrors }: FailingTask, execution: Execution): void {
  recordRefused(task, { code: serverErrors.code, detail: '' }, doubt !== 'none', execution);
}

/**
 * No write succeeded, so nothing tells the contact's fault from the mailbox's. Since when that has been so is kept with
 * the contact, where it outlasts the process.
 */
async function suspectMailbox(
  open: readonly FailingTask[],
  execution: Execution,
): Promise<readonly Pending[] | UnfinishedExecution> {
  const now = execution.tools.clock.now();
  const { code } = open[0]?.serverErrors ?? { code: '' };
  if (open.length > writesPerBatch) return { kind: 'wait', until: now + shortestWait, code, unknown: true };
  await readPlaces(open, execution);
  const since = ({ task }: FailingTask) => suspectedSince(entryOf(task, execution)) ?? now;
  const suspects = open.filter(item => now - since(item) < hour);
  for (const item of open) {
    if (!suspects.includes(item)) recordFailing(item, execution);
    else recordSuspect(item.task, since(item), execution);
  }
  if (suspects.length === 0) return [];
  const lasted = now - Math.min(...suspects.map(since));
  const until = now + Math.min(Math.max(lasted, shortestWait), longestWait);
  return { kind: 'wait', until, code, unknown: false, failing: suspects.map(({ task }) => task.sourceKey) };
}

/** A create's place was read when its stamp was looked up. @throws GraphFailure */
async function readPlaces(open: readonly FailingTask[], { target: { mailbox } }: Execution): Promise<void> {
  for (const { task } of open) {
    if (task.action !== 'create') await mailbox.getContact(task.contactId);
  }
}
