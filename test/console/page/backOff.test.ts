import { nextPause } from '../../../functions/console/page/backOff.ts';

/** The pauses between so many looks that find nothing new. */
function pausesOf(looks: number, longest?: number): number[] {
  const pauses: number[] = [];
  for (let pause: number | undefined; pauses.length < looks; pauses.push(pause))
    pause = nextPause(pause, false, longest);
  return pauses;
}

test('what does not move is looked at ever later, and at least twice a minute', () => {
  expect(pausesOf(8)).toEqual([2000, 3000, 4500, 6750, 10125, 15187.5, 22781.25, 30000]);
  expect(nextPause(30_000, false)).toBe(30_000);
});

test('what moves is looked at soon', () => {
  expect(nextPause(30_000, true)).toBe(2000);
});

test('what somebody waits for is looked at as often as is asked for', () => {
  expect(pausesOf(4, 4000)).toEqual([2000, 3000, 4000, 4000]);
});
