import { NcrontabError, type NcrontabSchedule, parseNcrontab } from '../../../shared/settings/ncrontab.ts';
import { type Answer, readTable } from '../../dotnet/ncrontab/table.ts';

/** As the table has it. */
function answer([expression, start]: Answer): Answer {
  let schedule: NcrontabSchedule;
  try {
    schedule = parseNcrontab(expression);
  } catch (error) {
    if (!(error instanceof NcrontabError)) throw error;
    return [expression, start, null];
  }
  return [expression, start, occurrencesOf(schedule, Date.parse(start))];
}

function occurrencesOf({ next }: NcrontabSchedule, after: number): string[] {
  const found: string[] = [];
  for (let time = next(after); time !== undefined && found.length < 5; time = next(time)) {
    found.push(new Date(time).toISOString().replace('.000', ''));
  }
  return found;
}

test('each expression of the table is read, refused and followed as NCrontab 3.4.0 does', () => {
  const table = readTable();
  expect(table.map(answer)).toEqual(table);
});

test('an occurrence is later than the time that it is asked for after, also within a second', () => {
  const { next } = parseNcrontab('*/10 * * * * *');
  const ten = Date.parse('2026-11-02T10:00:10Z');
  expect([next(ten - 1), next(ten), next(ten + 999)]).toEqual([ten, ten + 10_000, ten + 10_000]);
});

test.each<[string, RegExp]>([
  ['*/5 * * * *', /^it has 5 fields and not the six second, minute, hour, day, month, day of the week$/],
  ['0 0 0 * * 7', /^"7" is no day of the week: that is 0 to 6 or the beginning of Sunday, .*; Sunday is 0$/],
  ['0 0 0 L * *', /^"L" is no day: that is 1 to 31$/],
  ['0 0 24 * * *', /^"24" is no hour: that is 0 to 23$/],
  ['0 */x * * * *', /^the step of "\*\/x" \(minute\) is not a number$/],
])('%s is refused with the reason', (expression, reason) => {
  expect(() => parseNcrontab(expression)).toThrow(NcrontabError);
  expect(() => parseNcrontab(expression)).toThrow(reason);
});

test.each([
  ['Fri-Sun', 'Sun-Fri', 'Fri-Sat,Sun'],
  ['Mon-Sun', 'Sun-Mon', 'Mon-Sat,Sun'],
  ['Sat-Sun', 'Sun-Sat', 'Sat,Sun'],
])('%s is told as a range that is taken for %s, where %s is meant', (text, taken, meant) => {
  const { descendingRanges } = parseNcrontab(`0 0 0 * * Wed,${text}`);
  expect(descendingRanges).toEqual([{ text, taken, meant }]);
});
