import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What NCrontab 3.4.0 makes of an expression: its next occurrences, none where it never fires, null where it is refused. */
export type Answer = readonly [expression: string, start: string, occurrences: readonly string[] | null];

export const tableFile = join(import.meta.dirname, 'ncrontab-3.4.0.jsonl');

export function readTable(): Answer[] {
  const lines = readFileSync(tableFile, 'utf8').trimEnd().split('\n');
  return lines.map(line => JSON.parse(line) as Answer);
}
