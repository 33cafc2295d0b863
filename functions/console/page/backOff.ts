const firstPause = 2_000;
const longestPause = 30_000;
const growth = 1.5;

/** Milliseconds until the next look: soon where something moved, ever later where nothing does, up to the longest pause. */
export function nextPause(pause: number | undefined, moved: boolean, longest = longestPause): number {
  return moved || pause === undefined ? firstPause : Math.min(pause * growth, longest);
}
