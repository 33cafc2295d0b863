const endOfTime = 9_999_999_999_999;

export const runIdPattern = /^\d{13}-[0-9a-f]{8}$/;

/** Run ids sort newest first, so that the first rows of the table are the latest runs. */
export function newRunId(now: number, unique: string): string {
  return `${String(endOfTime - now).padStart(13, '0')}-${unique.slice(0, 8)}`;
}

/** In epoch milliseconds. */
export function startOfRun(id: string): number {
  return endOfTime - Number.parseInt(id, 10);
}
