import { contactFields } from '../../../shared/domain/contact.ts';
import {
  type ColumnValue,
  fillContact,
  findColumnFault,
  hasName,
  parseColumnTarget,
  targetOfColumn,
} from '../../../shared/domain/contactColumns.ts';

function fill(columns: Readonly<Record<string, ColumnValue>>, limits: Parameters<typeof fillContact>[1] = {}) {
  const values = Object.entries(columns).map(([name, value]) => {
    const target = parseColumnTarget(name);
    if (typeof target === 'string') throw new Error(target);
    return { target, value };
  });
  return fillContact(values, limits);
}

describe('a column fills without being told', () => {
  test.each(contactFields)('%s, which it is called', field => {
    expect(targetOfColumn(field)).toBe(field);
  });

  test.each([
    ['given_name', 'givenName'],
    ['Sensitivity', 'sensitivity'],
    ['GIVEN NAME', 'givenName'],
    ['Given-Name', 'givenName'],
    ['given.name', 'givenName'],
    ['business_address_city', 'businessAddress.city'],
    ['homeAddressPostalCode', 'homeAddress.postalCode'],
    ['otherAddress.countryOrRegion', 'otherAddress.countryOrRegion'],
    ['email', 'emailAddresses[0]'],
    ['Email2', 'emailAddresses[1]'],
    ['e-mail 3', 'emailAddresses[2]'],
    ['emailAddress', 'emailAddresses[0]'],
    ['email address 3', 'emailAddresses[2]'],
    ['businessPhone', 'businessPhones[0]'],
    ['businessPhone5', 'businessPhones[4]'],
    ['homePhone', 'homePhones[0]'],
    ['home phone 5', 'homePhones[4]'],
  ])('%s: %s', (name, target) => {
    expect(targetOfColumn(name)).toBe(target);
  });

  test.each(['', 'email1', 'email4', 'emailAddress4', 'businessPhone6', 'homePhone1', 'salary', 'city'])(
    'nothing: "%s"',
    name => {
      expect(targetOfColumn(name)).toBeUndefined();
    },
  );
});

test.each([
  ['jobTitle', { from: 'field', field: 'jobTitle' }],
  ['emailAddresses[0]', { from: 'emailElement', part: 'address', index: 0 }],
  ['emailAddresses[2].name', { from: 'emailElement', part: 'name', index: 2 }],
  ['emailAddresses[1].address', { from: 'emailElement', part: 'address', index: 1 }],
  ['businessPhones[1]', { from: 'listElement', field: 'businessPhones', index: 1 }],
  ['homeAddress.city', { from: 'addressPart', field: 'homeAddress', part: 'city' }],
])('%s is something that a column can fill', (text, target) => {
  expect(parseColumnTarget(text)).toEqual(target);
  expect(findColumnFault(text)).toBeUndefined();
});

test.each([
  ['emailAddresses[3]', /emailAddresses\[0\] to emailAddresses\[2\]/],
  ['emailAddresses[0].street', /is not/],
  ['xemailAddresses[0]', /is not/],
  ['emailAddresses[0]x', /is not/],
  ['homeAddress', /a part of an address: homeAddress\.street, homeAddress\.city, homeAddress\.postalCode/],
])('%s is none', (text, fault) => {
  expect(findColumnFault(text)).toMatch(fault);
});

test('columns of one text are joined in their order, without empty ones', () => {
  expect(fill({ jobTitle: ['Chief', ' ', 'Engineer'], department: '', surname: '  ' })).toEqual({
    contact: { jobTitle: 'Chief, Engineer' },
    unfit: [],
  });
});

test('columns that fill the same are joined, too', () => {
  const values = ['Chief', 'Engineer'].map(value => ({ target: { from: 'field', field: 'jobTitle' } as const, value }));
  expect(fillContact(values, {}).contact).toEqual({ jobTitle: 'Chief, Engineer' });
});

test('streets are lines, other parts of an address go behind each other', () => {
  const of = (part: 'street' | 'city', value: string) => ({
    target: { from: 'addressPart', field: 'homeAddress', part } as const,
    value,
  });
  const values = [of('street', 'Hall'), of('street', 'Square 12'), of('city', 'London'), of('city', 'SW1')];
  expect(fillContact(values, {}).contact).toEqual({ homeAddress: { street: 'Hall\nSquare 12', city: 'London, SW1' } });
});

test('an address that comes whole does not fit, and its parts stay', () => {
  const whole = { target: { from: 'field', field: 'homeAddress' }, value: 'Square 12, London' } as const;
  const part = { target: { from: 'addressPart', field: 'homeAddress', part: 'city' }, value: 'London' } as const;
  expect(fillContact([whole], {})).toEqual({ contact: {}, unfit: ['homeAddress'] });
  expect(fillContact([whole, part], {})).toEqual({
    contact: { homeAddress: { city: 'London' } },
    unfit: ['homeAddress'],
  });
});

