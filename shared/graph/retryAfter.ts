const shortest = 1_000;

/**
 * Milliseconds of a `Retry-After` header: seconds, which Outlook also gives as a fraction (`0.249`), or an HTTP
 * date. Never below a second; undefined when there is none that can be read.
 */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim();
  if (!text) return undefined;
  const seconds = Number(text);
  const milliseconds = Number.isNaN(seconds) ? Date.parse(text) - now : seconds * 1_000;
  return Number.isFinite(milliseconds) ? Math.max(shortest, Math.ceil(milliseconds)) : undefined;
}

/** For a throttled answer that names no time: 2 to 5 seconds, spread so that those refused together do not return together. */
export function defaultRetryAfter(random: () => number): number {
  return 2_000 + Math.floor(random() * 3_000);
}
