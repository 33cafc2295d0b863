import { isHeld } from '../../../shared/domain/lease.ts';

const [now, length] = [10_000, 100];

test.each([
  ['ends now', now, false],
  ['ended before', now - 1, false],
  ['ends later', now + 1, true],
  ['lasts twice its length', now + 2 * length, true],
  ['would last longer than any: a clock was wrong', now + 2 * length + 1, false],
])('a lease that %s', (_, expiresAt, expected) => {
  expect(isHeld(expiresAt, now, length)).toBe(expected);
});
