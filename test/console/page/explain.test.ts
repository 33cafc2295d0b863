import { sortOut } from '../../../functions/console/page/explain/sortOut.ts';
import type { ContactExplanation, Explanation } from '../../../shared/api/explain.ts';

function explained(list: string, state: ContactExplanation['state']): Explanation {
  return { list, mailbox: 'ada', contacts: [{ present: state === 'present', state, reason: state }] };
}

const idsOf = (explanations: readonly Explanation[]) => explanations.map(({ list }) => list);

test('of a contact that several lists have, those that the mailbox gets come first, and those without it last', () => {
  const all = [
    explained('partners', 'notATarget'),
    explained('staff', 'deletedByUser'),
    explained('press', 'notInSource'),
  ];
  const { found, elsewhere, without } = sortOut(all, ['staff']);
  expect([idsOf(found), idsOf(elsewhere), without]).toEqual([['staff'], ['partners'], ['press']]);
});

test('a list that does not go to the mailbox, and has lost the contact or was never read, does not have it too', () => {
  const all = [explained('staff', 'present'), explained('partners', 'removed'), explained('press', 'neverRead')];
  const { found, elsewhere, without } = sortOut(all, ['staff']);
  expect([idsOf(found), idsOf(elsewhere), without]).toEqual([['staff'], [], ['partners', 'press']]);
});

test('where the mailbox gets no list that has the contact, the others are the answer', () => {
  const { found, elsewhere } = sortOut([explained('partners', 'notATarget')], ['staff']);
  expect([idsOf(found), idsOf(elsewhere)]).toEqual([['partners'], []]);
});
