/** As answers and texts show a time. @param time epoch milliseconds */
export function isoTime(time: number): string {
  return new Date(time).toISOString();
}
