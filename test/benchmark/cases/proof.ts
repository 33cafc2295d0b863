import type { Proof } from '../../../shared/api/proof.ts';
import type { RunView } from '../../../shared/api/runs.ts';
import { type Host, until } from '../../world/world.ts';
import { type BedCase, expectOutcome } from '../benchmarkCase.ts';
import { round, toFigures } from '../figures.ts';
import { readHostTimes, readOnceStill, resetCounters, sentMessages } from '../measureRun.ts';
import { readPeakMegabytes } from '../processMemory.ts';
import { usedBetween } from '../processorTime.ts';
import type { BedSize, TestBed } from '../testBed.ts';

const mostSeconds = 120;
const bed: BedSize = { mailboxes: 1000, contacts: 20, hosts: 1 };

/** A contact was removed at the source, and every mailbox is looked into for it. */
export const proof: BedCase = {
  name: 'proof',
  title: 'every mailbox looked into for a person who was removed',
  bed,
  family: 'proof',
  async run(bed) {
    await bed.fill();
    const { world, targets, source, latencyMilliseconds } = bed;
    const [gone] = source.contacts;
    await world.graph.call('DELETE', `/users/${source.mailboxId}/contacts/${gone?.id}`);
    await bed.measure();
    const host = await bed.replaceHost();
    await world.graph.control('POST', '/latency', { milliseconds: latencyMilliseconds });
    await resetCounters(world);
    const processorBefore = await readHostTimes(world);
    const run = await verify(host, gone?.id ?? '');
    const { counters, statistics, processorTimes } = await readOnceStill(world);
    await world.graph.control('POST', '/latency', { milliseconds: 0 });
    const { totals } = await readJson<Proof>(host, `/api/runs/${run.id}/result`);
    expectOutcome('Mailboxes that have it in Deleted Items', totals.inDeletedItems, targets.length);
    const wallSeconds = round((Date.parse(run.finishedAt ?? '') - Date.parse(run.startedAt)) / 1000, 3);
    const measurement = {
      counters,
      messages: sentMessages(statistics),
      tableOperations: statistics.tables.operations,
      hostPeakMegabytes: await readPeakMegabytes(host.pid),
      processorSeconds: usedBetween(processorBefore, processorTimes),
      wallSeconds,
    };
    return {
      figures: toFigures(measurement, targets, latencyMilliseconds),
      aims: aimsOf(bed, wallSeconds, counters.throttled),
    };
  },
};

function aimsOf({ targets, latencyMilliseconds }: TestBed, seconds: number, throttled: number) {
  return [
    {
      aim: `${targets.length} mailboxes in under ${mostSeconds} s at ${latencyMilliseconds} ms a request`,
      figure: `${seconds} s`,
      reached: seconds < mostSeconds,
    },
    { aim: "within Graph's limits", figure: `${throttled} requests were throttled`, reached: throttled === 0 },
  ];
}

async function verify(host: Host, contact: string): Promise<RunView> {
  const answer = await host.call('POST', '/api/lists/staff/proof', { contact, verify: true });
  const { runId } = (await answer.json()) as { runId: string };
  return until(async () => {
    const run = await readJson<RunView>(host, `/api/runs/${runId}`);
    return run.state === 'finished' ? run : undefined;
  });
}

async function readJson<Answer>(host: Host, path: string): Promise<Answer> {
  return (await (await host.call('GET', path)).json()) as Answer;
}
