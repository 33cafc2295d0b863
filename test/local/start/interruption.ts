/** Two signals closer together are one: at Ctrl-C the terminal signals this process, and npm passes its own on. */
const sameSignalMilliseconds = 500;

/** The reason with which everything that waits is given up. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Aborts at the first SIGINT, SIGTERM or SIGHUP; at a later one calls `giveUp`, which is not to wait for anything. */
export function listenForInterruption(giveUp: () => never): AbortSignal {
  const controller = new AbortController();
  let since: number | undefined;
  function onSignal(): void {
    if (since !== undefined && performance.now() - since > sameSignalMilliseconds) giveUp();
    since ??= performance.now();
    controller.abort(new Interrupted('Stopped'));
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  return controller.signal;
}
