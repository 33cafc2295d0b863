/** Waits that end with the simulator: a pending one must not keep the process alive. */
export type Delays = { wait: (milliseconds: number) => Promise<void>; cancelAll: () => void };

export function createDelays(): Delays {
  const pending = new Set<NodeJS.Timeout>();

  function wait(milliseconds: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(() => {
        pending.delete(timer);
        resolve();
      }, milliseconds);
      pending.add(timer);
    });
  }

  function cancelAll(): void {
    for (const timer of pending) clearTimeout(timer);
    pending.clear();
  }

  return { wait, cancelAll };
}
