import { hour } from './durations.ts';
import { fingerprint } from './fingerprint.ts';

/** Everybody has a turn a day (rules.md: Photos). */
const shares = 24;

/** Which of the shares of everybody somebody is in. */
export function shareOf(id: string): number {
  return Number.parseInt(fingerprint(id).slice(0, 6), 16) % shares;
}

/**
 * The shares whose hour began since.
 *
 * @param since epoch milliseconds, as `now`
 */
export function dueShares(since: number, now: number): ReadonlySet<number> {
  const due = new Set<number>();
  for (let begin = now - (now % hour); begin > since && due.size < shares; begin -= hour) {
    due.add((begin / hour) % shares);
  }
  return due;
}
