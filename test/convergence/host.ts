import type fc from 'fast-check';
import { type ArmedCrash, type EffectKind, type FaultKind, type Faults, InjectedFault } from './faults.ts';
import type { Statistics } from './statistics.ts';
import type { Timeline } from './timeline.ts';

/** What the requests of every process have in common. */
export interface Stage {
  readonly scheduler: fc.Scheduler;
  readonly timeline: Timeline;
  readonly faults: Faults;
  readonly statistics: Statistics;
  /** Requests that are being done right now. */
  busy: number;
}

/** A process of the product. Nothing of it goes on once it is dead; while it is frozen it only stands still. */
export interface Host {
  readonly name: string;
  readonly stage: Stage;
  isAlive(): boolean;
  die(inFlight: ArmedCrash['inFlight']): void;
  freeze(milliseconds: number): void;
  thaw(): void;
  /** Resolves when the process is not frozen. */
  thawed(): Promise<void>;
  /** Waits until the scheduler lets this process go on; for ever once it is dead. */
  turn(label: string): Promise<void>;
  /** Whether what a dead process had sent to Graph is still done. */
  requestsLand(): boolean;
}

export function createHost(name: string, stage: Stage): Host {
  let state: 'alive' | 'deadRequestsLost' | 'deadRequestsLand' = 'alive';
  let thawed: Promise<void> = Promise.resolve();
  let endFreeze = () => {};
  return {
    name,
    stage,
    isAlive: () => state === 'alive',
    die(inFlight) {
      state = inFlight === 'lands' ? 'deadRequestsLand' : 'deadRequestsLost';
    },
    freeze(milliseconds) {
      thawed = new Promise(resolve => {
        const cancel = stage.timeline.after(milliseconds, resolve);
        endFreeze = () => {
          cancel();
          resolve();
        };
      });
    },
    thaw: () => endFreeze(),
    requestsLand: () => state !== 'deadRequestsLost',
    thawed: waitForThaw,
    async turn(label) {
      await waitForThaw();
      await stage.scheduler.schedule(Promise.resolve(), `${name} ${label}`);
      if (state !== 'alive') await never;
    },
  };

  /** It may be frozen again meanwhile. */
  async function waitForThaw(): Promise<void> {
    let seen: Promise<void> | undefined;
    while (seen !== thawed) {
      seen = thawed;
      await seen;
    }
  }
}

export const never = new Promise<never>(() => {});

/** Does a piece of work that nothing else runs beside. */
export async function doNow<Result>(stage: Stage, work: () => Promise<Result>): Promise<Result> {
  stage.busy += 1;
  stage.statistics.effects += 1;
  try {
    return await work();
  } finally {
    stage.busy -= 1;
  }
}

/** The crash that this request meets, if any, before it is done. */
export async function crashPoint(host: Host): Promise<ArmedCrash | undefined> {
  const crash = host.stage.faults.takeCrash();
  if (crash?.side !== 'before') return crash;
  host.die(crash.inFlight);
  return never;
}

/** A request to storage or to the queue: waits for its turn, and fails or loses its answer where a fault says so. */
export async function effect<Result>(
  host: Host,
  on: EffectKind,
  label: string,
  work: (fault: FaultKind | undefined) => Promise<Result>,
): Promise<Result> {
  const { stage } = host;
  await host.turn(label);
  const crash = await crashPoint(host);
  const fault = stage.faults.take(on);
  if (fault === 'refused') throw new InjectedFault(`${on} refused`);
  const result = await doNow(stage, () => work(fault));
  if (crash) {
    host.die(crash.inFlight);
    return never;
  }
  if (fault === 'lost') throw new InjectedFault(`${on} without an answer`);
  return result;
}