test('whole lists come before elements, elements in their order, each text once, and no more than fit', () => {
  const columns = { 'businessPhones[1]': '3', 'businessPhones[0]': '2', businessPhones: ['1', '2'] };
  expect(fill(columns)).toEqual({ contact: { businessPhones: ['1', '2', '3'] }, unfit: [] });
  expect(fill(columns, { businessPhones: 3 })).toEqual({ contact: { businessPhones: ['1', '2', '3'] }, unfit: [] });
  expect(fill(columns, { businessPhones: 2 })).toEqual({
    contact: { businessPhones: ['1', '2'] },
    unfit: ['businessPhones'],
  });
});

test('addresses get the names beside them, unless those say the same', () => {
  const columns = {
    'emailAddresses[1]': 'b@x.example',
    'emailAddresses[1].name': ['B', 'C'],
    'emailAddresses[0].name': 'a@x.example',
    'emailAddresses[0]': 'a@x.example',
    'emailAddresses[2].name': 'Nobody',
  };
  expect(fill(columns)).toStrictEqual({
    contact: {
      emailAddresses: [{ address: 'a@x.example' }, { name: 'B, C', address: 'b@x.example' }, { name: 'Nobody' }],
    },
    unfit: [],
  });
});

test('a contact has three e-mail addresses, those of a whole list first', () => {
  const all = { 'emailAddresses[0]': 'd@x.example', emailAddresses: ['a@x.example', 'b@x.example', 'c@x.example'] };
  expect(fill(all)).toEqual({
    contact: { emailAddresses: [{ address: 'a@x.example' }, { address: 'b@x.example' }, { address: 'c@x.example' }] },
    unfit: ['emailAddresses'],
  });
  const { emailAddresses } = all;
  expect(fill({ emailAddresses }).unfit).toEqual([]);
});

test.each([
  ['2000-02-29', true],
  ['1900-02-29', false],
  ['1904-02-29', true],
  ['1903-02-29', false],
  ['1903-02-28', true],
  ['2026-01-31', true],
  ['2026-04-31', false],
  ['2026-04-30', true],
  ['2026-12-31', true],
  ['2026-12-32', false],
  ['2026-13-01', false],
  ['2026-00-10', false],
  ['2026-10-00', false],
  ['0000-10-10', false],
  ['0001-01-01', true],
  ['10.12.1815', false],
  ['2026-1-1', false],
  ['x2026-01-01', false],
  ['2026-01-01x', false],
])('the birthday %s is one: %s', (birthday, isOne) => {
  expect(fill({ birthday })).toStrictEqual(
    isOne ? { contact: { birthday }, unfit: [] } : { contact: {}, unfit: ['birthday'] },
  );
});

test.each([
  ['private', true],
  ['Privat ', true],
  ['TRUE', true],
  ['Wahr', true],
  ['2', true],
  ['Normal', false],
  ['False', false],
  ['0', false],
  ['', false],
])('a contact whose sensitivity is "%s" is private: %s', (sensitivity, isPrivate) => {
  const mark = isPrivate ? { sensitivity: 'private' } : {};
  expect(fill({ displayName: 'Ada', sensitivity }).contact).toEqual({ displayName: 'Ada', ...mark });
});

test('a contact is private where any of the columns and texts that tell it says so', () => {
  const target = { from: 'sensitivity' } as const;
  const values = [
    { target, value: 'Normal' },
    { target, value: ['Private', 'Normal'] },
  ];
  expect(fillContact(values, {}).contact).toEqual({ sensitivity: 'private' });
});

test.each([
  ['a display name', { displayName: 'Ada' }],
  ['a given name', { givenName: 'Ada' }],
  ['a surname', { surname: 'King' }],
  ['a company', { companyName: 'Engines' }],
  ['an e-mail address', { emailAddresses: [{ address: 'a@x.example' }] }],
])('%s shows a contact', (_, contact) => {
  expect(hasName(contact)).toBe(true);
});

test('a telephone number alone does not', () => {
  expect(hasName({ mobilePhone: '1', jobTitle: 'Clerk' })).toBe(false);
});

test('who owns a contact is told by a column of its own', () => {
  expect(parseColumnTarget('owners')).toEqual({ from: 'owners' });
  expect(findColumnFault('owners')).toBeUndefined();
  expect(fill({ owners: ['ada@x.example', ' ', 'grace@x.example'], jobTitle: 'Chief' })).toEqual({
    contact: { jobTitle: 'Chief', owners: ['ada@x.example', 'grace@x.example'] },
    unfit: [],
  });
  expect(fill({ owners: '', jobTitle: 'Chief' }).contact).toStrictEqual({ jobTitle: 'Chief' });
});

test('a part of an address of several columns goes into one line, and only a list keeps its places', () => {
  const city = (value: string) => ({
    target: { from: 'addressPart', field: 'homeAddress', part: 'city' } as const,
    value,
  });
  expect(fillContact([{ ...city(''), value: ['London', 'SW1'] }], {})).toEqual({
    contact: { homeAddress: { city: 'London, SW1' } },
    unfit: [],
  });
});
