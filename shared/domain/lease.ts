/**
 * Whether a lease still stands. One that would last more than twice as long as any does was taken by a clock that was
 * wrong, and nobody is to wait for that; should its owner live, its commits are refused.
 *
 * @param expiresAt epoch milliseconds, like `now`
 * @param length milliseconds
 */
export function isHeld(expiresAt: number, now: number, length: number): boolean {
  return expiresAt > now && expiresAt <= now + 2 * length;
}
