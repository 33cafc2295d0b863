import fc from 'fast-check';
import type { Contact } from '../../../shared/domain/contact.ts';
import {
  differingFields,
  fingerprint,
  fingerprintFields,
  fingerprintOfList,
  inDoubt,
  isInDoubt,
} from '../../../shared/domain/fingerprint.ts';
import { contacts } from './arbitraries.ts';

function reversedKeys<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, part]) => [key, reversedKeys(part)])) as Value;
}

describe('fingerprint', () => {
  test('is 16 hexadecimal digits', () => {
    expect(fingerprint('Ada')).toMatch(/^[0-9a-f]{16}$/);
  });

  test('does not depend on the order of keys', () => {
    fc.assert(fc.property(contacts, contact => expect(fingerprint(reversedKeys(contact))).toBe(fingerprint(contact))));
  });

  test('of a list is that of its text', () => {
    fc.assert(fc.property(fc.array(contacts), list => expect(fingerprintOfList(list)).toBe(fingerprint(list))));
  });

  test('differs for different contacts', () => {
    fc.assert(
      fc.property(contacts, contacts, (left, right) => {
        const same = JSON.stringify(reversedKeys(left)) === JSON.stringify(reversedKeys(right));
        fc.pre(!same);
        try {
          expect(left).toEqual(right);
        } catch {
          expect(fingerprint(left)).not.toBe(fingerprint(right));
        }
      }),
    );
  });

  test.each<[string, unknown, unknown]>([
    ['case', 'ada', 'Ada'],
    ['order of a list', ['1', '2'], ['2', '1']],
    ['kind', '1', ['1']],
    ['composition of letters', '\u00e9', 'e\u0301'],
    ['text cut elsewhere', ['a', 'b'], ['ab']],
  ])('tells apart by %s', (_, left, right) => {
    expect(fingerprint(left)).not.toBe(fingerprint(right));
  });
});

describe('fingerprintFields', () => {
  test('has a print for each field that is set, and for no other', () => {
    fc.assert(
      fc.property(contacts, contact =>
        expect(Object.keys(fingerprintFields(contact)).sort()).toEqual(Object.keys(contact).sort()),
      ),
    );
  });
});

describe('differingFields', () => {
  const before: Contact = { displayName: 'Ada', department: 'Analysis', mobilePhone: '1' };

  test.each<[string, Contact, string[]]>([
    ['nothing', before, []],
    ['a changed field', { ...before, department: 'Engines' }, ['department']],
    ['an added field', { ...before, title: 'Countess' }, ['title']],
    ['a removed field', { displayName: 'Ada', department: 'Analysis' }, ['mobilePhone']],
    ['a field that is not managed', { ...before, nickName: 'AL' }, []],
  ])('names %s', (_, after, fields) => {
    const managed = ['displayName', 'department', 'mobilePhone', 'title'] as const;
    expect(differingFields(managed, fingerprintFields(after), fingerprintFields(before))).toEqual(fields);
  });
});

test('a field in doubt differs from every value, and the others are as they were', () => {
  const written = fingerprintFields({ displayName: 'Ada', jobTitle: 'Countess' });
  const doubted = inDoubt(written, ['jobTitle', 'mobilePhone']);
  expect(doubted.displayName).toBe(written.displayName);
  expect((['displayName', 'jobTitle', 'mobilePhone'] as const).map(field => isInDoubt(field, doubted))).toEqual([
    false,
    true,
    true,
  ]);
  expect(differingFields(['displayName', 'jobTitle', 'mobilePhone'], written, doubted)).toEqual([
    'jobTitle',
    'mobilePhone',
  ]);
  expect(isInDoubt('surname', doubted)).toBe(false);
});

test('nothing has a fingerprint of its own', () => {
  expect(fingerprint(undefined)).toBe(fingerprint(undefined));
  expect(fingerprint(undefined)).not.toBe(fingerprint('Stryker was here!'));
  expect(fingerprintOfList([1, undefined])).toBe(fingerprint([1, undefined]));
});
