import { Lang, parse, type SgNode } from '@ast-grep/napi';
import * as z from 'zod';

/**
 * One change of the product by what its code is, not where it lies: a line that moves, and a file that gets another name
 * or folder, are nothing to it. `find` is a pattern of ast-grep for one expression or statement, `$NAME` for any
 * expression and `$$$NAME` for any number of parts; `write` goes there instead and may name them again.
 */
export const changes = z.array(
  z.strictObject({
    /** The function, method or constant around it. */
    in: z.string(),
    find: z.string(),
    write: z.string(),
  }),
);

type Change = z.infer<typeof changes>[number];

/**
 * @param files source by path
 * @returns the source of the files that differ, by path
 * @throws when the place of a change is not there, or is there more than once
 */
export function plant(
  files: ReadonlyMap<string, string>,
  wanted: z.infer<typeof changes>,
): ReadonlyMap<string, string> {
  const planted = new Map<string, string>();
  for (const change of wanted) {
    const [path, source] = plantOne(new Map([...files, ...planted]), change);
    planted.set(path, source);
  }
  return planted;
}

function plantOne(files: ReadonlyMap<string, string>, change: Change): [path: string, source: string] {
  const places = [...files]
    .filter(([, source]) => source.includes(change.in))
    .flatMap(([path, source]) => findPlaces(source, change).map(place => ({ path, place })));
  const [found, another] = places;
  if (!found || another) {
    const where = another ? `${places.length} times: ${places.map(({ path }) => path).join(', ')}` : 'nowhere';
    throw new Error(`In ${change.in} this is there ${where}. It must be there once:\n${change.find}`);
  }
  const { path, place } = found;
  const edit = place.replace(fillIn(change.write, place));
  return [path, place.getRoot().root().commitEdits([edit])];
}

function findPlaces(source: string, { in: scope, find }: Change): SgNode[] {
  // By itself an object would be read as a block.
  const pattern = find.startsWith('{') ? { context: `(${find})`, selector: 'object' } : find;
  return parse(Lang.TypeScript, source)
    .root()
    .findAll({ rule: { pattern } })
    .filter(node => node.ancestors().some(around => around.field('name')?.text() === scope));
}

function fillIn(text: string, place: SgNode): string {
  return text
    .replace(/\$\$\$([A-Z]+)/g, (_, name) => textOf(place.getMultipleMatches(name), place))
    .replace(/\$([A-Z]+)/g, (whole, name) => place.getMatch(name)?.text() ?? whole);
}

function textOf(nodes: readonly SgNode[], place: SgNode): string {
  const [first, last] = [nodes[0], nodes.at(-1)];
  if (!first || !last) return '';
  const start = place.range().start.index;
  return place.text().slice(first.range().start.index - start, last.range().end.index - start);
}
