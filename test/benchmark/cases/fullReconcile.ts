import type { BedCase } from '../benchmarkCase.ts';
import { sum, targetCounters, toFigures } from '../figures.ts';
import { requestsToList } from '../listing.ts';

/** Every folder is compared as a whole, and nothing is wrong. */
export const fullReconcile: BedCase = {
  name: 'fullReconcile',
  title: 'every folder compared as a whole',
  async run(bed) {
    await bed.fill();
    const { targets, latencyMilliseconds, source } = bed;
    const measurement = await bed.measure(async host => {
      const answer = await host.call('POST', '/api/resync', { mode: 'full' });
      if (answer.status !== 202) throw new Error(`The resync was refused with ${answer.status}`);
      return host;
    });

    const figures = toFigures(measurement, targets, latencyMilliseconds);
    const counters = targetCounters(measurement, targets);
    const most = Math.max(...counters.map(({ requests }) => requests));
    const writes = sum(counters.map(each => each.writes));
    const aimed = requestsToList(source.contacts.length);
    return {
      figures,
      aims: [
        {
          aim: `at most ${aimed} requests a mailbox, and no write`,
          figure: `${most} and ${writes}`,
          reached: counters.length === targets.length && most <= aimed && writes === 0,
        },
      ],
    };
  },
};
