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

const outside: readonly ContactExplanation['state'][] = [
  'notATarget',
  'excluded',
  'disabled',
  'folderOfAnotherList',
  'left',
  'cleared',
];

/** A mailbox that gets nothing of a list: whether the list has the contact was not looked up. */
export function isOutside({ contacts }: Explanation): boolean {
  return contacts.every(({ state, sourceKey }) => outside.includes(state) && sourceKey === undefined);
}

/** @param receives ids of the lists that the mailbox gets */
export function sortOut(explained: readonly Explanation[], receives: readonly string[]): Answers {
  const having = explained.filter(hasContact);
  const own = having.filter(({ list }) => receives.includes(list));
  const others = having.filter(({ list }) => !receives.includes(list));
  return {
    ...(own.length > 0 ? { found: own, elsewhere: others } : { found: others, elsewhere: [] }),
    without: explained.filter(each => !hasContact(each)).map(({ list }) => list),
  };
}

function hasContact({ contacts }: Explanation): boolean {
  return contacts.some(({ state }) => state !== 'notInSource');
}
