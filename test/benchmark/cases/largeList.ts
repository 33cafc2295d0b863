import { environmentSchema } from '../../../shared/settings/settings.ts';
import { type BedCase, expectOutcome } from '../benchmarkCase.ts';
import { toFigures } from '../figures.ts';
import type { BedSize } from '../testBed.ts';

const bed: BedSize = { mailboxes: 3, contacts: 20_000, hosts: 1, latency: 250, lockSeconds: 60 };
/** As host.json has it: the host ends a handler that lasts longer. */
const hostSeconds = 600;
/** A handler hands over between two batches, and commits what it did. */
const latenessSeconds = 30;
/** HANDLER_SECONDS, unless set. */
const handlerSeconds = environmentSchema.shape.HANDLER_SECONDS.parse(undefined);

/**
 * Twenty minutes of writing a mailbox, at four requests at once: far longer than the host lets a handler last. Graph's
 * limit of 10,000 requests in ten minutes holds, as in all cases.
 */
export const largeList: BedCase = {
  name: 'largeList',
  title: '20,000 contacts into mailboxes without any, at 250 ms a request',
  bed,
  family: 'largeList',
  async run(bed) {
    const { targets, source, world, latencyMilliseconds } = bed;
    const measurement = await bed.measure();
    for (const target of await bed.readTargets('id')) {
      expectOutcome('Contacts in a target', target.length, source.contacts.length);
    }
    const figures = toFigures(measurement, targets, latencyMilliseconds);
    const { queues } = await world.statistics();
    const longestSeconds = Math.max(...Object.values(queues).map(({ longestHandling }) => longestHandling)) / 1000;
    const created = figures.requestsByKind.contactCreates;
    const contacts = targets.length * source.contacts.length;
    return {
      figures: { ...figures, handling: { longestSeconds } },
      aims: [
        { aim: 'every contact once in every mailbox', figure: `${created}`, reached: created === contacts },
        {
          aim: `handlers hand over after ${handlerSeconds} s`,
          figure: `${longestSeconds} s the longest, ${figures.messages} messages`,
          reached: longestSeconds >= handlerSeconds && longestSeconds <= handlerSeconds + latenessSeconds,
        },
        {
          aim: `none is ended by the host, after ${hostSeconds} s`,
          figure: `${longestSeconds} s`,
          reached: longestSeconds < hostSeconds,
        },
      ],
    };
  },
};
