import {
  audienceOf,
  everybody,
  getsUnassigned,
  hiddenUpTo,
  hidingRule,
  identityIn,
  keepUnassigned,
  restrictionOf,
  ruleId,
  sightOf,
  withHiddenUpTo,
  withIdentity,
  withinRules,
  withOwnersAmongTargets,
} from '../../../shared/domain/audience.ts';
import { ownerPrint } from '../../../shared/domain/owners.ts';

const sales = { when: { field: 'department', in: ['Sales'] } };
const board = { when: { field: 'categories', has: 'Board' } };
const rules = [sales, board];
const ids = rules.map(ruleId);
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

test.each([
  ['somebody: for them', { manager: 'ada' }, false, { rules: [], owners: [ownerPrint('ada')] }],
  [
    'somebody, under rules: for them, as far as they are of those',
    { ...contact, manager: 'ada' },
    false,
    { rules: ids, owners: [ownerPrint('ada')] },
  ],
  ['nobody: for everybody', {}, false, undefined],
  ['nobody, under rules: for those', contact, false, { rules: ids }],
  ['nobody, where contacts are for owners only: for nobody', {}, true, { rules: [], owners: [] }],
])('a contact that names as owners %s', (_, named, ownersOnly, restriction) => {
  expect(restrictionOf(named, { visibility: rules, owners: { from: 'manager', ownersOnly } })).toEqual(restriction);
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

test('a private contact is for nobody, whatever rules it meets', () => {
  const restriction = restrictionOf({ ...contact, sensitivity: 'private' }, { visibility: rules });
  expect(restriction).toBe('private');
  expect(sightOf(audience(true, true))('private')).toBe('hidden');
});

test('who is asked for nothing decided sees nothing that a rule keeps', () => {
  expect(sightOf(everybody)({ rules: [ruleId(sales)] })).toBe('undecided');
  expect(withinRules(everybody, { visibility: rules })).toBe(everybody);
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

describe('an audience that knows who the mailbox is', () => {
  const ada = withIdentity(audience(true, false), ['ada', 'king']);

  test('keeps what was decided, and forgets who it was before', () => {
    expect(identityIn(ada)).toEqual(['ada', 'king']);
    expect(identityIn(withIdentity(ada, ['grace']))).toEqual(['grace']);
    expect(withIdentity(ada, [])).toBe(audience(true, false));
    expect(withIdentity(everybody, ['ada', 'ada'])).toBe('@ada');
    expect(identityIn(everybody)).toEqual([]);
  });

  test('keeps that as long as the list has owners', () => {
    const owners = { from: 'manager', ownersOnly: true };
    expect(identityIn(withinRules(ada, { visibility: rules, owners }))).toEqual(['ada', 'king']);
    expect(withinRules(ada, { visibility: rules })).toBe(audience(true, false));
  });

  test.each([
    ['its own', ['king'], 'visible'],
    ['one of another', ['grace'], 'hidden'],
    ['one of nobody', [], 'hidden'],
  ])('sees %s', (_, owners, sight) => {
    expect(sightOf(ada)({ rules: [], owners })).toBe(sight);
  });

  test('sees its own under a rule that is not for it no more than others', () => {
    expect(sightOf(ada)({ rules: [ruleId(board)], owners: ['ada'] })).toBe('hidden');
    expect(sightOf(ada)({ rules: [ruleId(sales)], owners: ['ada'] })).toBe('visible');
    expect(sightOf(withIdentity(everybody, ['ada']))({ rules: [ruleId(sales)], owners: ['ada'] })).toBe('undecided');
  });
});

test('of owners nobody knows anything where it is not known who the mailbox is, but that one of nobody is not its own', () => {
  expect(sightOf(everybody)({ rules: [], owners: ['ada'] })).toBe('undecided');
  expect(sightOf(everybody)({ rules: [], owners: [] })).toBe('hidden');
});

describe('a mailbox that gets what has no owner among the targets', () => {
  const targets = new Set(['ada', 'grace']);
  const catchAll = withOwnersAmongTargets(withIdentity(everybody, ['desk']), targets);

  test.each([
    ['one of somebody who is no target', ['zoe'], 'visible'],
    ['one of nobody', [], 'visible'],
    ['one of a target', ['ada'], 'hidden'],
    ['one of a target and of another', ['zoe', 'ada'], 'hidden'],
    ['its own', ['desk'], 'visible'],
  ])('sees %s, or not', (_, owners, sight) => {
    expect(sightOf(catchAll, targets)({ rules: [], owners })).toBe(sight);
  });

  test('has nothing decided while nobody says who the targets are, or who it is', () => {
    expect(sightOf(catchAll)({ rules: [], owners: ['zoe'] })).toBe('undecided');
    expect(sightOf(withOwnersAmongTargets(everybody, targets), targets)({ rules: [], owners: ['ada'] })).toBe(
      'undecided',
    );
  });

  test('is another audience for other targets, and the same for the same', () => {
    expect(withOwnersAmongTargets(catchAll, new Set(['grace', 'ada']))).toBe(catchAll);
    const fewer = withOwnersAmongTargets(catchAll, new Set(['ada']));
    expect(fewer).not.toBe(catchAll);
    expect(withOwnersAmongTargets(fewer, targets)).toBe(catchAll);
    expect([catchAll, withIdentity(everybody, ['desk'])].map(getsUnassigned)).toEqual([true, false]);
  });

  test('keeps the targets of before where they are not known otherwise', () => {
    const now = withIdentity(everybody, ['desk']);
    expect(keepUnassigned(now, withOwnersAmongTargets(audience(true, false), targets))).toBe(catchAll);
    expect(keepUnassigned(now, everybody)).toBe('?,@desk');
    expect(getsUnassigned(keepUnassigned(now, everybody))).toBe(true);
  });
});

test('up to where hidden contacts are hidden is part of an audience and no rule of it', () => {
  const audience = withHiddenUpTo('+12345678', 40);
  expect([audience, '+12345678', withHiddenUpTo('', 0)].map(hiddenUpTo)).toEqual([40, 0, 0]);
  expect(withinRules(audience, {})).toBe(withHiddenUpTo('', 40));
  expect(withHiddenUpTo('', 0)).toBe(everybody);
});
