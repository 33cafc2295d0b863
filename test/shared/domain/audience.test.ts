import { audienceOf, everybody, restrictionOf, ruleId, sightOf, withinRules } from '../../../shared/domain/audience.ts';

const sales = { when: { field: 'department', in: ['Sales'] } };
const board = { when: { field: 'categories', has: 'Board' } };
const rules = [sales, board];
const contact = { department: 'sales', categories: ['Board'] };

function audience(isSales: boolean | undefined, isBoard: boolean | undefined): string {
  return audienceOf(rules, rule => (rule === sales ? isSales : isBoard));
}

test.each([
  [true, true, 'visible'],
  [true, false, 'hidden'],
  [true, undefined, 'undecided'],
  [false, undefined, 'hidden'],
  [undefined, undefined, 'undecided'],
] as const)(
  'a contact of two rules, of which one is for the mailbox: %s, the other: %s, is %s',
  (one, other, sight) => {
    const restriction = restrictionOf(contact, { visibility: rules });
    expect(restriction && sightOf(audience(one, other))(restriction)).toBe(sight);
  },
);

test('a contact that meets no rule is for everybody', () => {
  expect(restrictionOf({ department: 'Support' }, { visibility: rules })).toBeUndefined();
});

test('an audience is the same for every order of the rules, and empty without any', () => {
  expect(audienceOf(rules.toReversed(), () => true)).toBe(audience(true, true));
  expect(audienceOf([], () => true)).toBe(everybody);
});

test('what was decided about a rule means nothing for another', () => {
  const changed = { when: { field: 'department', in: ['Sales', 'Board'] } };
  expect(sightOf(audience(true, true))({ rules: [ruleId(changed)] })).toBe('undecided');
  expect(withinRules(audience(true, false), { visibility: [board, changed] })).toBe(audience(undefined, false));
});
