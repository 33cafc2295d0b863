import { isPrivateMark, withoutPrivateMark } from '../../../shared/domain/privateMark.ts';

test.each(
  ['Private', ' privat ', 'TRUE', 't', 'Wahr', 'yes', 'Y', 'ja', 'on', 'ein', '1', '2', 'X'].map(text => [text]),
)('"%s" marks a contact as private', text => {
  expect(isPrivateMark(text)).toBe(true);
});

test.each(['', '0', 'no', 'false', 'Normal', 'privately', '12'].map(text => [text]))('"%s" does not', text => {
  expect(isPrivateMark(text)).toBe(false);
});

test('a list that shares what is private gets it without the mark', () => {
  const contact = { displayName: 'Ada', sensitivity: 'private' as const };
  expect(withoutPrivateMark({ id: 'a', contact })).toStrictEqual({ id: 'a', contact: { displayName: 'Ada' } });
  for (const row of [
    { id: 'a', contact: { displayName: 'Ada' } },
    { id: 'a', contact: null },
  ]) {
    expect(withoutPrivateMark(row)).toBe(row);
  }
});
