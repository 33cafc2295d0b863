import { setTimeout as wait } from 'node:timers/promises';
import { expectOutcome } from './benchmarkCase.ts';
import { round } from './figures.ts';
import { readHostTimes } from './measureRun.ts';
import { usedBetween } from './processorTime.ts';
import type { TestBed } from './testBed.ts';

/** What it takes the host to say how things stand while a run is under way. */
export interface StatusFigures {
  readonly runsTableOperations: number;
  readonly runTableOperations: number;
  readonly listsTableOperations: number;
  /** Of one processor, while the run is asked for once a second; null where the system does not tell. */
  readonly pollingProcessorPercent: number | null;
}

const polls = 10;
const pollMilliseconds = 1000;
/** The one handler that works meanwhile may add a table operation to one of them. */
const tries = 3;

/** @param mailboxes how many the latest run has, which tells that it is the right one */
export async function measureStatus({ world }: TestBed, mailboxes: number): Promise<StatusFigures> {
  const host = world.hosts.at(-1);
  if (!host) throw new Error('There is no host');
  const { runs } = (await read('/api/runs')) as { runs: { id: string; mailboxes: { total: number } }[] };
  const [run] = runs;
  expectOutcome('Mailboxes of the latest run', run?.mailboxes.total ?? 0, mailboxes);
  const path = `/api/runs/${run?.id}`;
  return {
    runsTableOperations: await countOperations('/api/runs'),
    runTableOperations: await countOperations(path),
    listsTableOperations: await countOperations('/api/lists'),
    pollingProcessorPercent: await shareWhilePolling(path),
  };

  async function read(path: string): Promise<unknown> {
    const answer = await host?.call('GET', path);
    if (!answer?.ok) throw new Error(`GET ${path} was answered ${answer?.status}`);
    return answer.json();
  }

  async function countOperations(path: string): Promise<number> {
    const counts: number[] = [];
    while (counts.length < tries) {
      await world.resetStatistics();
      await read(path);
      counts.push((await world.statistics()).tables.operations);
    }
    return Math.min(...counts);
  }

  async function shareWhilePolling(path: string): Promise<number | null> {
    const before = await readHostTimes(world);
    const start = performance.now();
    for (let poll = 1; poll <= polls; poll++) {
      await read(path);
      await wait(Math.max(0, poll * pollMilliseconds - (performance.now() - start)));
    }
    const used = usedBetween(before, await readHostTimes(world));
    // On a busy machine the polls take longer than their pauses: it is what each of them costs that counts.
    return used === null ? null : round((used / ((polls * pollMilliseconds) / 1000)) * 100, 1);
  }
}
