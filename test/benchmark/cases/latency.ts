import { type BedCase, expectOutcome } from '../benchmarkCase.ts';
import { percentile, round, targetCounters, toFigures } from '../figures.ts';
import type { BedSize, TestBed } from '../testBed.ts';

const mailboxes = 1000;
const contacts = 20;
const mostMedianSeconds = 5;
const mostSeconds = 15;

/** One contact is changed in the source, Graph notifies: how long until it is changed in each mailbox. */
export const latency = changeArrives('latency', 1);
/** For information: what more hosts make of it on the same machine. */
export const latencyThreeHosts = changeArrives('latencyThreeHosts', 3);

function changeArrives(name: string, hosts: number): BedCase {
  const bed: BedSize = { mailboxes, contacts, hosts, notified: true };
  return { name, title: `one contact changed, hosts: ${hosts}`, bed, run };
}

async function run(bed: TestBed): ReturnType<BedCase['run']> {
  await bed.fill();
  const { targets, latencyMilliseconds } = bed;
  let editedAt = 0;
  const measurement = await bed.measure(async host => {
    editedAt = Date.now();
    await editSource(bed);
    return host;
  });
  const arrivals = targetCounters(measurement, targets).map(({ lastAnswerAt }) => (lastAnswerAt - editedAt) / 1000);
  expectOutcome('Mailboxes that were written to', arrivals.length, targets.length);
  const p50Seconds = round(percentile(arrivals, 0.5), 2);
  const p99Seconds = round(percentile(arrivals, 0.99), 2);
  return {
    figures: { ...toFigures(measurement, targets, latencyMilliseconds), latency: { p50Seconds, p99Seconds } },
    aims: [
      {
        aim: `median under ${mostMedianSeconds} s`,
        figure: `${p50Seconds} s`,
        reached: p50Seconds < mostMedianSeconds,
      },
      { aim: `99 % under ${mostSeconds} s`, figure: `${p99Seconds} s`, reached: p99Seconds < mostSeconds },
    ],
  };
}

async function editSource({ world, source }: TestBed): Promise<void> {
  const [contact] = source.contacts;
  await world.graph.call('PATCH', `/users/${source.mailboxId}/contacts/${contact?.id}`, { jobTitle: 'Head of Speed' });
}
