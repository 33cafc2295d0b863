import fc from 'fast-check';
import {
  categoriesLeft,
  doubtfulCategories,
  mergeCategories,
  nextCategories,
  writtenCategories,
} from '../../../shared/domain/categories.ts';
import { fingerprint } from '../../../shared/domain/fingerprint.ts';

const all: readonly string[] = ['A', 'B', 'C', 'D', 'E'];
const names = fc.uniqueArray(fc.constantFrom(...all));

describe('mergeCategories', () => {
  test('leaves what nobody wrote, brings what is new to it and takes what is wanted no more', () => {
    fc.assert(
      fc.property(names, names, names, (present, written, wanted) => {
        const merged = mergeCategories(present, written, wanted);
        const expected = all.filter(name => {
          if (written.includes(name) === wanted.includes(name)) return present.includes(name);
          return wanted.includes(name);
        });
        expect([...merged].sort()).toEqual(expected);
      }),
    );
  });

  test('does the same once more', () => {
    fc.assert(
      fc.property(names, names, names, (present, written, wanted) => {
        const merged = mergeCategories(present, written, wanted);
        expect(mergeCategories(merged, written, wanted)).toEqual(merged);
      }),
    );
  });
});

describe('writtenCategories', () => {
  test('finds what was written among what is there by its fingerprint', () => {
    fc.assert(
      fc.property(names, names, (written, others) => {
        const present = [...written, ...others.filter(name => !written.includes(name))];
        const fields = written.length > 0 ? { categories: fingerprint(written) } : {};
        expect(writtenCategories({ fields }, present)).toEqual(written);
      }),
    );
  });

  test('takes everything for the user’s where it cannot be found, or among too many names', () => {
    const fields = { categories: fingerprint(['A', 'B']) };
    expect(writtenCategories({ fields }, ['A', 'C'])).toEqual([]);
    const many = Array.from({ length: 40 }, (_, index) => `${index}`);
    expect(writtenCategories({ fields }, ['A', 'B', ...many])).toEqual([]);
    expect(writtenCategories({ fields: { categories: fingerprint(many) } }, many)).toEqual(many);
  });
});

test('one of the names that were wanted is there in other letters: it stays as the user has it', () => {
  expect(mergeCategories(['a', 'Own'], ['A'], ['A'])).toEqual(['a', 'Own']);
  expect(mergeCategories(['b', 'a'], ['A', 'B'], ['A', 'B'])).toEqual(['A', 'B']);
  expect(mergeCategories(['C'], ['A', 'B'], ['A'])).toEqual(['C']);
});

describe('nextCategories', () => {
  const ours = { categories: ['A', 'B'], fields: { categories: fingerprint(['A', 'B']) }, state: 'written' as const };

  test('what the user took away of ours stays away', () => {
    expect(nextCategories(ours, ['A'], ['A', 'B'])).toEqual(['A']);
  });

  test.each([
    ['of the contact', { ...ours, state: 'unknown' as const }],
    ['of the field', { ...ours, fields: { categories: '' } }],
  ])('all that is wanted comes where a write %s is in doubt, and only what is there was ours', (_, entry) => {
    expect(nextCategories(entry, ['A', 'Own'], ['A', 'B'])).toEqual(['A', 'Own', 'B']);
    expect(nextCategories(entry, ['A', 'Own'], ['B'])).toEqual(['Own', 'B']);
  });
});

test('what may have been written is what was, and what was tried beside it', () => {
  expect(doubtfulCategories(['A', 'B'], ['b', 'C'])).toEqual(['A', 'B', 'C']);
});

describe('categoriesLeft', () => {
  const ours = { categories: ['A', 'B'], fields: { categories: fingerprint(['A', 'B']) } };

  test.each([
    ['all of them', ours, ['b', 'Own', 'A'], undefined],
    ['one of them', ours, ['B', 'Own'], ['B']],
    ['none of them', ours, ['Own'], []],
    ['none, of a contact that we gave none', { fields: {} }, ['Own'], undefined],
    ['nobody knows which, of a row of an earlier version', { fields: { categories: fingerprint(['A']) } }, ['Own'], []],
  ])('%s', (_, entry, present, left) => {
    expect(categoriesLeft(entry, present)).toEqual(left);
  });
});

test('ten names are tried in every selection, eleven only as they are', () => {
  const ten = Array.from({ length: 10 }, (_, index) => `${index}`);
  const fields = { categories: fingerprint(['0', '9']) };
  expect(writtenCategories({ fields }, ten)).toEqual(['0', '9']);
  expect(writtenCategories({ fields }, [...ten, '10'])).toEqual([]);
});
