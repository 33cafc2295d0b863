import { LRUCache } from 'lru-cache';
import type { RunMailbox } from '../../store/runMailbox.ts';
import type { RunProblem } from '../../store/runProblem.ts';
import type { RunFigures, RunSummary } from '../../store/runSummary.ts';
import { numbersIn, rareNumbersIn, tallyRunMailbox } from '../../store/runTotals.ts';
import { addTallies, type Totals } from '../../store/totals.ts';
import { addCounts } from '../requestCounts.ts';
import type { Services } from '../services.ts';
import { gatherProblems } from './widespreadProblems.ts';

/** After a restore from a backup every mailbox has one. */
const mostNotes = 500;
const fewMailboxes = 100;
/** Milliseconds. */
const longSilence = 60_000;
const mostLooks = 100;

type RunReaderServices = Pick<Services, 'runs' | 'progress' | 'clock' | 'messagePatience'>;

interface RunReader extends RunReaderServices {
  /** What a silent run came to, as its rows told not long ago. */
  readonly looks: LRUCache<string, Look>;
}

interface Look {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly heardAt: number;
  readonly figures: RunFigures;
}

/** How a run stands. */
export interface ShownRun extends Pick<RunFigures, 'contacts' | 'repaired' | 'graph'> {
  readonly id: string;
  readonly state: 'running' | 'finished';
  readonly cause: RunSummary['cause'] | 'proof';
  readonly lists: readonly string[];
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Epoch milliseconds; undefined while it goes on. */
  readonly finishedAt: number | undefined;
  readonly mailboxes: Readonly<Record<'total' | 'done' | 'waiting' | 'failed' | 'skipped', number>>;
  readonly problems: readonly RunProblem[];
  readonly notes: readonly RunProblem[];
}

/** Reads runs. Who polls a run of many mailboxes that says nothing has its rows read once a minute. */
export function createRunReader(services: RunReaderServices) {
  const reader: RunReader = { ...services, looks: new LRUCache({ max: mostLooks }) };
  return { readRun, readLatestRuns };

  /** Undefined when there is no such run. */
  async function readRun(id: string): Promise<ShownRun | undefined> {
    const summary = await reader.runs.readSummary(id);
    return summary && standingOf(summary, reader);
  }

  /** The latest runs, newest first. */
  async function readLatestRuns(limit: number): Promise<ShownRun[]> {
    const summaries = await reader.runs.readLatest(limit);
    return Promise.all(summaries.map(summary => standingOf(summary, reader)));
  }
}

async function standingOf(summary: RunSummary, reader: RunReader): Promise<ShownRun> {
  const figures = await readFigures(summary, reader);
  const interrupted = isInterrupted(summary, reader);
  const { sent, done, waiting, failed, skipped } = figures;
  const finished = interrupted || (summary.fannedOutAt > 0 && sent === 0);
  const lastReport = Math.max(summary.startedAt, summary.fannedOutAt, figures.reportedAt);
  if (finished && sent + waiting === 0 && !summary.outcome) await reader.runs.keepOutcome(summary.id, figures);
  return {
    id: summary.id,
    state: finished ? 'finished' : 'running',
    cause: summary.cause,
    lists: summary.lists,
    startedAt: summary.startedAt,
    finishedAt: finished ? lastReport : undefined,
    mailboxes: {
      total: sent + done + waiting + failed + skipped,
      done,
      waiting: waiting + (interrupted ? sent : 0),
      failed,
      skipped,
    },
    contacts: figures.contacts,
    repaired: figures.repaired,
    graph: addCounts(summary.graph, figures.graph),
    problems: [...summary.problems, ...(interrupted ? [interruption] : []), ...figures.problems],
    notes: [...summary.notes, ...figures.notes.slice(0, mostNotes)],
  };
}

