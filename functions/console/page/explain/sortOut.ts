import type { ContactExplanation, Explanation } from '../../../../shared/api/explain.ts';

/** What the lists say of a contact in a mailbox. */
export interface Answers {
  /** Of lists that have the contact, or whose answer is all that there is. */
  readonly found: readonly Explanation[];
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

/** Lists that have the contact, those that the mailbox receives first. */
export function sortOut(explained: readonly Explanation[], receives: readonly string[]): Answers {
  const rank = ({ list }: Explanation) => (receives.includes(list) ? 0 : 1);
  return {
    found: explained.filter(hasContact).sort((left, right) => rank(left) - rank(right)),
    without: explained.filter(each => !hasContact(each)).map(({ list }) => list),
  };
}

function hasContact({ contacts }: Explanation): boolean {
  return contacts.some(({ state }) => state !== 'notInSource');
}
