import type { RunView } from '../../../shared/api/runs.ts';
import type { CounterValues } from '../../local/graph-simulator/counters.ts';
import { type Host, startWorld, type World } from '../../world/world.ts';
import { expectOutcome } from '../benchmarkCase.ts';
import { type CaseFigures, round, toFigures } from '../figures.ts';
import { openBuiltApp } from '../measuredApp.ts';
import { readHostTimes, resetCounters } from '../measureRun.ts';
import { readPeakMegabytes } from '../processMemory.ts';
import { usedBetween } from '../processorTime.ts';
import type { MakeSource, MeasuredSource } from './measuredSource.ts';

type CaptureFigures = NonNullable<CaseFigures['capture']>;

/**
 * A host captures a source that is full, and again after ten changes in it. The list reaches nobody: its one target is
 * excluded.
 */
export async function measureCapture(makeSource: MakeSource, contacts: number): Promise<CaseFigures> {
  const { bundleDirectory } = await openBuiltApp();
  const world = await startWorld({ lists: [], quietHosts: true, appDirectory: bundleDirectory });
  let source: MeasuredSource | undefined;
  try {
    source = await makeSource(world, contacts);
    await world.graph.addUser('nobody', { accountEnabled: false });
    const nobody = { mailboxes: ['nobody@contoso.example'] };
    const list = {
      id: 'staff',
      source: source.source,
      targets: { ...nobody, exclude: nobody },
      destination: { folder: 'Staff', category: null },
    };
    world.configure({ ...source.settings, CONTACT_LISTS: JSON.stringify([list]) });
    return await measureTwice(world, await world.startHost(), source, contacts);
  } finally {
    await world.stop();
    await source?.close();
  }
}

async function measureTwice(world: World, host: Host, source: MeasuredSource, contacts: number): Promise<CaseFigures> {
  const before = await readHostTimes(world);
  await resetCounters(world);
  const first = await capture(host, contacts);
  const counters = await world.graph.control<CounterValues>('GET', '/counters');
  const { tables } = await world.statistics();
  const processorSeconds = usedBetween(before, await readHostTimes(world));
  await source.change();
  const again = await capture(host, contacts);
  const hostPeakMegabytes = await readPeakMegabytes(host.pid);
  const seen = { counters, messages: 0, tableOperations: tables.operations, hostPeakMegabytes, processorSeconds };
  const figures = toFigures({ ...seen, wallSeconds: first.seconds }, [], 0);
  return { ...figures, capture: { contacts, first, tenChanges: again } };
}

async function capture(host: Host, contacts: number): Promise<CaptureFigures['first']> {
  const run = await host.runSchedule();
  if (run.problems.length > 0) throw new Error(`The capture has problems: ${JSON.stringify(run.problems)}`);
  const answer = await host.call('GET', '/api/lists/staff');
  expectOutcome('Contacts of the list', ((await answer.json()) as { contacts: number }).contacts, contacts);
  return { requests: run.graph.requests, seconds: secondsOf(run) };
}

function secondsOf({ startedAt, finishedAt }: RunView): number {
  return round((Date.parse(finishedAt ?? '') - Date.parse(startedAt)) / 1000, 3);
}
