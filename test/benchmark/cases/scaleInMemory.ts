import type { AloneCase } from '../benchmarkCase.ts';
import { measureInMemory } from '../fan-out-in-memory/measureInMemory.ts';
import { round } from '../figures.ts';
import { countByKind } from '../requestKinds.ts';

const mostMegabytes = 400;

/** The fan-out alone: no host, no client of a service, and the rows in another process. */
export const scaleInMemory: AloneCase = {
  name: 'scaleInMemory',
  title: 'fan-out of one changed contact, alone, with the services in memory',
  family: 'scale',
  size: { of: 'mailboxes', count: 100_000 },
  async runAlone(mailboxes) {
    const fanOut = await measureInMemory(mailboxes);
    const peakMegabytes = Math.round(fanOut.peakMegabytes);
    const { tableRequests, tableRequestsBeforeMessages } = fanOut;
    const megabytesBefore = Math.round(fanOut.megabytesBefore);
    return {
      figures: {
        mailboxes,
        graphRequests: fanOut.graphRequests,
        requestsByKind: countByKind({}),
        targetReads: 0,
        roundTrips: fanOut.graphRequests,
        tableOperations: tableRequests,
        messages: fanOut.messages,
        wallSeconds: round(fanOut.seconds, 3),
        slotUtilisation: 0,
        hostPeakMegabytes: null,
        processorSeconds: round(fanOut.processorSeconds, 2),
        fanOutProcess: { peakMegabytes, megabytesBefore, tableRequestsBeforeMessages },
      },
      aims: [
        {
          aim: `at most ${mostMegabytes} MB`,
          figure: `${peakMegabytes} MB, ${megabytesBefore} before it began`,
          reached: peakMegabytes <= mostMegabytes,
        },
        {
          aim: 'the first message within the first tenth of the table requests',
          figure: `after ${tableRequestsBeforeMessages} of ${tableRequests}`,
          reached: tableRequestsBeforeMessages <= tableRequests / 10,
        },
      ],
    };
  },
};
