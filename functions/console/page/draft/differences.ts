import { type Entry, type Path, read, write } from './entry.ts';

/** A setting that is not the same in two entries; undefined where one lacks it. */
export interface Difference {
  readonly path: Path;
  readonly before: unknown;
  readonly after: unknown;
}

/** By setting: lists of texts and the like are one each. */
export function differencesOf(before: Entry, after: Entry): Difference[] {
  const paths = new Map([...leavesOf(before, []), ...leavesOf(after, [])].map(path => [JSON.stringify(path), path]));
  return [...paths.values()]
    .map(path => ({ path, before: read(before, path), after: read(after, path) }))
    .filter(({ before: left, after: right }) => !isSame(left, right))
    .filter(({ path }, _index, all) => !all.some(other => isBelow(other.path, path)));
}

/**
 * What one person made of an entry while another changed it: theirs, with each setting that is mine put on top.
 *
 * @param base what both began with
 */
export function merge(base: Entry, theirs: Entry, mine: Entry): { readonly merged: Entry; readonly both: Path[] } {
  const ofTheirs = differencesOf(base, theirs);
  const ofMine = differencesOf(base, mine);
  const merged = ofMine.reduce((entry, { path, after }) => write(entry, path, after), theirs);
  const both = ofMine.filter(({ path, after }) =>
    ofTheirs.some(
      other =>
        (isBelow(path, other.path) || isBelow(other.path, path) || isSame(path, other.path)) &&
        !isSame(after, read(theirs, path)),
    ),
  );
  return { merged, both: both.map(({ path }) => path) };
}

export function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(inOrder(left)) === JSON.stringify(inOrder(right));
}

/** The order of an object's names means nothing. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, each]) => [name, inOrder(each)]),
  );
}

function leavesOf(value: unknown, path: Path): Path[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  const names = Object.keys(value);
  if (names.length === 0) return path.length > 0 ? [path] : [];
  return names.flatMap(name => leavesOf((value as Entry)[name], [...path, name]));
}

/** Whether the first lies above the second, which then is told by it. */
function isBelow(above: Path, path: Path): boolean {
  return above.length < path.length && above.every((part, index) => part === path[index]);
}
