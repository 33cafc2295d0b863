import { headOf, notBefore } from '../../../shared/domain/goal.ts';

function at(head: number, epoch = 1) {
  return { head, epoch };
}

test.each([
  ['nothing yet', at(5), undefined, undefined, 5],
  ['an older position', at(5), at(3), undefined, 5],
  ['a later position', at(5), at(7), undefined, 7],
  ['a position that the journal has lost', at(5), at(9), undefined, 8],
  ['a position of another journal', at(5), at(7, 2), undefined, 5],
  ['a position of an unknown journal', at(5), at(7, 0), undefined, 7],
  ['an older position, and is sent further than the journal has come', at(9), at(3), undefined, 8],
  ['an older position, and is sent to one of another journal', at(5, 2), at(3), undefined, 8],
  ['an older position, and is sent to one of an unknown journal', at(5, 0), at(3), undefined, 5],
  ['an older position, and nobody names another', 'newest', at(3), undefined, 8],
  ['nothing yet, and nobody names a position', 'newest', undefined, undefined, 8],
  ['an older position, in a ring that has come further', at(5), at(3), 6, 5],
  ['an older position, in a ring that has not come so far', at(5), at(3), 4, 4],
  ['a position beyond its ring', at(5), at(7), 4, 7],
  ['a position of another journal beyond its ring', at(5, 2), at(7, 2), 4, 4],
  ['nothing yet, in a ring, and nobody names a position', 'newest', undefined, 4, 4],
] as const)('of a journal at 8 a mailbox that has reached %s', (_, asked, reached, ring, head) => {
  expect(headOf(asked, { reached, ring, journal: at(8) })).toBe(head);
});

test.each([
  ['nothing yet', at(5), undefined, at(5)],
  ['an older position', at(5), at(3), at(5)],
  ['a later position', at(5), at(7), at(7)],
  ['a later position of another journal', at(5), at(7, 2), at(5)],
  ['a later position, and the message is of an unknown journal', at(5, 0), at(7), at(7, 0)],
  ['a position, and nobody names another', 'newest', at(7), at(7)],
  ['nothing yet, and nobody names a position', 'newest', undefined, 'newest'],
] as const)('what is asked of a mailbox that has reached %s', (_, asked, reached, goal) => {
  expect(notBefore(reached, asked)).toEqual(goal);
});
