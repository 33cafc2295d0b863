import { setTimeout as wait } from 'node:timers/promises';
import type { CounterValues } from '../local/graph-simulator/counters.ts';
import type { Host, World } from '../world/world.ts';
import { type Measurement, round } from './figures.ts';
import { fireTimer, readHostTimes, resetCounters, sentMessages } from './measureRun.ts';
import { readPeakMegabytes } from './processMemory.ts';
import { usedBetween } from './processorTime.ts';
import { appName } from './testBed.ts';

/** A run from the firing of its timer to the last row that the fan-out writes. */
export interface FanOutMeasurement extends Measurement {
  /** From the firing of the timer to the last message that the broker took. */
  readonly lastMessageSeconds: number;
}

const pollMilliseconds = 50;
const stillMilliseconds = 1500;
const fanOutTakesAtMost = 900_000;

/** For a host: handlers do not get in the way of the fan-out, which has an instance of its own in Azure. */
export const oneHandler = { AzureFunctionsJobHost__extensions__serviceBus__maxConcurrentCalls: '1' };

/** Longer than a fan-out takes, and less than GRAPH_TIMEOUT_SECONDS. */
const heldMilliseconds = 25_000;

/** Lets every write to a target wait, so that a run's messages stay where they are; the answer ends that. */
export async function holdWrites({ graph }: World): Promise<() => Promise<void>> {
  for (const method of ['POST', 'PATCH']) {
    await graph.control('POST', '/faults', {
      match: { app: appName, method, path: '/contact' },
      fault: { delayMilliseconds: heldMilliseconds },
    });
  }
  return async () => {
    await graph.control('DELETE', '/faults');
  };
}

/**
 * Fires the timer, or starts otherwise, and waits for that many messages and the end of the fan-out. The one handler that
 * works meanwhile adds a handful of table operations.
 *
 * @throws when they are not sent within a quarter of an hour
 */
export async function measureFanOut(
  world: World,
  startingHost: Host,
  messages: number,
  start: (host: Host) => Promise<Host> = fireTimer,
): Promise<FanOutMeasurement> {
  await resetCounters(world);
  const processorBefore = await readHostTimes(world);
  const firedAt = Date.now();
  const host = await start(startingHost);
  const { sentAt, endedAt, processorTimes, tableOperations } = await readOnceSent(world, messages);
  return {
    counters: await world.graph.control<CounterValues>('GET', '/counters'),
    messages: sentMessages(await world.statistics()),
    tableOperations,
    hostPeakMegabytes: await readPeakMegabytes(host.pid),
    processorSeconds: usedBetween(processorBefore, processorTimes),
    wallSeconds: round((endedAt - firedAt) / 1000, 3),
    lastMessageSeconds: round((sentAt - firedAt) / 1000, 3),
  };
}

async function readOnceSent(world: World, messages: number) {
  const deadline = Date.now() + fanOutTakesAtMost;
  let sent = 0;
  let sentAt = Date.now();
  let tableOperations = 0;
  let endedAt = Date.now();
  let processorTimes = await readHostTimes(world);
  while (Date.now() < deadline) {
    const statistics = await world.statistics();
    const { operations } = statistics.tables;
    if (operations !== tableOperations || sentMessages(statistics) !== sent) {
      endedAt = Date.now();
      processorTimes = await readHostTimes(world);
    }
    if (sentMessages(statistics) !== sent) sentAt = Date.now();
    sent = sentMessages(statistics);
    tableOperations = operations;
    if (sent >= messages && Date.now() - endedAt >= stillMilliseconds) {
      return { sentAt, endedAt, processorTimes, tableOperations };
    }
    await wait(pollMilliseconds);
  }
  throw new Error(`${sent} of ${messages} messages were sent within 15 minutes`);
}
