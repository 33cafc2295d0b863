import type { ListPartition } from '../../store/listPartition.ts';
import type { RunSummary } from '../../store/runSummary.ts';
import type { SourceCheckpoint } from '../../store/sourceCheckpoint.ts';
import type { Services } from '../services.ts';

/** What a list is rolled back to: a position, or what it was before the capture of a run. */
export type RollbackGoal = { readonly position: number } | { readonly run: string };

export type FoundPosition =
  | { readonly kind: 'found'; readonly position: number; readonly definition?: string | undefined }
  | { readonly kind: 'unknownRun' | 'unchangedByRun' };

/** Of a run that began with new settings also the definition of before (rules.md: Rollback). */
export async function findPosition(
  listId: string,
  goal: RollbackGoal,
  { head, definitions }: Pick<SourceCheckpoint, 'head' | 'definitions'>,
  { runs, openListPartition }: Pick<Services, 'runs' | 'openListPartition'>,
): Promise<FoundPosition> {
  if ('position' in goal) return { kind: 'found', position: goal.position };
  const run = await runs.readSummary(goal.run);
  if (!run) return { kind: 'unknownRun' };
  const last = run.heads[listId] ?? head;
  const first = await findFirstOf(run, last, openListPartition(listId));
  const definition = definitionBefore(definitions, run.id);
  if (first === undefined && definition === undefined) return { kind: 'unchangedByRun' };
  return { kind: 'found', position: first === undefined ? last : first - 1, definition };
}

/** Undefined where the run began with no other, or with the first. */
function definitionBefore(definitions: SourceCheckpoint['definitions'], run: string): string | undefined {
  const index = definitions.findIndex(each => each.run === run);
  return index < 1 ? undefined : definitions[index - 1]?.print;
}

/** The first position that the run's capture wrote: a capture is of one run, and no two of a list are at once. */
async function findFirstOf(run: RunSummary, last: number, partition: ListPartition): Promise<number | undefined> {
  const from = await firstSince(run.startedAt, last, partition);
  for await (const page of partition.readPagesAfter(from - 1)) {
    const found = page.find(change => change.run === run.id);
    if (found) return found.position;
    if ((page.at(-1)?.position ?? last) >= last) return undefined;
  }
  return undefined;
}

/** Times rise with positions; what does not tell its time is older than what does. */
async function firstSince(time: number, last: number, partition: ListPartition): Promise<number> {
  let [from, to] = [1, last + 1];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (((await partition.readChangedAt(middle)) ?? 0) < time) from = middle + 1;
    else to = middle;
  }
  return from;
}
