import { type Host, until } from '../../world/world.ts';
import { type BedCase, expectOutcome } from '../benchmarkCase.ts';
import { type CaseFigures, round, sum, targetCounters, toFigures } from '../figures.ts';
import { type FanOutMeasurement, holdWrites, measureFanOut, oneHandler } from '../measureFanOut.ts';
import { fireTimer, type Reading, readOnceStill, sentMessages } from '../measureRun.ts';
import { measureStatus } from '../measureStatus.ts';
import type { BedSize, TestBed } from '../testBed.ts';
import { statusAims } from './status.ts';

const bed: BedSize = { mailboxes: 10_000, contacts: 3, hosts: 1, groups: 10 };
const joining = 10;
const family = 'scale';

/** One contact is changed: until every mailbox has its message, and what it costs to watch. */
export const scaleChange: BedCase = {
  name: 'scaleChange',
  title: 'fan-out of one changed contact',
  bed,
  family,
  async run(bed) {
    const { world, targets } = bed;
    const { host, finish } = await holdAfterFilling(bed);
    await editSource(bed, 'Head of Scale');
    const measurement = await measureFanOut(world, host, targets.length);
    const status = await measureStatus(bed, targets.length);
    const { counters } = await finish();
    const written = sum(targetCounters({ counters }, targets).map(({ writes }) => writes));
    expectOutcome('Writes to the targets', written, targets.length);
    return { figures: { ...fanOutFigures(measurement, bed), status }, aims: statusAims(status) };
  },
};

/** Nothing changed anywhere. */
export const scaleIdle: BedCase = {
  name: 'scaleIdle',
  title: 'nothing changed',
  bed,
  family,
  async run(bed) {
    await bed.fill();
    await bed.replaceHost();
    const figures = toFigures(await bed.measure(), bed.targets, bed.latencyMilliseconds);
    return {
      figures,
      aims: [{ aim: '0 messages', figure: `${figures.messages}`, reached: figures.messages === 0 }],
    };
  },
};

/** One of the groups has new members. */
export const scaleGroup: BedCase = {
  name: 'scaleGroup',
  title: `${joining} mailboxes are new in one of 10 groups`,
  bed,
  family,
  async run(bed) {
    const { host, finish } = await holdAfterFilling(bed);
    await bed.join(joining);
    const measurement = await measureFanOut(bed.world, host, joining);
    await finish();
    const figures = fanOutFigures(measurement, bed);
    return {
      figures,
      aims: [{ aim: `${joining} messages`, figure: `${figures.messages}`, reached: figures.messages === joining }],
    };
  },
};

/**
 * The host dies half-way through the fan-out, and the next one goes on with the next run. The last on its bed: the handler
 * that died with the host holds a mailbox for minutes.
 */
export const scaleKilled: BedCase = {
  name: 'scaleKilled',
  title: 'the host killed half-way through the fan-out of one changed contact',
  bed,
  family,
  async run(bed) {
    const { world, targets } = bed;
    const { host } = await holdAfterFilling(bed);
    await editSource(bed, 'Head of Going On');
    let sentBefore = 0;
    const measurement = await measureFanOut(world, host, targets.length, async first => {
      await fireTimer(first);
      sentBefore = await untilHalfSent(bed);
      await first.kill();
      return fireTimer(await bed.replaceHost(oneHandler));
    });
    const twice = round((measurement.messages - targets.length) / targets.length, 3);
    return {
      figures: fanOutFigures(measurement, bed),
      aims: [
        {
          aim: 'no more messages sent again than one chunk of them',
          figure: `${measurement.messages} for ${targets.length} mailboxes, ${sentBefore} before the host died`,
          reached: twice <= 0.1,
        },
      ],
    };
  },
};

/** `finish`: lets the handlers work, as many as ever, until nothing is left to do. */
async function holdAfterFilling(bed: TestBed): Promise<{ host: Host; finish(): Promise<Reading> }> {
  await bed.fill();
  const host = await bed.replaceHost(oneHandler);
  const release = await holdWrites(bed.world);
  return {
    host,
    async finish() {
      await release();
      await bed.replaceHost();
      return readOnceStill(bed.world);
    },
  };
}

function fanOutFigures(measurement: FanOutMeasurement, { targets, latencyMilliseconds }: TestBed): CaseFigures {
  const { lastMessageSeconds } = measurement;
  return { ...toFigures(measurement, targets, latencyMilliseconds), fanOut: { lastMessageSeconds } };
}

async function editSource({ world, source }: TestBed, jobTitle: string): Promise<void> {
  const [contact] = source.contacts;
  await world.graph.call('PATCH', `/users/${source.mailboxId}/contacts/${contact?.id}`, { jobTitle });
}

async function untilHalfSent({ world, targets }: TestBed): Promise<number> {
  return until(async () => {
    const sent = sentMessages(await world.statistics());
    return sent >= targets.length / 2 ? sent : undefined;
  }, 5);
}
