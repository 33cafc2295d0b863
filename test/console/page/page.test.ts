import { nextPause } from '../../../functions/console/page/backOff.ts';
import { hrefOf, parsePlace } from '../../../functions/console/page/place.ts';
import { adviceFor } from '../../../functions/console/page/problemAdvice.ts';
import { groupByCause } from '../../../functions/console/page/problemGroups.ts';
import { writeCsv } from '../../../shared/api/csv.ts';

test('a link leads back to the place that it was made of, whatever its parts hold', () => {
  const path = ['lists', 'a/b?c#d', 'contacts'];
  const query = { text: 'Zoé & "Co" +1%' };
  expect(parsePlace(hrefOf(path, query))).toEqual({ path, query });
  expect(hrefOf([], { text: undefined, state: '' })).toBe('#/');
});

test.each([
  ['#/lists/%E0%A4%A', ['lists', '%E0%A4%A']],
  ['', []],
  ['#lists', ['lists']],
])('the address %j, which no link of the page made, is read all the same', (hash, path) => {
  expect(parsePlace(hash).path).toEqual(path);
});

test('what moves is looked at every two seconds, what rests ever less, and never less than every half minute', () => {
  let pause = nextPause(undefined, false);
  const pauses = Array.from({ length: 10 }, () => {
    pause = nextPause(pause, false);
    return pause;
  });
  expect(pauses.slice(0, 2)).toEqual([3_000, 4_500]);
  expect(pauses.at(-1)).toBe(30_000);
  expect(nextPause(pause, true)).toBe(2_000);
});

test.each([
  ['a, b', '"a, b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\r\nlines', '"two\r\nlines"'],
  ['=1+1', "'=1+1"],
  ['+49 30 1', "'+49 30 1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['-12.5', '-12.5'],
  ['', ''],
])('the cell %j is written %j', (cell, written) => {
  expect(writeCsv([[cell, 'x']])).toBe(`\ufeff${written},x\r\n`);
});

test('problems are grouped by cause: what stops whole lists first, then what most mailboxes have', () => {
  const problem = (code: string, mailbox?: string) => ({
    code,
    detail: code,
    list: 'staff',
    ...(mailbox ? { mailbox } : {}),
  });
  const causes = groupByCause([problem('Rare', 'a'), problem('Often', 'a'), problem('Often', 'b'), problem('List')]);
  expect(causes.map(({ code, problems, details }) => [code, problems.length, details])).toEqual([
    ['List', 1, ['List']],
    ['Often', 2, ['Often']],
    ['Rare', 1, ['Rare']],
  ]);
});

test('a cause that nobody described is called by its code in words, and leads to the connection test', () => {
  expect(adviceFor('ErrorSomethingNew')).toEqual({
    title: 'Something new',
    mend: expect.stringContaining('connection test'),
  });
});
