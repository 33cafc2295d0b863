import { compareMembers } from '../../../shared/domain/groupMembers.ts';

function compare(known: string, missing: string, present: string) {
  const { members, missing: now } = compareMembers(new Set(present), {
    members: new Set(known),
    missing: new Set(missing),
  });
  return { members: [...members].sort().join(''), missing: [...now].sort().join('') };
}

test.each([
  ['a member who left, of several', 'abcd', '', 'abc', { members: 'abc', missing: '' }],
  ['half of them at once', 'abcd', '', 'ab', { members: 'ab', missing: '' }],
  ['more than half of them at once', 'abcd', '', 'a', { members: 'a', missing: 'bcd' }],
  ['a group that reads as empty', 'abcd', '', '', { members: '', missing: 'abcd' }],
  ['the only member', 'a', '', '', { members: '', missing: 'a' }],
  ['other members instead', 'abc', '', 'xyz', { members: 'xyz', missing: 'abc' }],
  [
    'who comes meanwhile, and does not make up for those who are missing',
    'a',
    'bcd',
    'avwxyz',
    { members: 'avwxyz', missing: 'bcd' },
  ],
  ['who is missing and comes back', 'a', 'bcd', 'abc', { members: 'abc', missing: 'd' }],
  ['who is missing, beside others who leave one by one', 'abcd', 'xy', 'abc', { members: 'abc', missing: 'xy' }],
  ['those who were left, gone in a second step', 'ab', 'cd', '', { members: '', missing: 'abcd' }],
  ['a group that never had members', '', '', '', { members: '', missing: '' }],
])('%s', (_, known, missing, present, expected) => {
  expect(compare(known, missing, present)).toEqual(expected);
});
