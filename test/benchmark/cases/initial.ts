import { type BedCase, expectOutcome } from '../benchmarkCase.ts';
import { targetCounters, toFigures } from '../figures.ts';

const batchSize = 20;

/** The source's contacts into empty mailboxes. */
export const initial: BedCase = {
  name: 'initial',
  title: 'every contact into mailboxes without any',
  async run(bed) {
    const { targets, source, latencyMilliseconds } = bed;
    const measurement = await bed.measure();
    const contacts = source.contacts.length;
    for (const target of await bed.readTargets('id')) expectOutcome('Contacts in a target', target.length, contacts);

    const figures = toFigures(measurement, targets, latencyMilliseconds);
    const { batches } = measurement.counters;
    const fewestBatches = targets.length * Math.ceil(contacts / batchSize);
    const others = targetCounters(measurement, targets).map(({ requests }) => requests - contacts);
    return {
      figures,
      aims: [
        {
          aim: `the contacts in batches of ${batchSize}`,
          figure: `${figures.requestsByKind.contactCreates} in ${batches} batches`,
          reached: figures.requestsByKind.contactCreates === targets.length * contacts && batches === fewestBatches,
        },
        {
          aim: 'at most 3 other requests a mailbox, for its folder',
          figure: `${Math.max(...others)}`,
          reached: Math.max(...others) <= 3,
        },
        {
          aim: `slot utilisation at least 0.8 at ${latencyMilliseconds} ms a request`,
          figure: figures.slotUtilisation.toFixed(3),
          reached: figures.slotUtilisation >= 0.8,
        },
      ],
    };
  },
};
