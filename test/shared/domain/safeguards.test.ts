import {
  holdContactRemovals,
  holdLeavingMailboxes,
  holdLostByFile,
  holdLostBySource,
} from '../../../shared/domain/safeguards.ts';

const limits = { maxRemovalShare: 0.2, maxRemovals: 10 };

describe('holdContactRemovals', () => {
  test.each<[string, number, number, number, string | undefined]>([
    // name, removals, removed within the last hour, contacts, reason
    ['nothing goes', 0, 0, 100, undefined],
    ['nothing goes now, much did within the last hour', 0, 50, 50, undefined],
    ['at the number, above the share', 10, 0, 20, undefined],
    ['above the number, at the share', 20, 0, 100, undefined],
    ['above the number, below the share', 11, 0, 1000, undefined],
    ['above both', 21, 0, 100, 'TooManyRemovals'],
    ['just above both', 11, 0, 54, 'TooManyRemovals'],
    ['slowly: the last hour counts', 1, 20, 80, 'TooManyRemovals'],
    ['slowly, at the share of what was there an hour ago', 1, 19, 81, undefined],
    ['everything, however few', 3, 0, 3, 'SourceUnexpectedlyEmpty'],
    ['the only one', 1, 0, 1, undefined],
  ])('%s', (_, removals, recentRemovals, of, reason) => {
    const hold = holdContactRemovals({ removals, recentRemovals, of }, limits);
    expect(hold).toEqual(reason && { reason, removals, of });
  });

  test('a source whose contacts are all new is not empty', () => {
    const question = { removals: 3, recentRemovals: 0, of: 3, added: 1 };
    expect(holdContactRemovals(question, limits)).toBeUndefined();
    const many = { removals: 30, recentRemovals: 0, of: 30, added: 1 };
    expect(holdContactRemovals(many, limits)?.reason).toBe('TooManyRemovals');
  });

  test('a share of 1 lets everything go', () => {
    const question = { removals: 100, recentRemovals: 0, of: 100 };
    expect(holdContactRemovals(question, { maxRemovalShare: 1, maxRemovals: 0 })).toBeUndefined();
  });

  test('limits of 0 hold every removal', () => {
    const question = { removals: 1, recentRemovals: 0, of: 1000 };
    expect(holdContactRemovals(question, { maxRemovalShare: 0, maxRemovals: 0 })?.reason).toBe('TooManyRemovals');
  });
});

describe('holdLeavingMailboxes', () => {
  test.each<[string, number, number, number, string | undefined]>([
    ['nobody leaves', 0, 0, 100, undefined],
    ['nobody leaves now, many did within the last hour', 0, 50, 50, undefined],
    ['all of a few', 10, 0, 10, undefined],
    ['at the share', 20, 0, 100, undefined],
    ['above both', 21, 0, 100, 'TooManyMailboxesLeaving'],
    ['slowly: the last hour counts', 1, 20, 80, 'TooManyMailboxesLeaving'],
  ])('%s', (_, removals, recentRemovals, of, reason) => {
    const hold = holdLeavingMailboxes({ removals, recentRemovals, of }, limits);
    expect(hold).toEqual(reason && { reason, removals, of });
  });

  test('a share of 1 lets everybody leave', () => {
    const question = { removals: 100, recentRemovals: 0, of: 100 };
    expect(holdLeavingMailboxes(question, { maxRemovalShare: 1, maxRemovals: 0 })).toBeUndefined();
  });
});

test.each([
  ['a file that was halved', holdLostByFile, 'SourceUnexpectedlySmall'],
  ['a source that has nobody any more', holdLostBySource, 'SourceUnexpectedlyEmpty'],
])('what is lost with %s waits however little it is, unless every removal is allowed', (_, hold, reason) => {
  expect(hold(1, 2, limits)).toEqual({ reason, removals: 1, of: 2 });
  expect(hold(0, 2, limits)).toBeUndefined();
  expect(hold(1, 2, { maxRemovalShare: 1, maxRemovals: 0 })).toBeUndefined();
});
