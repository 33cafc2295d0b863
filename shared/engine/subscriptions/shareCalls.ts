/**
 * Runs `work` once at a time for each key. Calls that come while it runs share the next round, which begins after all
 * of them came; so a thousand calls at once are two rounds.
 */
export function shareCalls(work: (key: string) => Promise<void>): (key: string) => Promise<void> {
  const running = new Map<string, Promise<void>>();
  const waiting = new Map<string, Promise<void>>();

  function start(key: string): Promise<void> {
    const round = work(key).finally(() => running.delete(key));
    running.set(key, round);
    return round;
  }

  return key => {
    const shared = waiting.get(key);
    if (shared) return shared;
    const current = running.get(key);
    if (!current) return start(key);
    const next = current
      .catch(() => undefined)
      .then(() => {
        waiting.delete(key);
        return start(key);
      });
    waiting.set(key, next);
    return next;
  };
}
