/** As answers and texts show a time. @param time epoch milliseconds */
export function isoTime(time: number): string {
  return new Date(time).toISOString();
}

/** @param time epoch milliseconds; 0 where there is none */
export function isoTimeOrNull(time: number): string | null {
  return time > 0 ? isoTime(time) : null;
}
