import { rewritePhone, staysAsItIs } from '../../../shared/domain/phone.ts';

const german = { format: 'international', region: 'DE' } as const;

test.each([
  ['030 1234567', '+49 30 1234567'],
  ['(030) 123 45 67', '+49 30 1234567'],
  ['+49 (0)30 1234567', '+49 30 1234567'],
  ['0049 30 1234567', '+49 30 1234567'],
  ['+1 206 555 0123', '+1 206 555 0123'],
  ['+39 06 1234 5678', '+39 06 1234 5678'],
  ['030 1234567 ext. 89', '+49 30 1234567 ext. 89'],
  ['030 1234567;ext=89', '+49 30 1234567 ext. 89'],
  ['030 1234567 ext 89', '+49 30 1234567 ext. 89'],
  ['+1 206 555 0123 x45', '+1 206 555 0123 ext. 45'],
  ['030 1234567 доб. 89', '+49 30 1234567 ext. 89'],
  ['030 1234567,,12', '+49 30 1234567 ext. 12'],
  ['030 1234567 #12', '+49 30 1234567 ext. 12'],
  ['tel:+12125550100;ext=12', '+1 212 555 0100 ext. 12'],
  ['+49 030 1234567', '+49 30 1234567'],
  ['+378 0549 886384', '+378 0549 886384'],
  ['+225 01 23 45 67 89', '+225 01 23 45 6789'],
  ['+800 12345678', '+800 1234 5678'],
  ['030 1234567x45', '+49 30 1234567 ext. 45'],
  ['030 1234567 доб 45', '+49 30 1234567 ext. 45'],
])('%s is written %s', (text, written) => {
  expect(rewritePhone(text, german)).toBe(written);
  expect(rewritePhone(written, german)).toBe(written);
});

test('is written without blanks where E.164 is asked for, with its extension', () => {
  const rule = { format: 'e164', region: 'DE' } as const;
  expect(rewritePhone('030 / 123 45 67', rule)).toBe('+49301234567');
  expect(rewritePhone('030 1234567 ext. 89', rule)).toBe('+49301234567 ext. 89');
});

test.each([
  ['a text of sixty characters', '030 1234567 or, when nobody answers, the desk at 030 7654321'],
  ['a short number', '4711'],
  ['a number that nobody has', '+1 555 0100'],
  ['a number that is valid to the smaller sets of rules alone', '+64 09 123 4567'],
  ['a number of Mexico before 2020', '+52 1 55 1234 5678'],
  ['digits that nothing tells to be an extension', '030 1234567;12'],
  ['an extension that is dialled after the number', '+49 30 1234567-12'],
  ['a second number', '030 1234567 / 030 7654321'],
  ['a second number in words', '030 1234567 or 7654321'],
  ['a word before it', 'Tel: 030 1234567'],
  ['a word behind it', '030 1234567 mobile'],
  ['a German extension', '030 1234567 Dw 89'],
  ['letters that are dialled', '1-800-FLOWERS'],
  ['letters after a country code', '+1 800 FLOWERS'],
  ['another number behind a slash', '+420 123 456 789 / 321'],
  ['an extension behind a slash', '030 1234567 / 321'],
  ['an extension behind a dash', '030 1234567 - 12'],
  ['a trunk zero that the country does not have', '+48 0 22 123 45 67'],
  ['no number', 'ask reception'],
  ['nothing', ''],
  ['a context', 'tel:7042;phone-context=contoso.example'],
])('%s stays as it is: %s', (_, text) => {
  expect(rewritePhone(text, german)).toBe(text);
});

test('is read as the region dials', () => {
  const read = (text: string, region: string) => rewritePhone(text, { format: 'international', region });
  expect(read('011 49 30 1234567', 'US')).toBe('+49 30 1234567');
  expect(read('x4711', 'US')).toBe('x4711');
  // The 15 of a mobile phone would be lost.
  expect(read('011 15-2345-6789', 'AR')).toBe('011 15-2345-6789');
});

test('stays as it is without a region where it has no country code, and where nothing is asked for', () => {
  expect(rewritePhone('030 1234567', { format: 'international' })).toBe('030 1234567');
  expect(rewritePhone('030 1234567', { format: 'keep', region: 'DE' })).toBe('030 1234567');
});

test('is the same number however it is written as a link', () => {
  expect(rewritePhone('tel:+49 30 1234567', german)).toBe('+49 30 1234567');
  expect(rewritePhone('  TEL:+49-30-1234567', german)).toBe('+49 30 1234567');
});

test.each([
  ['a region that is none', '030 1234567', 'XX'],
  ['a number that goes on after a slash', '030 123456/7', 'DE'],
  ['digits that the library leaves out', '011 15 1234 5678', 'AR'],
])('stays as it is: %s', (_, text, region) => {
  expect(rewritePhone(text, { format: 'international', region })).toBe(text);
});

test('stays as it is with a context, however often it is asked', () => {
  const text = 'tel:030 1234567;phone-context=+49';
  expect([1, 2, 3].map(() => rewritePhone(text, german))).toEqual([text, text, text]);
});

test.each([
  ['+49 30 901820', 'e164', false],
  ['ask the desk', 'e164', true],
  ['ask the desk', 'international', true],
  ['ask the desk', 'keep', false],
  ['+49 30 901820', 'keep', false],
] as const)('a rule leaves %s alone, asked for %s: %s', (text, format, stays) => {
  expect(staysAsItIs(text, { format, region: undefined })).toBe(stays);
});

test.each([
  ['a word before the number', 'desk +49 30 901820'],
  ['a digit that is none of the number', '7 +49 30 901820'],
  ['a region that nobody knows', '030 901820'],
])('stays as it is with %s', (_, text) => {
  expect(rewritePhone(text, { format: 'e164', region: 'ZZ' })).toBe(text);
});

test('a number of a country without a trunk prefix is written with its country code', () => {
  expect(rewritePhone('(206) 555-0123', { format: 'international', region: 'US' })).toBe('+1 206 555 0123');
});
