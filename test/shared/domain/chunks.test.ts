import { chunksOf } from '../../../shared/domain/chunks.ts';
import { countOf } from '../../../shared/domain/countOf.ts';

test.each([
  [0, []],
  [3, [[0, 1, 2]]],
  [4, [[0, 1, 2], [3]]],
  [
    6,
    [
      [0, 1, 2],
      [3, 4, 5],
    ],
  ],
])('%i items, three at a time', (count, chunks) => {
  const items = Array.from({ length: count }, (_, index) => index);
  expect(chunksOf(items, 3)).toEqual(chunks);
});

test('what is counted is named in the singular for one alone', () => {
  expect([0, 1, 2].map(count => countOf(count, 'contact'))).toEqual(['0 contacts', '1 contact', '2 contacts']);
  expect([1, 2].map(count => countOf(count, 'mailbox', 'mailboxes'))).toEqual(['1 mailbox', '2 mailboxes']);
});
