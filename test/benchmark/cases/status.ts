import type { Aim, BedCase } from '../benchmarkCase.ts';
import { toFigures } from '../figures.ts';
import { holdWrites, measureFanOut, oneHandler } from '../measureFanOut.ts';
import { measureStatus, type StatusFigures } from '../measureStatus.ts';
import type { BedSize } from '../testBed.ts';

const mostTableOperations = 3;
const mostPollingPercent = 5;

const bed: BedSize = { mailboxes: 10_000, contacts: 3, hosts: 1 };

/** Every mailbox is new, and waits for its first contact. */
export const status: BedCase = {
  name: 'status',
  title: 'how a run to new mailboxes stands, asked while it is under way',
  bed,
  async run(bed) {
    const { world, targets, latencyMilliseconds } = bed;
    const host = await bed.replaceHost(oneHandler);
    const release = await holdWrites(world);
    const measurement = await measureFanOut(world, host, targets.length);
    const figures = await measureStatus(bed, targets.length);
    await release();
    return {
      figures: {
        ...toFigures(measurement, targets, latencyMilliseconds),
        fanOut: { lastMessageSeconds: measurement.lastMessageSeconds },
        status: figures,
      },
      aims: statusAims(figures),
    };
  },
};

export function statusAims(figures: StatusFigures): Aim[] {
  const requests = [figures.runsTableOperations, figures.runTableOperations, figures.listsTableOperations];
  const share = figures.pollingProcessorPercent;
  return [
    {
      aim: `at most ${mostTableOperations} table requests for GET /api/runs, /api/runs/{id}, /api/lists`,
      figure: requests.join(', '),
      reached: Math.max(...requests) <= mostTableOperations,
    },
    {
      aim: `a run that is asked for once a second costs under ${mostPollingPercent} % of a processor`,
      figure: share === null ? '-' : `${share} %`,
      reached: share === null ? null : share < mostPollingPercent,
    },
  ];
}