/** As they are kept, else from the totals while the run goes on, else from every row. */
async function readFigures(summary: RunSummary, reader: RunReader): Promise<RunFigures> {
  if (summary.outcome) return summary.outcome;
  const totals = summary.counted ? await reader.runs.readTotals(summary.id) : undefined;
  if (!totals || isSmall(totals)) return figuresOf(await withArrivals(summary, reader));
  // Before the first report it is the run itself that was heard of last.
  const heardAt = Math.max(totals.latest, summary.startedAt, summary.fannedOutAt);
  const isSilent = (totals.tally.sent ?? 0) > 0 && reader.clock.now() - heardAt >= longSilence;
  if (isSilent) return lookIntoRows(summary, heardAt, reader);
  const told = (totals.tally.told ?? 0) > 0 ? await reader.runs.readTold(summary.id) : [];
  return figuresIn(totals, told);
}

/** Rows are read where that is quickly done: mailboxes may have arrived whose own message says nothing. */
function isSmall({ tally }: Totals): boolean {
  const { sent = 0, done = 0, waiting = 0, failed = 0, skipped = 0 } = tally;
  return sent + done + waiting + failed + skipped <= fewMailboxes;
}

/** The same of many rows, and of rows that may be damaged. */
async function lookIntoRows(summary: RunSummary, heardAt: number, reader: RunReader): Promise<RunFigures> {
  const now = reader.clock.now();
  const last = reader.looks.get(summary.id);
  if (last && last.heardAt === heardAt && now - last.at < longSilence) return last.figures;
  const figures = figuresOf(await withArrivals(summary, reader));
  reader.looks.set(summary.id, { at: now, heardAt, figures });
  return figures;
}

function figuresOf(mailboxes: readonly RunMailbox[]): RunFigures {
  const tally = addTallies(...mailboxes.map(tallyRunMailbox));
  const latest = mailboxes.reduce((latest, { reportedAt }) => Math.max(latest, reportedAt), 0);
  return figuresIn({ tally, latest }, mailboxes);
}

/** @param told the mailboxes that have problems or notes, perhaps with others */
function figuresIn({ tally, latest }: Totals, told: readonly RunMailbox[]): RunFigures {
  const { sent = 0, done = 0, waiting = 0, failed = 0, skipped = 0 } = tally;
  return {
    ...{ sent, done, waiting, failed, skipped },
    contacts: {
      ...numbersIn(tally, 'contacts', ['created', 'updated', 'deleted', 'failed']),
      ...rareNumbersIn(tally, 'contacts', [
        'adopted',
        'givenBack',
        'ambiguous',
        'leftInDeletedItems',
        'photos',
        'photosFailed',
      ]),
    },
    repaired: numbersIn(tally, 'repaired', ['lost', 'doubled', 'orphaned', 'drifted']),
    graph: numbersIn(tally, 'graph', ['requests', 'roundTrips']),
    reportedAt: latest,
    problems: gatherProblems(told, list => tally[`lists.${list}`] ?? 0),
    notes: told.flatMap(({ notes }) => notes).slice(0, mostNotes),
  };
}

const interruption: RunProblem = {
  code: 'Interrupted',
  detail: 'The process ended before every message was sent: the next run sends what is missing',
};

/** Its process died before it had sent everything, and nobody takes it up: later runs do what is left. */
function isInterrupted({ startedAt, fannedOutAt }: RunSummary, { clock, messagePatience }: RunReaderServices): boolean {
  return fannedOutAt === 0 && clock.now() >= startedAt + messagePatience;
}

/**
 * A mailbox is done once its position reaches the run's head, whoever took it there. One that was there before the run
 * began has its message for another reason, a full reconcile or new settings, and is done when that is handled.
 */
async function withArrivals(summary: RunSummary, { runs, progress }: RunReaderServices): Promise<RunMailbox[]> {
  const mailboxes = await runs.readMailboxes(summary.id);
  const { heads, startedAt } = summary;
  const positions = new Map<string, number>();
  const questions = mailboxes
    .filter(isOpen)
    .flatMap(({ mailboxId, lists }) => lists.map(list => ({ list, mailboxId })));
  await Promise.all(
    questions.map(async ({ list, mailboxId }) => {
      const row = (await progress.read(list, mailboxId))?.progress;
      if (row && row.syncedAt >= startedAt) positions.set(`${list}:${mailboxId}`, row.position);
    }),
  );
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
