import { figuresOf, type PassWork, workIn } from '../../../shared/domain/dayFigures.ts';
import { sum } from '../../../shared/domain/sum.ts';

const nothing = { created: 0, updated: 0, deleted: 0, failed: 0 };

function pass(changes: Partial<PassWork>): PassWork {
  return { contacts: nothing, throttled: 0, delays: [], ...changes };
}

function dayOf(...passes: PassWork[]) {
  return workIn(sum<Readonly<Record<string, number>>>({}, passes.map(figuresOf)));
}

function delayOf(...seconds: number[]) {
  return dayOf(pass({ delays: seconds.map(each => 1000 * each) })).delay;
}

test('what passes did adds up; a contact that was adopted or given back is an updated one', () => {
  const one = pass({ contacts: { created: 1, updated: 2, deleted: 3, failed: 4 }, throttled: 5 });
  const other = pass({ contacts: { ...nothing, updated: 10, adopted: 100, givenBack: 1000 }, throttled: 50 });
  expect(dayOf(one, other)).toEqual({
    contacts: { created: 1, updated: 1112, deleted: 3, failed: 4 },
    throttled: 55,
    delay: undefined,
  });
});

test('what did not happen takes no room in a row, nor does a delay that is longer than is counted', () => {
  expect(figuresOf(pass({ throttled: 1 }))).toEqual({ throttled: 1 });
  const [longest, longer] = [20, 21].map(power => figuresOf(pass({ delays: [1000 * 2 ** power] })));
  expect(longer).toEqual(longest);
});

test('a day without work has nothing', () => {
  expect(dayOf()).toEqual({ contacts: nothing, throttled: 0, delay: undefined });
});

test.each([
  ['at once', 0, 1],
  ['within a second', 1, 1],
  ['in a little more', 1.001, 2 ** 0.25],
  ['in two minutes', 120, 128],
  ['in twelve days', 2 ** 20, 2 ** 20],
  ['after weeks, which is longer than is counted', 2 ** 21, 2 ** 20],
])('a change that came %s counts up to the end of its step', (_, seconds, end) => {
  expect(delayOf(seconds)).toEqual({ changes: 1, median: end, percentile99: end });
});

test('a delay is told at most 19 % too long', () => {
  for (const seconds of [1, 2, 3, 10, 59, 1000, 86_400]) {
    const { median = 0 } = delayOf(seconds) ?? {};
    expect(median).toBeGreaterThanOrEqual(seconds);
    expect(median).toBeLessThan(1.19 * seconds + 0.01);
  }
});

test('half of the changes came within the median and 99 % within the percentile, whoever counted them', () => {
  const soon = pass({ delays: Array<number>(49).fill(1000) });
  const later = pass({ delays: [...Array<number>(50).fill(16_000), 256_000] });
  expect(dayOf(later, soon).delay).toEqual({ changes: 100, median: 16, percentile99: 16 });
  expect(dayOf(later, soon, pass({ delays: [1000, 256_000] })).delay).toEqual({
    changes: 102,
    median: 16,
    percentile99: 256,
  });
  expect(delayOf(16, 1)).toEqual({ changes: 2, median: 1, percentile99: 16 });
  // The tenth step and the second: steps are in the order of their lengths, not of their names.
  expect(delayOf(2 ** 2.5, 2 ** 0.5)).toMatchObject({ median: 2 ** 0.5 });
});
