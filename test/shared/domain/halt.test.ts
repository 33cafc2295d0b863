import { haltOf } from '../../../shared/domain/halt.ts';

test('a list stands still by its own halt or that of all lists, which goes before', () => {
  const [all, one] = ['all', 'one'].map(code => ({ at: 1, code, detail: '' }));
  const lists = new Map(one && [['staff', one]]);
  expect(['staff', 'partners'].map(list => haltOf({ everything: undefined, lists }, list))).toEqual([one, undefined]);
  expect(['staff', 'partners'].map(list => haltOf({ everything: all, lists }, list))).toEqual([all, all]);
});
