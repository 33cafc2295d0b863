import { fingerprint, isInDoubt } from './fingerprint.ts';
import type { LedgerEntry } from './ledgerEntry.ts';

/** More names than anybody gives one contact; the sets of them that are tried double with each. */
const mostTriedNames = 10;

/**
 * What the categories of a contact become: those that we wrote and do not want any more go, those that are new to what
 * we wrote come, and everything else is as the user has it (rules.md: Categories).
 */
export function mergeCategories(
  present: readonly string[],
  written: readonly string[],
  wanted: readonly string[],
): readonly string[] {
  const kept = present.filter(name => has(wanted, name) || !has(written, name));
  const merged = [...kept, ...wanted.filter(name => !has(written, name) && !has(kept, name))];
  // In one order everywhere, where nothing is the user's.
  return merged.length === wanted.length && wanted.every(name => has(merged, name)) ? wanted : merged;
}

/**
 * The categories that a contact of the ledger gets. Where its content is in doubt, what is missing may be missing because
 * a write of ours was not done, so all that is wanted comes.
 */
export function nextCategories(
  entry: Pick<LedgerEntry, 'categories' | 'fields' | 'state'>,
  present: readonly string[],
  wanted: readonly string[],
): readonly string[] {
  const written = writtenCategories(entry, present);
  const isDoubtful = entry.state === 'unknown' || isInDoubt('categories', entry.fields);
  return mergeCategories(present, isDoubtful ? written.filter(name => has(present, name)) : written, wanted);
}

/** What we may have written, where a write of `attempted` may have been done or not. */
export function doubtfulCategories(written: readonly string[], attempted: readonly string[]): readonly string[] {
  return [...written, ...attempted.filter(name => !has(written, name))];
}

/**
 * The names that we wrote to a contact. Rows of earlier versions hold only their fingerprint: then they are those of
 * the contact's names that have it. Where the user took one of ours away, none do, and all that is there is the user's.
 */
export function writtenCategories(
  { categories, fields }: Pick<LedgerEntry, 'categories' | 'fields'>,
  present: readonly string[],
): readonly string[] {
  return categories ?? selections(present).find(names => fingerprint(names) === fields.categories) ?? [];
}

/** Of the names that we wrote, those that are still on the contact; undefined where that is all of them. */
export function categoriesLeft(
  entry: Pick<LedgerEntry, 'categories' | 'fields'>,
  present: readonly string[],
): readonly string[] | undefined {
  const written = writtenCategories(entry, present);
  const isKnown = written.length > 0 || entry.fields.categories === undefined;
  const left = written.filter(name => has(present, name));
  return isKnown && left.length === written.length ? undefined : left;
}

/** Outlook's categories ignore case. */
function has(names: readonly string[], name: string): boolean {
  return names.some(each => each.toLowerCase() === name.toLowerCase());
}

/** Every selection of the names in their order, all of them first. */
function selections(names: readonly string[]): string[][] {
  if (names.length > mostTriedNames) return [[...names]];
  const [first, ...rest] = names;
  if (first === undefined) return [[]];
  const others = selections(rest);
  return [...others.map(selection => [first, ...selection]), ...others];
}
