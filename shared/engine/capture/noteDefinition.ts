import { keptSince } from '../../domain/rollback.ts';
import type { SourceCheckpoint } from '../../store/sourceCheckpoint.ts';

type Definitions = SourceCheckpoint['definitions'];
type NotedDefinition = Definitions[number];

/**
 * The definitions by which a list's contacts were written, oldest first, as far as a run can be rolled back: with the one
 * of before.
 */
export function noteDefinition(known: Definitions, now: NotedDefinition): Definitions {
  const all = known.at(-1)?.print === now.print ? known : [...known, now];
  const firstKept = all.findIndex((_, index) => (all[index + 1]?.at ?? Infinity) >= keptSince(now.at));
  return all.slice(firstKept);
}
