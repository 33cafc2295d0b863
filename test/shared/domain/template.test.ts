import type { Contact } from '../../../shared/domain/contact.ts';
import { compileTemplate } from '../../../shared/domain/template.ts';

const ada: Contact = {
  givenName: 'Ada',
  surname: 'Lovelace',
  companyName: 'Contoso',
  birthday: '1815-12-10',
  businessPhones: ['030 1234567', '030 7654321'],
  businessAddress: { city: 'Köln' },
  emailAddresses: [{ address: 'ada@contoso.example' }],
};

function render(text: string, contact = ada): string {
  const template = compileTemplate(text);
  if (typeof template === 'string') throw new Error(template);
  return template.render(contact);
}

test.each([
  ['{{ surname | upcase }}, {{ givenName }}', 'LOVELACE, Ada'],
  ['{{ givenName }}{% if jobTitle %} ({{ jobTitle }}){% endif %}', 'Ada'],
  ['{% unless nickName %}{{ givenName }}{% else %}{{ nickName }}{% endunless %}', 'Ada'],
  ['{% case companyName %}{% when "Contoso" %}ours{% else %}theirs{% endcase %}', 'ours'],
  [
    '{{ businessAddress.city }} {{ businessPhones[1] }} {{ emailAddresses[0].address }}',
    'Köln 030 7654321 ada@contoso.example',
  ],
  ['{{ businessPhones | join: " / " }}', '030 1234567 / 030 7654321'],
  ['{{ businessPhones | first | phone: "international", "DE" }}', '+49 30 1234567'],
  ['{{ birthday | date: "%d.%m.%Y" }} {{ birthday | date: "%-d/%-m/%y" }}', '10.12.1815 10/12/15'],
  ['{{ mobilePhone }} ', ''],
  ['{{ jobTitle | default: "Staff" }}', 'Staff'],
])('%s gives %s', (text, written) => {
  expect(render(text)).toBe(written);
});

test.each([
  ['{{ surname | append: "!" }}', 'Lovelace!'],
  ['{{ "ada" | capitalize }}', 'Ada'],
  ['{{ surname | downcase }}', 'lovelace'],
  ['{{ businessPhones | last }}', '030 7654321'],
  ['[{{ " a " | lstrip }}]', '[a ]'],
  ['{{ surname | prepend: "Countess " }}', 'Countess Lovelace'],
  ['{{ surname | remove: "lace" }}', 'Love'],
  ['{{ surname | replace: "lace", "joy" }}', 'Lovejoy'],
  ['[{{ " a " | rstrip }}]', '[ a]'],
  ['{{ businessPhones | size }}', '2'],
  ['{{ surname | slice: 0, 4 }}', 'Love'],
  ['{{ companyName | split: "t" | first }}', 'Con'],
  ['[{{ " a " | strip }}]', '[a]'],
  ['{{ surname | truncate: 5, "." }}', 'Love.'],
])('of Liquid’s filters there is %s', (text, written) => {
  expect(render(text)).toBe(written);
});

test.each([
  'mobilePhone',
  'businessPhones[1]',
  'birthday',
  'businessAddress.city',
  'emailAddresses[0].address',
  'emailAddresses[0].name',
])('a fault that shows only in a contact with %s is found before there is one', field => {
  expect(compileTemplate(`{% if ${field} %}{{ ${field} | phone: "national" }}{% endif %}`)).toMatch(
    /^the filter "phone"/,
  );
});

test('a list or an address as a whole does not run together', () => {
  expect(render('{{ businessPhones }}')).toBe('030 1234567, 030 7654321');
});

test('a value is never taken for a template, nor for a way out of one', () => {
  const givenName = '{{ surname }}{% for x in (1..9) %}';
  expect(render('{{ givenName }}', { ...ada, givenName })).toBe(givenName);
  expect(render('{{ givenName }}', { givenName: '__proto__' })).toBe('__proto__');
});

test.each([
  ['{{ surnme }}', /^"surnme" is not a field of a contact: did you mean "surname"\?$/],
  ['{{ businessAddress.town }}', /^an address has no part "town"; it has street, city/],
  ['{{ surname.constructor }}', /^"surname" has no part "constructor"$/],
  ['{{ surname | upper }}', /undefined filter: upper/],
  ['{{ surname | upcas }}', /undefined filter: upcas.*: did you mean "upcase"\?$/],
  ['{{ surname | sort }}', /undefined filter: sort/],
  ['{% for phone in businessPhones %}{{ phone }}{% endfor %}', /tag "for" not found/],
  ['{% include "secrets" %}', /tag "include" not found/],
  ['{% assign x = 1 %}', /tag "assign" not found/],
  ['{{ surname', /not closed/],
  ['{% if surname %}', /not closed/],
  ['{{ mobilePhone | phone: "national" }}', /^the filter "phone" takes one of "keep", "international", "e164"$/],
  ['{{ mobilePhone | phone: "e164", "Germany" }}', /^"Germany" is no region/],
  ['x'.repeat(2001), /^a template has at most 2000 characters$/],
])('%s is refused', (text, fault) => {
  expect(compileTemplate(text)).toMatch(fault);
});

test('a template names the fields that it reads, each once', () => {
  const template = compileTemplate('{{ surname }} {{ surname }}{% if jobTitle %} {{ businessPhones[0] }}{% endif %}');
  expect(typeof template === 'string' ? template : [...template.fields].sort()).toEqual([
    'businessPhones',
    'jobTitle',
    'surname',
  ]);
});

test.each([
  ['{{ businessPhones.first }}/{{ businessPhones.last }}/{{ businessPhones.size }}', '030 1234567/030 7654321/2'],
  ['{{ businessPhones[0] | phone: "international" }}', '030 1234567'],
  ['{{ emailAddresses.size }}', '1'],
  ['a'.repeat(2000), 'a'.repeat(2000)],
])('%s gives what it says', (text, written) => {
  expect(render(text)).toBe(written);
});

test.each([
  ['{{ businessPhones.number }}', '"businessPhones" has no part "number"'],
  ['{{ surname.first }}', '"surname" has no part "first"'],
  ['{{ surname[0] }}', '"surname" has no part "0"'],
  ['{{ businessAddress.first }}', 'an address has no part "first"; it has '],
])('%s is no part of it', (text, fault) => {
  expect(String(compileTemplate(text))).toContain(fault);
});
