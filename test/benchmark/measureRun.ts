import { setTimeout as wait } from 'node:timers/promises';
import type { RunView } from '../../shared/api/runs.ts';
import type { CounterValues } from '../local/graph-simulator/counters.ts';
import type { Host, Statistics, World } from '../world/world.ts';
import { type Measurement, round, sum } from './figures.ts';
import { readPeakMegabytes } from './processMemory.ts';
import { type ProcessorTimes, readProcessorTimes, usedBetween } from './processorTime.ts';

/** Every counter, once nothing moves any more. */
export interface Reading {
  readonly processorTimes: ProcessorTimes;
  readonly counters: CounterValues;
  readonly statistics: Statistics;
}

const pollMilliseconds = 200;
/** Many times the longest pause of a few contacts, which is one request. */
const stillMilliseconds = 1500;
/** Between reading a source and writing down what it holds nothing moves that is counted. */
const pauseMillisecondsAContact = 1;
const runsTakeAtMost = 3_600_000;

/** Starts a run, and resolves with the host that sees its end. */
export type StartRun = (host: Host) => Promise<Host>;

/**
 * Starts a run and reads every counter once it is over. The end is seen from outside, by queues that are empty
 * and counters that stand still: asking the app for the run would add to its table operations.
 *
 * @param contacts that the source holds
 * @throws when the run does not end, has not ended although everything stands still, or has problems
 */
export async function measureRun(
  world: World,
  startingHost: Host,
  start: StartRun,
  contacts: number,
): Promise<Measurement> {
  await resetCounters(world);
  const processorBefore = await readHostTimes(world);
  const firedAt = Date.now();
  const host = await start(startingHost);
  const { counters, statistics, processorTimes } = await readOnceStill(world, contacts);
  const hostPeakMegabytes = await readPeakMegabytes(host.pid);
  const run = await readLatestRun(host, firedAt);
  checkRun(run);
  return {
    counters,
    messages: sentMessages(statistics),
    tableOperations: statistics.tables.operations,
    hostPeakMegabytes,
    processorSeconds: usedBetween(processorBefore, processorTimes),
    wallSeconds: round((Date.parse(run.finishedAt ?? '') - firedAt) / 1000, 3),
  };
}

export async function fireTimer(host: Host): Promise<Host> {
  const answer = await host.call('POST', '/admin/functions/scheduleSync', {});
  if (!answer.ok) throw new Error(`The host answered ${answer.status} when the timer was fired`);
  return host;
}

export async function resetCounters({ graph, resetStatistics }: World): Promise<void> {
  await Promise.all([graph.control('DELETE', '/counters'), resetStatistics()]);
}

export function sentMessages({ queues }: Statistics): number {
  return sum(Object.values(queues).map(({ sent }) => sent));
}

/** The simulator's counters name every mailbox, and are looked at only when the queues stand still. */
export async function readOnceStill(world: World, contacts = 0): Promise<Reading> {
  const longestPause = stillMilliseconds + contacts * pauseMillisecondsAContact;
  const deadline = Date.now() + runsTakeAtMost;
  let previous = '';
  let unchangedSince = Date.now();
  let processorTimes: ProcessorTimes = new Map();
  while (Date.now() < deadline) {
    await wait(pollMilliseconds);
    const statistics = await world.statistics();
    if (isBusy(statistics)) {
      previous = '';
      continue;
    }
    const counters = await world.graph.control<CounterValues>('GET', '/counters');
    const text = JSON.stringify({ counters, statistics });
    // Every run asks Graph for its source's changes: before that, it has not begun.
    if (text !== previous || counters.requests === 0) {
      unchangedSince = Date.now();
      processorTimes = await readHostTimes(world);
    }
    if (Date.now() - unchangedSince >= longestPause) return { counters, statistics, processorTimes };
    previous = text;
  }
  throw new Error('The run did not end within an hour');
}

export function readHostTimes({ hosts }: World): Promise<ProcessorTimes> {
  return readProcessorTimes(hosts.map(({ pid }) => pid));
}

function isBusy({ queues }: Statistics): boolean {
  return Object.values(queues).some(({ sent, completed, deadLettered }) => completed + deadLettered < sent);
}

async function readLatestRun(host: Host, firedAt: number): Promise<RunView> {
  const { runs } = (await (await host.call('GET', '/api/runs')).json()) as { runs: RunView[] };
  const [run] = runs;
  if (!run || Date.parse(run.startedAt) < firedAt) throw new Error('A run was started, but there is none');
  if (run.state !== 'finished') throw new Error(`The run ${run.id} stands still before it is finished`);
  return run;
}

/** Figures of a run that went wrong say nothing. */
function checkRun({ problems, mailboxes, contacts }: RunView): void {
  const undone = mailboxes.failed + mailboxes.waiting + mailboxes.skipped + contacts.failed;
  if (problems.length === 0 && undone === 0) return;
  const codes = [...new Set(problems.map(({ code, detail }) => `${code}: ${detail}`))].slice(0, 3);
  throw new Error(`The run went wrong: ${JSON.stringify({ mailboxes, contacts })} ${codes.join('; ')}`);
}
