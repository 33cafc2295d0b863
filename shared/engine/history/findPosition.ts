import type { RunSummary } from '../../store/runSummary.ts';
import type { Source } from '../../store/sources.ts';
import type { Services } from '../services.ts';

/** What a list is rolled back to: a position, or what it was before the capture of a run. */
export type RollbackGoal = { readonly position: number } | { readonly run: string };

export type FoundPosition =
  | { readonly kind: 'found'; readonly position: number }
  | { readonly kind: 'unknownRun' | 'unchangedByRun' };

export async function findPosition(
  listId: string,
  goal: RollbackGoal,
  { runs, openSource }: Pick<Services, 'runs' | 'openSource'>,
): Promise<FoundPosition> {
  if ('position' in goal) return { kind: 'found', position: goal.position };
  const run = await runs.readSummary(goal.run);
  if (!run) return { kind: 'unknownRun' };
  const first = await findFirstOf(run, listId, openSource(listId));
  return first === undefined ? { kind: 'unchangedByRun' } : { kind: 'found', position: first - 1 };
}

/** The first position that the run's capture wrote: a capture is of one run, and no two of a list are at once. */
async function findFirstOf(run: RunSummary, listId: string, source: Source): Promise<number | undefined> {
  const last = run.heads[listId] ?? (await source.readCheckpoint())?.checkpoint.head ?? 0;
  const from = await firstSince(run.startedAt, last, source);
  for await (const page of source.readPagesAfter(from - 1)) {
    const found = page.find(change => change.run === run.id);
    if (found) return found.position;
    if ((page.at(-1)?.position ?? last) >= last) return undefined;
  }
  return undefined;
}

/** Times rise with positions; what does not tell its time is older than what does. */
async function firstSince(time: number, last: number, source: Source): Promise<number> {
  let [from, to] = [1, last + 1];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (((await source.readChangedAt(middle)) ?? 0) < time) from = middle + 1;
    else to = middle;
  }
  return from;
}
