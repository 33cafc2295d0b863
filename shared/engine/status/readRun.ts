import type { RunView } from '../../api/runs.ts';
import { showProblem } from '../../api/showProblem.ts';
import { sum } from '../../domain/sum.ts';
import type { ContactList } from '../../settings/contactList.ts';
import { noContacts, noRepairs, type RunMailbox, type RunProblem, type RunSummary } from '../../store/runs.ts';
import type { Services } from '../services.ts';
import { gatherProblems } from './widespreadProblems.ts';

/** After a restore from a backup every mailbox has one. */
const mostNotes = 500;

export type RunReader = Pick<Services, 'runs' | 'progress' | 'clock' | 'configuredLists' | 'messagePatience'>;

/** Undefined when there is no such run. */
export async function readRun(id: string, reader: RunReader): Promise<RunView | undefined> {
  const summary = await reader.runs.readSummary(id);
  return summary && viewRun(summary, reader);
}

/** The latest runs, newest first. */
export async function readLatestRuns(limit: number, reader: RunReader, afterId?: string): Promise<RunView[]> {
  const summaries = await reader.runs.readLatest(limit, afterId);
  return Promise.all(summaries.map(summary => viewRun(summary, reader)));
}

/** Totals are summed here, so that repeated messages count nothing twice. */
async function viewRun(summary: RunSummary, reader: RunReader): Promise<RunView> {
  const mailboxes = await withArrivals(summary, reader);
  const interrupted = isInterrupted(summary, reader);
  const howMany = (state: RunMailbox['state']) => mailboxes.filter(mailbox => mailbox.state === state).length;
  const attempts = mailboxes.flatMap(mailbox => mailbox.attempts);
  const finished = interrupted || (summary.fannedOutAt > 0 && howMany('sent') === 0);
  const reports = mailboxes.map(({ reportedAt }) => reportedAt);
  const lastReport = Math.max(summary.startedAt, summary.fannedOutAt, ...reports);
  return {
    id: summary.id,
    state: finished ? 'finished' : 'running',
    cause: summary.cause,
    lists: summary.lists,
    startedAt: new Date(summary.startedAt).toISOString(),
    finishedAt: finished ? new Date(lastReport).toISOString() : null,
    mailboxes: {
      total: mailboxes.length,
      done: howMany('done'),
      waiting: howMany('waiting') + (interrupted ? howMany('sent') : 0),
      failed: howMany('failed'),
      skipped: howMany('skipped'),
    },
    contacts: sum(
      noContacts,
      attempts.map(({ contacts }) => contacts),
    ),
    repaired: sum(
      noRepairs,
      attempts.map(({ repaired }) => repaired),
    ),
    graph: sum(
      summary.graph,
      attempts.map(({ graph }) => graph),
    ),
    problems: [...summary.problems, ...(interrupted ? [interruption] : []), ...gatherProblems(mailboxes)].map(problem =>
      showProblem(problem, settingsOf(problem, reader)),
    ),
    notes: [...summary.notes, ...mailboxes.flatMap(({ notes }) => notes).slice(0, mostNotes)],
  };
}

function settingsOf({ list }: RunProblem, { configuredLists }: RunReader): ContactList | undefined {
  return configuredLists.find(({ id }) => id === list);
}

const interruption: RunProblem = {
  code: 'Interrupted',
  detail: 'The process ended before every message was sent: the next run sends what is missing',
};

/** Its process died before it had sent everything, and nobody takes it up: later runs do what is left. */
function isInterrupted({ startedAt, fannedOutAt }: RunSummary, { clock, messagePatience }: RunReader): boolean {
  return fannedOutAt === 0 && clock.now() >= startedAt + messagePatience;
}

/**
 * A mailbox is done once its position reaches the run's head, whoever took it there. One that was there before the run
 * began has its message for another reason, a full reconcile or new settings, and is done when that is handled.
 */
async function withArrivals(summary: RunSummary, { runs, progress }: RunReader): Promise<RunMailbox[]> {
  const mailboxes = await runs.readMailboxes(summary.id);
  const lists = [...new Set(mailboxes.filter(isOpen).flatMap(mailbox => mailbox.lists))];
  const positions = new Map<string, number>();
  const { heads, startedAt } = summary;
  for (const list of lists) {
    for (const row of await progress.readAll(list)) {
      if (row.syncedAt >= startedAt) positions.set(`${list}:${row.mailboxId}`, row.position);
    }
  }
  const hasArrived = (mailbox: RunMailbox) =>
    isOpen(mailbox) &&
    mailbox.lists.every(list => (positions.get(`${list}:${mailbox.mailboxId}`) ?? -1) >= (heads[list] ?? Infinity));
  if (!mailboxes.some(hasArrived)) return mailboxes;
  // Read again, since the figures of who arrived meanwhile were written before its position.
  const latest = await runs.readMailboxes(summary.id);
  return latest.map(mailbox => (hasArrived(mailbox) ? { ...mailbox, state: 'done' as const } : mailbox));
}

function isOpen({ state }: RunMailbox): boolean {
  return state === 'sent';
}
