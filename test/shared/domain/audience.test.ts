import {
  audienceOf,
  everybody,
  hidingRule,
  restrictionOf,
  ruleId,
  sightOf,
  withinRules,
} from '../../../shared/domain/audience.ts';

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
    const restriction = restrictionOf(contact, rules);
    expect(restriction && sightOf(audience(one, other), restriction)).toBe(sight);
  },
);

test('a contact that meets no rule is for everybody', () => {
  expect(restrictionOf({ department: 'Support' }, rules)).toBeUndefined();
});

test('an audience is the same for every order of the rules, and empty without any', () => {
  expect(audienceOf(rules.toReversed(), () => true)).toBe(audience(true, true));
  expect(audienceOf([], () => true)).toBe(everybody);
});

test('what was decided about a rule means nothing for another', () => {
  const changed = { when: { field: 'department', in: ['Sales', 'Board'] } };
  expect(sightOf(audience(true, true), { rules: [ruleId(changed)] })).toBe('undecided');
  expect(withinRules(audience(true, false), [board, changed])).toBe(audience(undefined, false));
});

test('a private contact is for nobody, whatever rules it meets', () => {
  const restriction = restrictionOf({ ...contact, sensitivity: 'private' }, rules);
  expect(restriction).toBe('private');
  expect(sightOf(audience(true, true), 'private')).toBe('hidden');
});

test('who is asked for nothing decided sees nothing that a rule keeps', () => {
  expect(sightOf(everybody, { rules: [ruleId(sales)] })).toBe('undecided');
  expect(withinRules(everybody, rules)).toBe(everybody);
});

test('a rule is named in rows by eight digits', () => {
  expect(ruleId(sales)).toMatch(/^[0-9a-f]{8}$/);
});

test.each([
  ['the first that is not for the mailbox', audience(false, false), sales],
  ['the one that is not for it', audience(true, false), board],
  ['the one that is not for it, before one in doubt', audience(undefined, false), board],
  ['the one in doubt', audience(true, undefined), board],
  ['the first in doubt', everybody, sales],
  ['none where all are for it', audience(true, true), undefined],
])('of the rules that a contact meets it is kept away by %s', (_, decided, rule) => {
  expect(hidingRule(rules, contact, decided)).toBe(rule);
});

test('a rule that the contact does not meet keeps it from nobody', () => {
  expect(hidingRule(rules, { department: 'Support' }, audience(false, false))).toBeUndefined();
  expect(hidingRule(rules, { categories: ['Board'] }, audience(false, true))).toBeUndefined();
});
