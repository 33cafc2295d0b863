import fc from 'fast-check';
import { mergeCategories, writtenCategories } from '../../../shared/domain/categories.ts';
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
