/** Without it the number that waits may look smaller than the safeguards allow (`domain/safeguards.ts`). */
export function describeRecent(recentRemovals: number): string {
  return recentRemovals > 0 ? `, and the ${recentRemovals} of the last hour count as well` : '';
}
