import type { ContactExplanation, Explanation } from '../../../../shared/api/explain.ts';

/** What the lists say of a contact in a mailbox. */
export interface Answers {
  /** Of lists that have the contact, or whose answer is all that there is. */
  readonly found: readonly Explanation[];
  /** Of lists that have it, too, and do not go to the mailbox, where another one does. */
  readonly elsewhere: readonly Explanation[];
  /** Ids of lists that have no such contact. */
  readonly without: readonly string[];
}

/** @param receives ids of the lists that the mailbox gets */
export function sortOut(explained: readonly Explanation[], receives: readonly string[]): Answers {
  const own = explained.filter(each => receives.includes(each.list) && !isAll(each, ['notInSource']));
  const others = explained.filter(({ list }) => !receives.includes(list));
  const having = others.filter(each => !isAll(each, ['notInSource', 'neverRead', 'removed']));
  const losing = others.filter(each => isAll(each, ['removed']));
  const elsewhere = own.length > 0 ? having : [];
  const found = own.length > 0 ? own : having.length > 0 ? having : losing;
  const named = [...found, ...elsewhere];
  return { found, elsewhere, without: explained.filter(each => !named.includes(each)).map(({ list }) => list) };
}

function isAll({ contacts }: Explanation, states: readonly ContactExplanation['state'][]): boolean {
  return contacts.every(({ state }) => states.includes(state));
}
