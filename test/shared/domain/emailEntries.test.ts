import { addressesOf, haveSameAddresses, withoutUnaddressed } from '../../../shared/domain/emailEntries.ts';

test('addresses are compared without case and blanks around them; entries without one do not count', () => {
  const contact = { emailAddresses: [{ address: ' Ada@Contoso.example ' }, { name: 'Ada' }, { address: '  ' }] };
  expect(addressesOf(contact)).toEqual(['ada@contoso.example']);
  expect(addressesOf({})).toEqual([]);
});

test.each([
  ['the name beside an address', [{ address: 'a@x.example', name: 'A' }], [{ address: 'A@x.example' }], true],
  ['an address', [{ address: 'a@x.example' }], [{ address: 'b@x.example' }], false],
  ['one more address', [{ address: 'a@x.example' }], [{ address: 'a@x.example' }, { address: 'b@x.example' }], false],
  ['where an address begins', [{ address: 'ab' }, { address: 'c' }], [{ address: 'a' }, { address: 'bc' }], false],
])('%s tells two contacts apart, or does not', (_, one, other, same) => {
  expect(haveSameAddresses({ emailAddresses: one }, { emailAddresses: other })).toBe(same);
});

test('entries without an address are left out, and the field with the last of them', () => {
  const surname = 'King';
  const addressed = { address: 'a@x.example' };
  expect(withoutUnaddressed({ surname, emailAddresses: [{ name: 'Ada' }, addressed] })).toEqual({
    surname,
    emailAddresses: [addressed],
  });
  expect(withoutUnaddressed({ surname, emailAddresses: [{ name: 'Ada' }] })).toStrictEqual({ surname });
  expect(withoutUnaddressed({ surname, emailAddresses: [addressed] })).toBeUndefined();
  expect(withoutUnaddressed({ surname })).toBeUndefined();
});
