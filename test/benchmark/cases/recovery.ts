import type { CounterValues } from '../../local/graph-simulator/counters.ts';
import { until } from '../../world/world.ts';
import type { BedCase } from '../benchmarkCase.ts';
import { changedContacts, changeMany, expectChanges } from '../changeMany.ts';
import { sum, targetCounters, toFigures } from '../figures.ts';
import { requestsToList } from '../listing.ts';
import { fireTimer } from '../measureRun.ts';
import type { TestBed } from '../testBed.ts';

const title = 'Head of Beginning Again';
/** The next host waits for as long as the lease of the one that was killed lasts. */
const shortLeases = { LEASE_SECONDS: '10', GRAPH_TIMEOUT_SECONDS: '5', GRAPH_GRACE_SECONDS: '2' };
/** Two batches: the one that was under way, and the one before, whose rows were being committed. */
const mostWrittenAgain = 40;

/** A host is killed in the middle of a run, and another takes over. */
export const recovery: BedCase = {
  name: 'recovery',
  title: `a field of ${changedContacts} contacts changed, the host killed half-way`,
  async run(bed) {
    await bed.fill();
    const { targets, latencyMilliseconds, source } = bed;
    await bed.replaceHost(shortLeases);
    await changeMany(bed, title);
    const measurement = await bed.measure(async host => {
      await fireTimer(host);
      await untilHalfWritten(bed);
      await host.kill();
      return bed.replaceHost(shortLeases);
    });
    await bed.replaceHost();
    await expectChanges(bed, title);

    const figures = toFigures(measurement, targets, latencyMilliseconds);
    const additional = targetCounters(measurement, targets).map(({ requests }) => requests - changedContacts);
    const interrupted = additional.filter(requests => requests > 0);
    const aimed = mostWrittenAgain + requestsToList(source.contacts.length);
    const mean = sum(interrupted) / Math.max(1, interrupted.length);
    return {
      figures,
      aims: [
        {
          aim: `at most ${aimed} requests a mailbox to recover, beside the changes`,
          figure: `${mean.toFixed(1)} on average in ${interrupted.length} interrupted mailboxes, ${Math.max(...additional)} at most`,
          reached: interrupted.length > 0 && Math.max(...additional) <= aimed,
        },
      ],
    };
  },
};

async function untilHalfWritten({ world, targets }: TestBed): Promise<void> {
  const half = (targets.length * changedContacts) / 2;
  await until(async () => {
    const { byMailbox } = await world.graph.control<CounterValues>('GET', '/counters');
    return sum(targets.map(id => byMailbox[id]?.writes ?? 0)) >= half ? true : undefined;
  });
}
