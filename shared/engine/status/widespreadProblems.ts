import { countOf } from '../../domain/countOf.ts';
import type { Problem } from '../../store/progress.ts';
import type { RunMailbox } from '../../store/runMailbox.ts';
import type { RunProblem } from '../../store/runProblem.ts';

/** Of two mailboxes, or of half of them, each is named. */
const fewest = 3;

/** Whether so many of the mailboxes have it that it is no fault of theirs. */
export function isWidespread(count: number, of: number): boolean {
  return count >= fewest && 2 * count > of;
}

function describe({ mailbox: _, ...problem }: RunProblem, count: number, of: number): RunProblem {
  return { ...problem, detail: `${problem.detail} (in ${count} of ${countOf(of, 'mailbox', 'mailboxes')})` };
}

/**
 * The problems of a run's mailboxes; the same contact that fails in most of them is named once, without a mailbox.
 *
 * @param mailboxes all that have problems
 * @param mailboxesOf how many mailboxes a list has in the run
 */
export function gatherProblems(
  mailboxes: readonly Pick<RunMailbox, 'problems'>[],
  mailboxesOf: (list: string) => number,
): RunProblem[] {
  const problems = mailboxes.flatMap(mailbox => mailbox.problems);
  const groups = Map.groupBy(problems, ({ list, code, contact }) => (contact ? `${list} ${code} ${contact}` : ''));
  groups.delete('');
  const gathered = new Map<RunProblem, RunProblem | undefined>();
  for (const group of groups.values()) {
    const [first] = group;
    const of = mailboxesOf(first?.list ?? '');
    if (!first || !isWidespread(group.length, of)) continue;
    for (const problem of group) gathered.set(problem, undefined);
    gathered.set(first, describe(first, group.length, of));
  }
  return problems.flatMap(problem => (gathered.has(problem) ? (gathered.get(problem) ?? []) : [problem]));
}

/** The contact that fails in most mailboxes of a list, if one does: of each mailbox the first that fails is known. */
export function findWidespreadProblem(
  mailboxes: readonly { readonly wanted: string; readonly problem?: Problem }[],
): Problem | undefined {
  const targets = mailboxes.filter(({ wanted }) => wanted === 'target');
  const problems = targets.flatMap(({ problem }) => (problem?.contact === undefined ? [] : [problem]));
  const groups = Map.groupBy(problems, ({ code, contact }) => `${code} ${contact}`);
  const largest = [...groups.values()].sort((first, second) => second.length - first.length)[0] ?? [];
  const [first] = largest;
  return first && isWidespread(largest.length, targets.length)
    ? describe(first, largest.length, targets.length)
    : undefined;
}
