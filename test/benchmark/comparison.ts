import { percentile, round } from './figures.ts';

/** Figures by name, in groups or not; null where a figure could not be measured. */
export interface FigureTree {
  readonly [name: string]: number | null | undefined | FigureTree;
}

/** The same figures of several rounds, as one: of each, the value in the middle. */
export function middleOf<Figures extends FigureTree>(rounds: readonly Figures[]): Figures {
  const [first] = rounds;
  if (!first) throw new Error('There is no round to take the middle of');
  const names = Object.keys(first);
  return Object.fromEntries(names.map(name => [name, middleValue(rounds.map(each => each[name]))])) as Figures;
}

function middleValue(values: readonly FigureTree[string][]): FigureTree[string] {
  const numbers = values.filter(value => typeof value === 'number');
  if (numbers.length === values.length) return percentile(numbers, 0.5);
  const groups = values.filter(isGroup);
  return groups.length === values.length ? middleOf(groups) : null;
}

/** The figures of a case that has been run with two apps. */
export interface Comparison {
  readonly figure: string;
  readonly earlier: number;
  readonly now: number;
  /** Of now to earlier; undefined where that was nothing. */
  readonly ratio: number | undefined;
}

/** Every figure that both have and that is not nothing in both; those of a group as `group.figure`. */
export function compareFigures(now: FigureTree, earlier: FigureTree): Comparison[] {
  const figuresBefore = new Map(flatten(earlier));
  return flatten(now).flatMap(([figure, value]) => {
    const before = figuresBefore.get(figure);
    if (before === undefined || (before === 0 && value === 0)) return [];
    return [{ figure, earlier: before, now: value, ratio: before === 0 ? undefined : round(value / before, 3) }];
  });
}

/** As `--json FILE` holds them. */
export function ratiosOf(comparisons: readonly Comparison[]): Record<string, number> {
  return Object.fromEntries(
    comparisons.flatMap(({ figure, ratio }) => (ratio === undefined ? [] : [[figure, ratio] as const])),
  );
}

function flatten(figures: FigureTree, prefix = ''): [string, number][] {
  return Object.entries(figures).flatMap(([name, value]): [string, number][] => {
    if (isGroup(value)) return flatten(value, `${prefix}${name}.`);
    return typeof value === 'number' ? [[prefix + name, value]] : [];
  });
}

function isGroup(value: FigureTree[string]): value is FigureTree {
  return typeof value === 'object' && value !== null;
}
