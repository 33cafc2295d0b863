import { dueShares, shareOf } from '../../../shared/domain/photoTurns.ts';

const hour = 3_600_000;
const day = 24 * hour;

test('everybody has a turn once a day, however often and seldom it is asked who has', () => {
  const ids = Array.from({ length: 500 }, (_, index) => `user-${index}`);
  const turns = new Map(ids.map(id => [id, 0]));
  let since = 5 * day;
  for (const step of [0.1, 0.4, 0.5, 1, 3, 0.2, 0.8, 7, 2, 9]) {
    const due = dueShares(since, since + step * hour);
    for (const id of ids) if (due.has(shareOf(id))) turns.set(id, (turns.get(id) ?? 0) + 1);
    since += step * hour;
  }
  expect(new Set(turns.values())).toEqual(new Set([1]));
});

test('who was not asked for days is asked once', () => {
  expect(dueShares(0, 10 * day).size).toBe(24);
});

test('within the same hour nobody has a turn again', () => {
  expect(dueShares(day + 1, day + hour - 1).size).toBe(0);
});
