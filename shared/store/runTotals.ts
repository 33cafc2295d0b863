import { addTallies, type Tally } from './totals.ts';

type Numbers = Readonly<Record<string, number | undefined>>;

/** What the totals take of a mailbox of a run. */
interface CountedMailbox {
  readonly state: string;
  readonly lists: readonly string[];
  readonly attempts: readonly { readonly contacts: Numbers; readonly repaired: Numbers; readonly graph: Numbers }[];
  readonly problems: readonly unknown[];
  readonly notes: readonly unknown[];
}

/** What one mailbox adds to the totals of its run. `told`: it has problems or notes. */
export function tallyRunMailbox({ state, lists, attempts, problems, notes }: CountedMailbox): Tally {
  const told = problems.length + notes.length > 0 ? { told: 1 } : {};
  const done = attempts.flatMap(({ contacts, repaired, graph }) => [
    named('contacts', contacts),
    named('repaired', repaired),
    named('graph', graph),
  ]);
  return addTallies({ [state]: 1 }, told, named('lists', Object.fromEntries(lists.map(list => [list, 1]))), ...done);
}

/** The numbers of one kind in a tally; those that it does not name are 0. */
export function numbersIn<Name extends string>(
  tally: Tally,
  kind: string,
  names: readonly Name[],
): Record<Name, number> {
  return Object.fromEntries(names.map(name => [name, tally[`${kind}.${name}`] ?? 0])) as Record<Name, number>;
}

/** The same, of numbers that are left out where they are 0. */
export function rareNumbersIn<Name extends string>(
  tally: Tally,
  kind: string,
  names: readonly Name[],
): Partial<Record<Name, number>> {
  const numbers = Object.entries(numbersIn(tally, kind, names)).filter(([, number]) => number !== 0);
  return Object.fromEntries(numbers) as Partial<Record<Name, number>>;
}

function named(kind: string, numbers: Numbers): Tally {
  return Object.fromEntries(Object.entries(numbers).map(([name, number = 0]) => [`${kind}.${name}`, number]));
}
