import type { Clock } from '../../shared/ports/clock.ts';

/** Time that stands still until it is told to move, with what waits for it. Epoch milliseconds. */
export interface Timeline extends Clock {
  /** Runs `action` when that time has passed; the result takes it back. */
  after(milliseconds: number, action: () => void): () => void;
  /** When the next action runs; undefined without one. */
  nextAt(): number | undefined;
  /** Moves on, running what is due on the way in the order of its times. */
  advanceTo(time: number): void;
}

interface Timer {
  readonly at: number;
  readonly action: () => void;
}

export function createTimeline(start: number): Timeline {
  let now = start;
  const timers = new Set<Timer>();

  function first(): Timer | undefined {
    let found: Timer | undefined;
    for (const timer of timers) if (!found || timer.at < found.at) found = timer;
    return found;
  }

  function after(milliseconds: number, action: () => void): () => void {
    const timer = { at: now + milliseconds, action };
    timers.add(timer);
    return () => timers.delete(timer);
  }

  return {
    now: () => now,
    wait: milliseconds =>
      new Promise(resolve => {
        if (milliseconds <= 0) resolve();
        else after(milliseconds, resolve);
      }),
    after,
    nextAt: () => first()?.at,
    advanceTo(time) {
      for (let timer = first(); timer && timer.at <= time; timer = first()) {
        timers.delete(timer);
        now = Math.max(now, timer.at);
        timer.action();
      }
      now = Math.max(now, time);
    },
  };
}
