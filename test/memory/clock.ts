import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../shared/ports/clock.ts';

export interface TestClock extends Clock {
  /** Moves on, waking the waits that end meanwhile in their order, each at its own time; what they start then runs too. */
  advance(milliseconds: number): Promise<void>;
  /** Waits that have not ended. */
  readonly waiting: number;
}

interface Wait {
  readonly until: number;
  readonly end: () => void;
}

/** A clock that stands still until it is advanced. `start` is in epoch milliseconds. */
export function createTestClock(start: number): TestClock {
  let now = start;
  const waits = new Set<Wait>();

  function nextWait(latest: number): Wait | undefined {
    const due = [...waits].filter(wait => wait.until <= latest);
    return due.sort((a, b) => a.until - b.until)[0];
  }

  return {
    now: () => now,
    wait: milliseconds =>
      new Promise(resolve => {
        if (milliseconds <= 0) resolve();
        else waits.add({ until: now + milliseconds, end: resolve });
      }),
    async advance(milliseconds) {
      const target = now + milliseconds;
      for (let wait = nextWait(target); wait; wait = nextWait(target)) {
        now = wait.until;
        waits.delete(wait);
        wait.end();
        await setImmediate();
      }
      now = target;
    },
    get waiting() {
      return waits.size;
    },
  };
}
