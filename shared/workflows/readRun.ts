import type { ProgressTable } from '../state/progress.ts';
import type { ContactCounts, RepairCounts, RunMailbox, RunProblem, RunSummary, RunsTable } from '../state/runs.ts';

/** A run as the HTTP API shows it (design: Interfaces, HTTP). */
export interface RunView {
  readonly id: string;
  readonly state: 'running' | 'finished';
  readonly cause: RunSummary['cause'];
  readonly lists: readonly string[];
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly mailboxes: { total: number; done: number; waiting: number; failed: number; skipped: number };
  readonly contacts: ContactCounts;
  /** What full reconciles and recoveries found. */
  readonly repaired: RepairCounts;
  readonly graph: { requests: number; roundTrips: number };
  readonly problems: readonly RunProblem[];
}

/** Undefined when there is no such run. */
export async function readRun(id: string, runs: RunsTable, progress: ProgressTable): Promise<RunView | undefined> {
  const summary = await runs.readSummary(id);
  return summary && viewRun(summary, runs, progress);
}

/** The latest runs, newest first. */
export async function readLatestRuns(
  limit: number,
  runs: RunsTable,
  progress: ProgressTable,
  afterId?: string,
): Promise<RunView[]> {
  const summaries = await runs.readLatest(limit, afterId);
  return Promise.all(summaries.map(summary => viewRun(summary, runs, progress)));
}

/** Totals are summed here, so that repeated messages count nothing twice. */
async function viewRun(summary: RunSummary, runs: RunsTable, progress: ProgressTable): Promise<RunView> {
  const mailboxes = await withArrivals(summary, runs, progress);
  const count = (state: RunMailbox['state']) => mailboxes.filter(mailbox => mailbox.state === state).length;
  const attempts = mailboxes.flatMap(mailbox => mailbox.attempts);
  const finished = summary.fannedOutAt > 0 && count('sent') === 0;
  const lastReport = Math.max(summary.fannedOutAt, ...mailboxes.map(({ reportedAt }) => reportedAt));
  return {
    id: summary.id,
    state: finished ? 'finished' : 'running',
    cause: summary.cause,
    lists: summary.lists,
    startedAt: new Date(summary.startedAt).toISOString(),
    finishedAt: finished ? new Date(lastReport).toISOString() : null,
    mailboxes: {
      total: mailboxes.length,
      done: count('done'),
      waiting: count('waiting'),
      failed: count('failed'),
      skipped: count('skipped'),
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
    problems: [...summary.problems, ...mailboxes.flatMap(({ problems }) => problems)],
  };
}

/**
 * A mailbox is done once its position reaches the run's head, whoever took it there. One that was there before the run
 * began has its message for another reason, a full reconcile or new settings, and is done when that is handled.
 */
async function withArrivals(summary: RunSummary, runs: RunsTable, progress: ProgressTable): Promise<RunMailbox[]> {
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

const noContacts: ContactCounts = { created: 0, updated: 0, deleted: 0, failed: 0 };
const noRepairs: RepairCounts = { lost: 0, doubled: 0, orphaned: 0, drifted: 0 };

function sum<Name extends string>(
  start: Readonly<Record<Name, number>>,
  parts: readonly Readonly<Record<Name, number>>[],
): Record<Name, number> {
  const total: Record<Name, number> = { ...start };
  for (const name of Object.keys(start) as Name[]) {
    for (const part of parts) total[name] += part[name];
  }
  return total;
}
