/** How soon it is noticed. */
const parentCheckMilliseconds = 500;

/**
 * Stops a process whose npm has ended: a SIGTERM to npm ends npm and its shell and never reaches the script
 * (https://github.com/npm/cli/issues/6684).
 */
export function onParentExit(stop: () => void): void {
  const parent = process.ppid;
  const check = setInterval(() => {
    if (process.ppid !== parent) stop();
  }, parentCheckMilliseconds);
  check.unref();
}
