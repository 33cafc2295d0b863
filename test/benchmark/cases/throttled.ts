import type { BedCase } from '../benchmarkCase.ts';
import { changedContacts, changeMany, expectChanges } from '../changeMany.ts';
import { sum, targetCounters, toFigures } from '../figures.ts';
import { appName } from '../testBed.ts';

const share = 0.05;
const title = 'Head of Waiting';

/** Graph answers some requests with 429, and names a second. */
export const throttled: BedCase = {
  name: 'throttled',
  title: `a field of ${changedContacts} contacts changed, 5 % of the requests answered 429`,
  async run(bed) {
    await bed.fill();
    const { targets, latencyMilliseconds, world } = bed;
    await changeMany(bed, title);
    await world.graph.control('POST', '/faults', {
      match: { app: appName, share },
      fault: { status: 429, code: 'ApplicationThrottled', retryAfter: 1 },
    });
    const measurement = await bed.measure().finally(() => world.graph.control('DELETE', '/faults'));
    await expectChanges(bed, title);

    const figures = toFigures(measurement, targets, latencyMilliseconds);
    const mailboxes = targetCounters(measurement, targets);
    const least = targets.length * changedContacts;
    const over = sum(mailboxes.map(({ requests }) => requests)) - least;
    const refused = sum(mailboxes.map(({ requests, reads, writes }) => requests - reads - writes));
    return {
      figures,
      aims: [
        {
          aim: 'requests to targets over the minimum: no more than were answered 429',
          figure: `${over} over ${least}, ${refused} answered 429`,
          reached: refused > 0 && over <= refused,
        },
      ],
    };
  },
};
