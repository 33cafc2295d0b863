import { formatDate } from '../../../shared/domain/dateFormat.ts';

test.each([
  ['%d.%m.%Y', '05.03.1906'],
  ['%-d.%-m.%y', '5.3.06'],
  ['100%% on %Y', '100% on 1906'],
  ['%q and %-Y stay', '%q and %-Y stay'],
  ['without a part', 'without a part'],
])('a date in the format %s', (format, text) => {
  expect(formatDate('1906-03-05', format)).toBe(text);
});

test('a month and a day of two digits need no zero', () => {
  expect(formatDate('1906-12-10', '%-d.%-m.')).toBe('10.12.');
});

test.each(['', 'soon', '1906-3-5', '1906-03-05T00:00:00Z', 'on 1906-03-05', '01906-03-05'])(
  'what is no date stays as it is: "%s"',
  text => {
    expect(formatDate(text, '%Y')).toBe(text);
  },
);
