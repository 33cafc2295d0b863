import { type Condition, fieldsOfCondition, meets } from '../../../shared/domain/condition.ts';
import type { Contact } from '../../../shared/domain/contact.ts';

const ada: Contact = {
  displayName: 'Ada',
  department: 'Sales',
  jobTitle: ' Countess ',
  categories: ['Public', 'VIP'],
  businessPhones: ['+49 30 1', '+49 30 2'],
  emailAddresses: [{ name: 'Ada' }, { address: 'Ada@Contoso.example' }],
  businessAddress: { city: 'Köln' },
};

test.each<[boolean, Condition]>([
  [true, { field: 'department', in: ['Purchasing', ' sales '] }],
  [false, { field: 'department', in: ['Sale'] }],
  [true, { field: 'department', startsWith: 'SAL' }],
  [false, { field: 'companyName', startsWith: 'S' }],
  [true, { field: 'categories', has: 'public' }],
  [false, { field: 'categories', has: 'pub' }],
  [true, { field: 'emailAddresses', has: 'ada@contoso.example' }],
  [true, { field: 'businessAddress.city', in: ['KÖLN'] }],
  [true, { field: 'businessPhones[1]', startsWith: '+49' }],
  [false, { field: 'mobilePhone', exists: true }],
  [true, { field: 'mobilePhone', exists: false }],
  [true, { field: 'businessAddress', exists: true }],
  [true, { all: [{ field: 'department', exists: true }, { not: { field: 'mobilePhone', exists: true } }] }],
  [
    false,
    {
      any: [
        { field: 'mobilePhone', exists: true },
        { field: 'companyName', exists: true },
      ],
    },
  ],
  [
    false,
    {
      all: [
        { field: 'department', exists: true },
        { field: 'mobilePhone', exists: true },
      ],
    },
  ],
  [
    true,
    {
      any: [
        { field: 'mobilePhone', exists: true },
        { field: 'department', exists: true },
      ],
    },
  ],
  [true, { field: 'jobTitle', in: ['countess'] }],
  [false, { field: 'emailAddresses', has: '' }],
  [false, { field: 'nonsense[', exists: true }],
])('%s: %j', (met, condition) => {
  expect(meets(ada, condition)).toBe(met);
});

test('a condition names the fields that it looks at', () => {
  const condition: Condition = {
    all: [
      { field: 'department', in: ['Sales'] },
      { any: [{ field: 'businessPhones[1]', exists: true }, { not: { field: 'businessAddress.city', has: 'Bern' } }] },
      { field: 'nonsense[', exists: true },
    ],
  };
  expect(fieldsOfCondition(condition)).toEqual(['department', 'businessPhones', 'businessAddress']);
});

test('what names no field looks at none', () => {
  // toEqual takes [undefined] for [].
  expect(fieldsOfCondition({ field: 'nonsense[', exists: true })).toStrictEqual([]);
});

test('an e-mail entry without an address is none', () => {
  expect(meets({ emailAddresses: [{ name: 'Ada' }] }, { field: 'emailAddresses', exists: true })).toBe(false);
});
