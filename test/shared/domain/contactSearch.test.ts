import { createContactSearch, hasName } from '../../../shared/domain/contactSearch.ts';

const ada = {
  displayName: 'Countess of Lovelace',
  givenName: 'Ada',
  surname: 'Lovelace',
  nickName: 'Enchantress',
  companyName: 'Analytical Engines',
  yomiGivenName: 'エイダ',
  yomiSurname: 'ラブレス',
  yomiCompanyName: 'カイセキ',
  department: 'Programs',
  emailAddresses: [{ address: 'a.king@contoso.example', name: 'Augusta' }, { name: 'No address' }],
};

test.each([
  ['nothing', ''],
  ['blanks', '  '],
  ['a part of the full name', 'countess'],
  ['a given name', 'ada'],
  ['a surname', 'LOVELACE'],
  ['a nickname', 'enchant'],
  ['a company', 'engines'],
  ['the reading of a given name', 'エイダ'],
  ['the reading of a surname', 'ラブレス'],
  ['the reading of a company', 'カイセキ'],
  ['an address', 'a.king@contoso'],
  ['words of several fields, in any order and with any blanks between', ' engines \t ada '],
  ['accents that the contact does not have', 'Adá Lövelace'],
])('%s finds the contact', (_, text) => {
  expect(createContactSearch(text)(ada)).toBe(true);
});

test.each([
  ['a department', 'programs'],
  ['a word of the contact beside one that it does not have', 'ada grace'],
  ['the name beside an address', 'augusta'],
  ['a word over the end of one field and the start of the next', 'adalovelace'],
  ['what a contact without the field has in place of it', 'undefined'],
])('%s does not find it', (_, text) => {
  expect(createContactSearch(text)(ada)).toBe(false);
});

test('a contact with accents is found without them, and one with nothing by nothing only', () => {
  expect(createContactSearch('sigriður MULLER')({ displayName: 'Sigríður Müller' })).toBe(true);
  expect(createContactSearch('')({})).toBe(true);
  expect(createContactSearch('undefined')({})).toBe(false);
});

test.each([
  ['the same', 'Zoë Müller', true],
  ['the same in another case and without accents', 'zoe MULLER', true],
  ['the same between blanks', ' Zoë Müller ', true],
  ['a part of it', 'Zoë', false],
  ['none', '', false],
])('a full name that is %s', (_, name, isIt) => {
  expect(hasName({ displayName: 'Zoë Müller' }, name)).toBe(isIt);
});

test('a contact without a full name has the empty one', () => {
  expect([hasName({}, ''), hasName({}, 'Ada')]).toEqual([true, false]);
});
