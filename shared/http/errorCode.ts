/** A word of the network's own, that quotes nothing of a request. */
export function errorCodeOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return String([code, name].find(each => typeof each === 'string' && /^[\w.-]{1,60}$/.test(each)) ?? 'unknown');
}
