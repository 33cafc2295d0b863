import { describeNextTimes, findScheduleFault } from '../../../shared/settings/schedule.ts';

test.each(['0 */5 * * * *', '*/30 * * * * *', '0 0 3 * * 0', '0 5/15 * * * *', '0 0 8 * * Mon-Fri', '0 0 0 29 2 *'])(
  '%s has no fault',
  expression => {
    expect(findScheduleFault(expression)).toBeUndefined();
  },
);

test.each<[string, RegExp]>([
  ['*/5 * * * *', /no NCRONTAB expression: it has 5 fields.*; give six fields/],
  ['0 0 25 * * *', /: "25" is no hour/],
  ['0 0 22-6 * * *', /takes the descending range "22-6" for 6-22; for what it seems write 22-23,0-6$/],
  ['0 0 0 * Nov-Feb *', /takes the descending range "Nov-Feb" for Feb-Nov; for what it seems write Nov-Dec,Jan-Feb$/],
  ['00:05:00', /no NCRONTAB expression/],
])('%s is a fault, and always was one', (expression, problem) => {
  expect(findScheduleFault(expression)).toEqual({ problem: expect.stringMatching(problem), wasTaken: false });
});

test.each<[string, RegExp]>([
  ['0 0 0 * * Fri-Sun', /takes the descending range "Fri-Sun" for Sun-Fri; for what it seems write Fri-Sat,Sun$/],
  ['0 0 0 * * Mon-Sun', /for what it seems write Mon-Sat,Sun$/],
  ['0 0 0 * * Sat-Sun', /for what it seems write Sat,Sun$/],
  ['0 0 0 31 2 *', /never fires: no year has such a day$/],
  ['0 0 3 * * 7', /: "7" is no day of the week: .*; Sunday is 0/],
  ['0 0 3 * * 1-7', /: "7" is no day of the week/],
  ['0 0 3 * * 1,7', /: "7" is no day of the week/],
  ['0 0 3 L * ?', /: "L" is no day/],
  ['0 0 3 15W * *', /: "15W" is no day/],
  ['0 0 3 * * 1#2', /: "1#2" is no day of the week/],
])('%s is a fault that versions before took', (expression, problem) => {
  expect(findScheduleFault(expression)).toEqual({ problem: expect.stringMatching(problem), wasTaken: true });
});

test.each([
  ['0 */5 * * * *', '2026-11-02T10:05:00Z, 2026-11-02T10:10:00Z, 2026-11-02T10:15:00Z'],
  ['0 0 0 31 2 *', 'never'],
  ['0 0 3 * * 7', 'never, since Azure cannot read it'],
])('%s comes next at %s', (expression, times) => {
  expect(describeNextTimes(expression, Date.parse('2026-11-02T10:00:00Z'))).toBe(times);
});
