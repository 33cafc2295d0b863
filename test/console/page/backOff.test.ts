import { nextPause, pauseWhileWaiting } from '../../../functions/console/page/backOff.ts';

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

test('whoever waits for a run is told within five seconds that it has finished', () => {
  expect(Math.max(...pausesOf(20, pauseWhileWaiting))).toBe(5000);
});
