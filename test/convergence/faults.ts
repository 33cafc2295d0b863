import { countOne, type Statistics } from './statistics.ts';

/** What a request is, as far as faults choose it. */
export const effectKinds = ['tableRead', 'tableWrite', 'send', 'graphRead', 'graphWrite', 'directory'] as const;
export type EffectKind = (typeof effectKinds)[number];

/**
 * - `refused`: fails before anything was done
 * - `lost`: done, and the answer does not come
 * - `late`: the connection is cut, and it is done a little later; a message: delivered minutes later
 * - `slow`: no answer before the time-out, and it is done within the grace after it
 * - `throttled`, `throttledLong`: Graph names a time, within what a handler waits for or beyond
 * - `notTried`: 424 inside a batch
 * - `cut`: the whole batch stays without an answer, half of it done
 * - `rejected`: 400, this once
 * - `serverError`: 500, this once; `serverErrorDone`: done all the same
 */
export const faultKinds = {
  tableRead: ['refused'],
  tableWrite: ['refused', 'lost'],
  send: ['refused', 'lost', 'late'],
  graphRead: ['refused', 'throttled', 'throttledLong'],
  graphWrite: [
    'refused',
    'lost',
    'late',
    'slow',
    'throttled',
    'throttledLong',
    'notTried',
    'cut',
    'rejected',
    'serverError',
    'serverErrorDone',
  ],
  directory: ['refused', 'throttled'],
} as const;
export type FaultKind = (typeof faultKinds)[EffectKind][number];

/** Meets the request of that kind after `after` others of the kind. */
export interface ArmedFault {
  readonly on: EffectKind;
  readonly kind: FaultKind;
  readonly after: number;
}

/** The process dies at a request, before or after it; what it had sent to Graph is done later or never. */
export interface ArmedCrash {
  readonly after: number;
  readonly side: 'before' | 'after';
  readonly inFlight: 'lost' | 'lands';
}

/** Storage or queue did not answer as they should. */
export class InjectedFault extends Error {
  override readonly name = 'InjectedFault';
}

export function createFaults(statistics: Statistics) {
  let faults: { readonly fault: ArmedFault; left: number }[] = [];
  let crashes: { readonly crash: ArmedCrash; left: number }[] = [];
  let everMet = false;
  const met = new Set<FaultKind>();
  return {
    arm: (fault: ArmedFault) => faults.push({ fault, left: fault.after }),
    armCrash: (crash: ArmedCrash) => crashes.push({ crash, left: crash.after }),
    clear(): void {
      faults = [];
      crashes = [];
    },
    /** Something went wrong at least once: what users may keep is judged with more patience then. */
    everMet: () => everMet,
    hasMet: (kind: FaultKind) => met.has(kind),
    note(kind: string): void {
      everMet = true;
      countOne(statistics.faults, kind);
    },
    take(on: EffectKind): FaultKind | undefined {
      const found = faults.find(armed => armed.fault.on === on && armed.left-- === 0);
      if (!found) return undefined;
      faults = faults.filter(armed => armed !== found);
      everMet = true;
      met.add(found.fault.kind);
      countOne(statistics.faults, `${on} ${found.fault.kind}`);
      return found.fault.kind;
    },
    takeCrash(): ArmedCrash | undefined {
      const met = crashes.find(armed => armed.left-- === 0);
      if (!met) return undefined;
      crashes = crashes.filter(armed => armed !== met);
      everMet = true;
      statistics.crashes += 1;
      return met.crash;
    },
  };
}

export type Faults = ReturnType<typeof createFaults>;
