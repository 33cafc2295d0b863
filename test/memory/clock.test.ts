import { createTestClock } from './clock.ts';

test('waits end in the order of their times, each at its own, and what they start belongs to the same advance', async () => {
  const clock = createTestClock(1000);
  const events: string[] = [];
  async function waitTwice(name: string, milliseconds: number): Promise<void> {
    await clock.wait(milliseconds);
    events.push(`${name} ${clock.now()}`);
    await clock.wait(milliseconds);
    events.push(`${name} ${clock.now()}`);
  }
  const waits = [waitTwice('slow', 70), waitTwice('fast', 30)];
  await clock.advance(29);
  expect(events).toEqual([]);
  await clock.advance(71);
  expect(events).toEqual(['fast 1030', 'fast 1060', 'slow 1070']);
  expect(clock.now()).toBe(1100);
  expect(clock.waiting).toBe(1);
  await clock.advance(40);
  await Promise.all(waits);
  expect(events.at(-1)).toBe('slow 1140');
});

test('a wait of nothing ends at once', async () => {
  await createTestClock(0).wait(0);
});
